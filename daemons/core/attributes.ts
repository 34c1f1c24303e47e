import type { Oid, Version } from "./brand.ts";
import type { Time } from "./time.ts";

/**
 * What stat(2) tells of an object, and its version.
 *
 * `ctime` is the time of the object's last change as the client that made it dated it, the same on every member; the
 * local file's own ctime is never shown.
 */
export type Attributes = {
  readonly oid: Oid;
  readonly version: Version;
  /** Type and permission bits, as st_mode. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  /** Device number of a device node as the kernel's 32-bit encoding (linux/kdev_t.h new_encode_dev), else 0. */
  readonly rdev: number;
  readonly size: number;
  /** Blocks of 512 bytes. */
  readonly blocks: number;
  readonly blockSize: number;
  readonly atime: Time;
  readonly mtime: Time;
  readonly ctime: Time;
  readonly btime: Time;
};

/** The type bits of st_mode: stat.h, inode(7). */
export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;
