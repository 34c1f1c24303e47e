import type { Effect } from "../../config-schema/effect.ts";

/** What a server that runs leaves for tools of its own host, as JSON. */
export type ServerRunState = {
  readonly name: string;
  readonly pid: number;
  readonly address: string;
  readonly port: number;
  readonly groups: readonly { readonly name: string; readonly index: number; readonly export: string }[];
  /** What of the configuration it uses, renewed when it has read it again. */
  readonly effect: Effect;
  /** Path of the configuration. */
  readonly config: string;
  /** Since when it serves, ISO 8601. */
  readonly since: string;
};

/**
 * @param folder Where daemons leave what runs: $POHMELFS_RUN or /run/pohmelfs.
 * @param server Its name, in which no slash can be.
 */
export const serverRunFile = (folder: string, server: string): string => `${folder}/servers/${server}.json`;
