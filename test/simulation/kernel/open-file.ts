import type { CachedInode } from "./cached-inode.ts";

/** An open file of an application. */
export type OpenFile = {
  readonly inode: CachedInode;
  readonly fh: number;
  readonly openFlags: number;
  readonly appends: boolean;
};

/** linux/fuse.h: FOPEN_*. */
export const FOPEN = { directIo: 1, keepCache: 2, cacheDir: 8 } as const;
