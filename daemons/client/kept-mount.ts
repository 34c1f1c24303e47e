import { readFileSync } from "node:fs";
import type { Feature } from "../fuse/core/features.ts";
import type { Negotiated } from "../fuse/core/negotiate.ts";
import type { ClientOptions } from "./core/client.ts";
import { readLeft } from "./kept-file.ts";
import type { MountPlan } from "./mount-plan.ts";
import { readSlotFile } from "./slot-file.ts";

/** How the kernel mounted it, as a mount's daemon leaves it to the next one. */
export type KeptMount = {
  /** As the table of mounts has it: `0:52`. */
  readonly device: string;
  /** What was agreed on at INIT. */
  readonly session: Negotiated;
  readonly plan: MountPlan;
};

/** As JSON can have it. */
type Plain = {
  readonly device: string;
  readonly session: Omit<Negotiated, "features" | "unused"> & {
    readonly features: readonly Feature[];
    readonly unused: readonly Feature[];
  };
  readonly plan: Omit<MountPlan, "client"> & {
    readonly client: Omit<ClientOptions, "configHash"> & { readonly configHash: string };
  };
};

export function keptMountToPlain({ device, session, plan }: KeptMount): unknown {
  const { features, unused } = session;
  const plain: Plain = {
    device,
    session: { ...session, features: [...features], unused: [...unused] },
    plan: { ...plan, client: { ...plan.client, configHash: Buffer.from(plan.client.configHash).toString("hex") } },
  };
  return plain;
}

export function keptMountOf(value: unknown): KeptMount | undefined {
  if (value === undefined) return undefined;
  const { device, session, plan } = value as Plain;
  return {
    device,
    session: { ...session, features: new Set(session.features), unused: new Set(session.unused) },
    plan: { ...plan, client: { ...plan.client, configHash: Buffer.from(plan.client.configHash, "hex") } },
  };
}

/**
 * Whom a session is with. Where that is somebody else, it cannot be gone on with: each member must have seen all its
 * changes from the first.
 */
export function sessionPartners({ members, lead, index }: ClientOptions): string {
  const written = members.filter(({ permissions }) => (permissions & 2) !== 0);
  return JSON.stringify([
    index,
    members[lead]?.server,
    written.map(({ server, address, port }) => [server, address, port]),
  ]);
}

/** @returns How an earlier daemon had mounted, if it left that; nobody is kept from the file. */
export function readKeptMount(path: string): KeptMount | undefined {
  try {
    return keptMountOf(readLeft(readSlotFile(readFileSync(path))).mount);
  } catch {
    // No such file, or one of another version.
    return undefined;
  }
}
