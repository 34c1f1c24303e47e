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
 * Whether a session can be gone on with: each member that is written must have seen all its changes from the first. One
 * that is taken out is not waited for any more.
 */
export function goesOnWith(before: ClientOptions, now: ClientOptions): boolean {
  const leads = [before, now].map(({ members, lead }) => members[lead]?.server);
  const known = written(before);
  return before.index === now.index && leads[0] === leads[1] && written(now).every((one) => known.includes(one));
}

const written = ({ members }: ClientOptions): string[] =>
  members
    .filter(({ permissions }) => (permissions & 2) !== 0)
    .map(({ server, address, port }) => JSON.stringify([server, address, port]));

/** @returns How an earlier daemon had mounted, if it left that; nobody is kept from the file. */
export function readKeptMount(path: string): KeptMount | undefined {
  try {
    return keptMountOf(readLeft(readSlotFile(readFileSync(path))).mount);
  } catch {
    // No such file, or one of another version.
    return undefined;
  }
}
