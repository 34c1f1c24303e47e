import type { Attributes } from "../../../daemons/core/attributes.ts";
import type { FileName, Oid } from "../../../daemons/core/brand.ts";
import type { Time } from "../../../daemons/core/time.ts";
import { PageCache } from "./page-cache.ts";
import { SharedLock } from "./shared-lock.ts";

/** What a name means to the kernel; `oid` undefined: nothing. It may be dropped while somebody still uses it. */
export type Dentry = { oid: Oid | undefined; until: number; epoch: number };

/** A directory's listing in its page cache, as it was when the directory had this time and this count of changes. */
export type CachedListing = { readonly names: readonly FileName[]; readonly mtime: Time; readonly changes: number };

/** An inode as fs/fuse keeps it: `struct fuse_inode`. */
export class CachedInode {
  readonly oid: Oid;
  /** i_rwsem */
  readonly lock = new SharedLock();
  readonly pages = new PageCache();
  /** Children that are hashed. */
  readonly names = new Map<FileName, Dentry>();
  attributes: Attributes | undefined;
  /** Virtual milliseconds. */
  attributesUntil = 0;
  /** The count of fc->attr_version when they were changed last: an answer to an older question is not kept. */
  attributeVersion = 0;
  /** The kernel's own idea of the size. */
  size = 0;
  /** FUSE_I_SIZE_UNSTABLE: a write or a truncation is under way, and answers about the size may be of before. */
  sizeUnstable = 0;
  listing: CachedListing | undefined;
  /** i_version: changes of a directory that the kernel knows of. */
  changes = 0;

  constructor(oid: Oid) {
    this.oid = oid;
  }

  /** fuse_dir_changed */
  directoryChanged(): void {
    this.attributesUntil = 0;
    this.changes += 1;
  }
}
