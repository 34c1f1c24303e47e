/** On whose behalf a change is made: credentials(7). The file-system ids of the calling thread, never of its process. */
export type Caller = {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups; empty where they do not matter (uid 0). */
  readonly groups: readonly number[];
};

export const ROOT_CALLER: Caller = { uid: 0, gid: 0, groups: [] };
