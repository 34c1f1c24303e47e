import { createHash } from "node:crypto";
import { join } from "node:path";
import type { MountEffect } from "../../config-schema/effects.ts";

/** Where daemons leave what runs. POHMELFS_RUN overrides it, for tests and the demo. */
export const runFolder = (): string => process.env["POHMELFS_RUN"] ?? "/run/pohmelfs";

/** Where mounts leave what tools need to find them. */
export const mountsFolder = (): string => join(runFolder(), "mounts");

/** The files of one mount. Named by a digest, since a path may be longer than a file's name or a socket's address. */
export type RunFiles = {
  /** JSON of RunState. */
  readonly state: string;
  /** Unix socket: see ControlSocket. */
  readonly socket: string;
  /** Where the daemon's stderr goes when there is no better place. */
  readonly log: string;
  /** One line: why the service of this mount failed last. Gone when it is started again. */
  readonly failure: string;
  /** What outlives the daemon: see KeptStateFile. */
  readonly kept: string;
};

/** What is known of a mount without asking its daemon. */
export type RunState = {
  readonly at: string;
  readonly group: string;
  readonly index: number;
  readonly pid: number;
  readonly socket: string;
  /** What of the configuration it uses, renewed when it has read it again. */
  readonly effect: MountEffect;
  /** Path of the configuration. */
  readonly config: string;
  /** Since when its daemon runs, ISO 8601. */
  readonly since: string;
};

/** @param at Absolute path of the mount. */
export function runFiles(at: string): RunFiles {
  const name = join(mountsFolder(), createHash("sha256").update(at).digest("hex").slice(0, 16));
  return {
    state: `${name}.json`,
    socket: `${name}.sock`,
    log: `${name}.log`,
    failure: `${name}.failed`,
    kept: `${name}.kept`,
  };
}
