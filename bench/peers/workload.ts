import type { Against } from "./bars.ts";
import type { FileSystem } from "./file-system.ts";
import type { Tree } from "./tree.ts";

/** With `/s` and `MB/s` more is better, with all others less. */
export type Unit = "s" | "/s" | "MB/s" | "ms" | "MiB" | "B";

/** One number that a workload finds. */
export type Figure = {
  readonly name: string;
  readonly unit: Unit;
  readonly bars: readonly Against[];
};

export type Sizes = {
  /** Of the tree that is unpacked, and files that are made one by one. Others are shares of it. */
  readonly files: number;
  /** Of the large file. */
  readonly mebibytes: number;
  /** That are walked to see how much memory they take. */
  readonly objects: number;
};

/** What a workload is given. */
export type Place = {
  readonly system: FileSystem;
  readonly tree: Tree;
  readonly sizes: Sizes;
  /** A name at the root of the mount that nobody else uses, for this repetition. */
  readonly name: string;
};

/** Numbers by the names of figures; what has no figure is kept in the JSON only. */
export type Found = ReadonlyMap<string, number>;

export type Workload = {
  readonly name: string;
  readonly figures: readonly Figure[];
  /** Only ours is asked. */
  readonly oursOnly?: boolean;
  /** Measures once, and takes away what it made. */
  readonly run: (place: Place) => Promise<Found>;
};
