import type { CachedInode } from "./cached-inode.ts";

/** An open file of an application. */
export type OpenFile = {
  readonly inode: CachedInode;
  readonly fh: number;
  readonly openFlags: number;
  readonly appends: boolean;
};
