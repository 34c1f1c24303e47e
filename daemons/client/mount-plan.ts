import { hostname } from "node:os";
import { mountEffect, type MountEffect } from "../../config-schema/effects.ts";
import { loadConfig } from "../../config-schema/load.ts";
import type { Group, LogLevel, Model, Mount } from "../../config-schema/model.ts";
import { groupOf } from "../../config-schema/queries.ts";
import { renderDiagnostic } from "../../config-schema/render-diagnostic.ts";
import { VERSION } from "../core/version.ts";
import { FUSE_MINOR, WANTED, wantedUpTo, type Wanted } from "../fuse/core/negotiate.ts";
import { clientOptions } from "./client-options.ts";
import { exportInTheWay } from "./core/export-in-the-way.ts";
import type { ClientOptions } from "./core/client.ts";
import type { MountOptions, MountOrder } from "./mount-order.ts";
import { planCache } from "./plan-cache.ts";

/** All that a mount needs to know to serve; plain data, handed to its thread. */
export type MountPlan = {
  readonly group: string;
  readonly at: string;
  /** Path of the configuration. */
  readonly config: string;
  readonly effect: MountEffect;
  readonly software: string;
  readonly client: ClientOptions;
  readonly transport: "kernel" | "fuse-native";
  readonly wanted: Wanted;
  /** How long servers are tried before the mount is given up, or begins without some. */
  readonly connectMs: number;
  readonly log: { readonly level: LogLevel; readonly file: string | undefined };
};

export type MountPlanned =
  | { readonly ok: true; readonly plan: MountPlan }
  /** `because` has a line for each error. */
  | { readonly ok: false; readonly failure: "configuration" | "nothingThere"; readonly because: string };

/** Reads the file that the order names, and looks up in it all that the mount needs. */
export function planMount(order: MountOrder): MountPlanned {
  const loaded = loadConfig(order.config);
  if (!loaded.ok) {
    const because = loaded.diagnostics.map((one) => renderDiagnostic(one)).join("\n");
    return { ok: false, failure: "configuration", because };
  }
  const { model } = loaded;
  const group = groupOf(model, order.group);
  if (group === undefined) {
    return { ok: false, failure: "nothingThere", because: `${order.config} has no group '${order.group}'` };
  }
  const place = exportAt(model, order.at);
  if (place !== undefined) return { ok: false, failure: "configuration", because: place };
  const { level, file } = model.log;
  const mount = mountOf(model, group, order);
  const plan: MountPlan = {
    group: group.name,
    at: order.at,
    config: model.path,
    effect: mountEffect(model, mount),
    software: VERSION,
    client: clientOptions(model, group, {
      at: order.at,
      mount: {
        readOnly: order.options.words.includes("ro"),
        noXattr: !order.options.xattr,
        syncOnClose: order.options.syncOnClose ?? mount.syncOnClose,
        cache: planCache(model, mount.cache, order.options.cache),
      },
    }),
    transport: order.options.transport,
    wanted: wantedOf(order.options),
    connectMs: model.timeouts.connectMs,
    log: { level: order.options.debug ? "debug" : level, file: order.logFile ?? file },
  };
  return { ok: true, plan };
}

/** The mount with the options that were given. What the file says of this place, it says of this mount, whoever makes it. */
function mountOf({ mounts }: Model, group: Group, { at, given }: MountOrder): Mount {
  const hosts = hostNames();
  const written = mounts.find((one) => one.at === at && one.group === group.name && one.on.some((on) => hosts.has(on)));
  const { syncOnClose = false, cache } = written ?? {};
  const place = { group: group.name, at, on: [], options: given, automount: false, syncOnClose };
  return cache === undefined ? place : { ...place, cache };
}

/** A service's sandbox has no netlink: what addresses this machine has cannot be asked here. */
function hostNames(): ReadonlySet<string> {
  const host = hostname();
  return new Set([host, host.split(".")[0] ?? host]);
}

/** @returns Why a mount cannot be there: a server of this host exports it. */
function exportAt(model: Model, at: string): string | undefined {
  const member = exportInTheWay(model, at, hostNames());
  if (member === undefined) return undefined;
  return `${at}: server '${member.server.name}' of this machine exports ${member.export}; mount elsewhere`;
}

/** What is not to be offered is not negotiated: the kernel then does locks by itself, and asks for no ACLs. */
function wantedOf({ lock, xattr }: MountOptions): Wanted {
  const without = new Set<string>([...(lock ? [] : ["posixLocks", "flockLocks"]), ...(xattr ? [] : ["posixAcl"])]);
  const wanted = { ...WANTED, features: WANTED.features.filter((feature) => !without.has(feature)) };
  // For tests: as with an older kernel, 34 for Linux 5.15.
  const minorMost = Number(process.env["POHMELFS_FUSE_MINOR"] ?? FUSE_MINOR);
  return minorMost < FUSE_MINOR ? wantedUpTo(wanted, minorMost) : wanted;
}
