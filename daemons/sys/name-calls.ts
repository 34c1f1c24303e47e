import { I64, INT, PTR, type Rows, raw, row, SIZE, U32 } from "./call.ts";
import type { Address } from "./memory.ts";

/**
 * Calls on names, attributes and extended attributes. Each gives -errno on failure. A descriptor opened with O_PATH
 * stands for a name as the path `/proc/self/fd/N` (of the calling thread's process), since the xattr calls take none.
 */
export type NameCalls = {
  /** @param buffer struct statx, 256 bytes. */
  statx(dirfd: number, path: Address, flags: number, mask: number, buffer: Address): number;
  mkdirat(dirfd: number, path: Address, mode: number): number;
  /** @param device In the kernel's encoding (linux/kdev_t.h new_encode_dev), which `Attributes.rdev` has too. */
  mknodat(dirfd: number, path: Address, mode: number, device: number): number;
  symlinkat(target: Address, dirfd: number, path: Address): number;
  linkat(fromDirfd: number, from: Address, toDirfd: number, to: Address, flags: number): number;
  unlinkat(dirfd: number, path: Address, flags: number): number;
  renameat2(fromDirfd: number, from: Address, toDirfd: number, to: Address, flags: number): number;
  /** @returns Bytes of the target, without a NUL; cut at `size`. */
  readlinkat(dirfd: number, path: Address, buffer: Address, size: number): number;
  faccessat(dirfd: number, path: Address, mode: number, flags: number): number;
  /** With AT_EACCESS (0x200) by the ids of the calling thread. Linux 5.8; glibc's own uses the process's ids before. */
  faccessat2(dirfd: number, path: Address, mode: number, flags: number): number;
  fchmod(fd: number, mode: number): number;
  fchmodat(dirfd: number, path: Address, mode: number, flags: number): number;
  /** @param uid UNCHANGED_ID keeps it; so for `gid`. With AT_EMPTY_PATH and an empty path: `dirfd` itself. */
  fchownat(dirfd: number, path: Address, uid: number, gid: number, flags: number): number;
  /** @param times Two struct timespec (atime, mtime), 16 bytes each: i64 seconds, i64 nanoseconds or UTIME_*. */
  utimensat(dirfd: number, path: Address, times: Address, flags: number): number;
  futimens(fd: number, times: Address): number;
  /** @returns Bytes of the value; -ERANGE if larger than `size`; with `size` 0 how large it is. */
  getxattr(path: Address, name: Address, value: Address, size: number): number;
  lgetxattr(path: Address, name: Address, value: Address, size: number): number;
  fgetxattr(fd: number, name: Address, value: Address, size: number): number;
  setxattr(path: Address, name: Address, value: Address, size: number, flags: number): number;
  lsetxattr(path: Address, name: Address, value: Address, size: number, flags: number): number;
  fsetxattr(fd: number, name: Address, value: Address, size: number, flags: number): number;
  /** @returns Bytes of the names, each with its NUL. */
  listxattr(path: Address, list: Address, size: number): number;
  llistxattr(path: Address, list: Address, size: number): number;
  flistxattr(fd: number, list: Address, size: number): number;
  removexattr(path: Address, name: Address): number;
  lremovexattr(path: Address, name: Address): number;
  fremovexattr(fd: number, name: Address): number;
};

const get = row(I64, PTR, PTR, PTR, SIZE);
const set = row(INT, PTR, PTR, PTR, SIZE, INT);
const list = row(I64, PTR, PTR, SIZE);
const remove = row(INT, PTR, PTR);

export const NAME_ROWS: Rows<NameCalls> = {
  statx: row(INT, INT, PTR, INT, U32, PTR),
  mkdirat: row(INT, INT, PTR, U32),
  // glibc before 2.33 has no mknodat() symbol; the raw call also takes the device as the kernel encodes it.
  mknodat: raw(INT, PTR, U32, U32),
  symlinkat: row(INT, PTR, INT, PTR),
  linkat: row(INT, INT, PTR, INT, PTR, INT),
  unlinkat: row(INT, INT, PTR, INT),
  renameat2: row(INT, INT, PTR, INT, PTR, U32),
  readlinkat: row(I64, INT, PTR, PTR, SIZE),
  faccessat: row(INT, INT, PTR, INT, INT),
  faccessat2: raw(INT, PTR, INT, INT),
  fchmod: row(INT, INT, U32),
  fchmodat: row(INT, INT, PTR, U32, INT),
  fchownat: row(INT, INT, PTR, U32, U32, INT),
  utimensat: row(INT, INT, PTR, PTR, INT),
  futimens: row(INT, INT, PTR),
  getxattr: get,
  lgetxattr: get,
  fgetxattr: row(I64, INT, PTR, PTR, SIZE),
  setxattr: set,
  lsetxattr: set,
  fsetxattr: row(INT, INT, PTR, PTR, SIZE, INT),
  listxattr: list,
  llistxattr: list,
  flistxattr: row(I64, INT, PTR, SIZE),
  removexattr: remove,
  lremovexattr: remove,
  fremovexattr: row(INT, INT, PTR),
};
