import { resolve } from "node:path";
import { isIP } from "node:net";
import type { Effect } from "../../config-schema/effect.ts";
import { serverEffect } from "../../config-schema/effects.ts";
import { renderDiagnostic } from "../../config-schema/render-diagnostic.ts";
import { PERMISSION_NUMBER, type LogLevel } from "../../config-schema/model.ts";
import { loadConfig } from "../../config-schema/load.ts";
import { addressesAllowed, leadOf, membershipsOf, serverOf } from "../../config-schema/queries.ts";
import { VERSION } from "../core/version.ts";
import type { Arguments } from "./arguments.ts";

/** Where another member of a group listens. */
export type Peer = { readonly server: string; readonly address: string; readonly port: number };

export type PlannedMember = {
  readonly index: number;
  readonly group: string;
  readonly export: string;
  readonly isLead: boolean;
  /** Name of the server that is. */
  readonly lead: string;
  readonly permissions: 1 | 2 | 3;
  /** The other members that get every change. */
  readonly peers: readonly Peer[];
  /** It is alone in its group, so it may take over files that it finds: nobody else can have others. */
  readonly adopt: boolean;
};

/** All that a server needs to know to serve; plain data, handed to its thread. */
export type ServerPlan = {
  readonly server: string;
  /** The configuration, and what of it this server uses; undefined without one. */
  readonly file: { readonly path: string; readonly effect: Effect } | undefined;
  readonly software: string;
  readonly address: string;
  readonly port: number;
  readonly members: readonly PlannedMember[];
  /** Groups of which it holds no data. */
  readonly witnessOf: readonly { readonly index: number; readonly group: string }[];
  /** Addresses that may connect, in canonical form. */
  readonly allowed: readonly string[];
  readonly configHash: Uint8Array;
  /** Without a file there is one export, which answers to any index. */
  readonly anyIndex: boolean;
  readonly workers: number;
  readonly lapseMs: number;
  readonly suspectMs: number;
  readonly log: { readonly level: LogLevel; readonly file: string | undefined };
};

/** `lapse` of docs/protocol.md: what a member waits before it believes that a client believes its leases to be gone. */
const LAPSE_MS = 4_100;

export type Planned =
  | { readonly ok: true; readonly plan: ServerPlan }
  /** `text` is for stderr, whole; `exitCode` as in docs. */
  | { readonly ok: false; readonly text: string; readonly exitCode: 2 | 3 | 4 };

export function planServer(args: Extract<Arguments, { readonly kind: "named" | "root" }>): Planned {
  return args.kind === "named" ? planByFile(args) : planByHand(args);
}

function planByFile(args: Extract<Arguments, { readonly kind: "named" }>): Planned {
  const path = resolve(args.config);
  const loaded = loadConfig(path);
  if (!loaded.ok)
    return { ok: false, text: loaded.diagnostics.map((one) => renderDiagnostic(one)).join("\n"), exitCode: 3 };
  const { model } = loaded;
  const server = serverOf(model, args.name);
  if (server === undefined) {
    const known = model.servers.map(({ name }) => name).join(", ");
    return { ok: false, text: `fserver: ${path} has no server '${args.name}'; it has ${known}`, exitCode: 4 };
  }
  const members = membershipsOf(model, server.name).map(({ group, member }) => ({
    index: group.index,
    group: group.name,
    export: member.export,
    isLead: leadOf(group) === member,
    lead: leadOf(group).server.name,
    permissions: PERMISSION_NUMBER[member.permissions],
    adopt: group.members.length === 1,
    peers: group.members
      .filter((other) => other !== member && other.permissions !== "read-only")
      .map(({ server: { name, address, port } }) => ({ server: name, address, port })),
  }));
  const witnessOf = model.groups
    .filter(({ witnesses }) => witnesses.includes(server.name))
    .map(({ index, name }) => ({ index, group: name }));
  if (members.length + witnessOf.length === 0) {
    return {
      ok: false,
      text: `fserver: server '${args.name}' is in no group of ${path}: it has nothing to do`,
      exitCode: 4,
    };
  }
  const plan: ServerPlan = {
    server: server.name,
    file: { path, effect: serverEffect(model, server.name) },
    software: VERSION,
    address: server.address,
    port: server.port,
    members,
    witnessOf,
    allowed: addressesAllowed(model),
    configHash: model.hash,
    anyIndex: false,
    workers: model.workers,
    lapseMs: LAPSE_MS,
    suspectMs: model.timeouts.suspectMs,
    log: { level: model.log.level, file: args.logFile ?? model.log.file },
  };
  return { ok: true, plan };
}

function planByHand(args: Extract<Arguments, { readonly kind: "root" }>): Planned {
  for (const address of [args.address, ...args.allow]) {
    if (isIP(address) === 0)
      return { ok: false, text: `fserver: '${address}' is no IPv4 or IPv6 address`, exitCode: 2 };
  }
  const root = resolve(args.root);
  const member: PlannedMember = {
    index: 1,
    group: root,
    export: root,
    isLead: true,
    lead: "",
    permissions: 3,
    peers: [],
    adopt: true,
  };
  const plan: ServerPlan = {
    server: root,
    file: undefined,
    software: VERSION,
    address: args.address,
    port: args.port,
    members: [member],
    witnessOf: [],
    allowed: args.allow,
    configHash: new Uint8Array(0),
    anyIndex: true,
    workers: args.workers ?? 2,
    lapseMs: LAPSE_MS,
    suspectMs: 3_000,
    log: { level: "info", file: args.logFile === undefined ? undefined : resolve(args.logFile) },
  };
  return { ok: true, plan };
}
