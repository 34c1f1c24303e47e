import type { FileName } from "../../daemons/core/brand.ts";

/** What applications were told: what must hold at the end is judged by it. */
export type History = {
  /** Records appended to the common file: acknowledged, and those whose fate the application was not told. */
  readonly appended: Set<string>;
  readonly uncertain: Set<string>;
  /** By name: creations with O_EXCL that succeeded, less removals that did. Undefined: no longer known. */
  readonly exists: Map<FileName, number | undefined>;
  /** What went wrong in the eyes of an application. */
  readonly wrong: string[];
  /** Operations answered. */
  done: number;
};

export const newHistory = (): History => ({
  appended: new Set(),
  uncertain: new Set(),
  exists: new Map(),
  wrong: [],
  done: 0,
});
