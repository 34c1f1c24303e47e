import type { ObjectEntry } from "./entry.ts";

/** What a change did beyond its touches, for the index and the answer. One is used over and over. */
export type Effects = {
  /**
   * The change may have been applied before the process ended: what it asks for may be there already, and is then right.
   */
  doubtful: boolean;
  /** Whose attributes the answer tells. */
  about: ObjectEntry | undefined;
  removed: ObjectEntry[];
  /** Objects to be written down though the change does not touch them. */
  kept: ObjectEntry[];
  /** Bytes copied. */
  count: number;
};

export const newEffects = (): Effects => ({ doubtful: false, about: undefined, removed: [], kept: [], count: 0 });

export function resetEffects(effects: Effects, doubtful: boolean): void {
  effects.doubtful = doubtful;
  effects.about = undefined;
  if (effects.removed.length > 0) effects.removed = [];
  if (effects.kept.length > 0) effects.kept = [];
  effects.count = 0;
}
