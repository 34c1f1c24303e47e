import koffi from "koffi";
import { errnoName } from "../../daemons/core/errno.ts";

/**
 * The system calls that the tests make and Node has no name for. Of their own, apart from `daemons/sys`: what is tested
 * must not be its own judge. Each throws an `Error` with `code` ("ENOENT") and `syscall`, as `node:fs` does.
 *
 * @see section 2 of the manual for each.
 */
export type Path = string | Buffer;

const libc = koffi.load("libc.so.6");

/** @param signature As in C, with `int64` for ssize_t, off_t and raw addresses. */
function call(signature: string): (...values: readonly unknown[]) => number {
  const name = /(\w+)\s*\(/.exec(signature)?.[1] ?? signature;
  const run = libc.func(signature);
  return (...values) => {
    const result = Number(run(...values));
    if (result !== -1) return result;
    const errno = koffi.errno();
    const code = errnoName(errno);
    throw Object.assign(new Error(`${code}: ${name}`), { code, errno: -errno, syscall: name });
  };
}

/** A path as the kernel takes it: bytes with a NUL at the end. */
export const asPath = (path: Path): Buffer => Buffer.concat([Buffer.from(path as string), Buffer.alloc(1)]);

/** A path of bytes: `name` need not be UTF-8. */
export const inside = (directory: Path, name: Path): Buffer =>
  Buffer.concat([Buffer.from(directory as string), Buffer.from("/"), Buffer.from(name as string)]);

export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_SYMLINK_FOLLOW = 0x400;

const openat = call("int openat(int, const void *, int, int)");
/** open(2) with a path of bytes and the flags that Node does not name. */
export const open = (path: Path, flags: number, mode = 0o644): number => openat(AT_FDCWD, asPath(path), flags, mode);
export const openAt = (directory: number, path: Path, flags: number, mode = 0o644): number =>
  openat(directory, asPath(path), flags, mode);
/** fcntl.h: not in Node's constants. */
export const O_TMPFILE = 0o20200000;
export const O_PATH = 0o10000000;

const mknodat = call("int mknod(const void *, unsigned int, uint64_t)");
/** @param mode Type and permissions, as S_IFIFO | 0o644. @param device As makedev(3) gives it. */
export const mknod = (path: Path, mode: number, device = 0): number => mknodat(asPath(path), mode, device);
/** makedev(3) of glibc, for numbers below 2^12 and 2^20. */
export const makeDevice = (major: number, minor: number): number =>
  major * 2 ** 8 + (minor & 0xff) + (minor & ~0xff) * 2 ** 12;

const linkat = call("int linkat(int, const void *, int, const void *, int)");
export const link = (from: Path, to: Path, flags = 0): number =>
  linkat(AT_FDCWD, asPath(from), AT_FDCWD, asPath(to), flags);

const renameat2 = call("int renameat2(int, const void *, int, const void *, unsigned int)");
export const rename = (from: Path, to: Path, flags = 0): number =>
  renameat2(AT_FDCWD, asPath(from), AT_FDCWD, asPath(to), flags);
export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;
export const RENAME_WHITEOUT = 4;

const utimensat = call("int utimensat(int, const void *, const void *, int)");
export const UTIME_NOW = 0x3fffffff;
export const UTIME_OMIT = 0x3ffffffe;
export type Stamp = { readonly sec: number; readonly nsec: number };
/** @param times atime and mtime; none: now. `nsec` may be UTIME_NOW or UTIME_OMIT. */
export function setTimes(path: Path, times?: readonly [Stamp, Stamp], flags = 0): number {
  const raw = Buffer.alloc(32);
  times?.forEach(({ sec, nsec }, at) => {
    raw.writeBigInt64LE(BigInt(sec), at * 16);
    raw.writeBigInt64LE(BigInt(nsec), at * 16 + 8);
  });
  return utimensat(AT_FDCWD, asPath(path), times ? raw : null, flags);
}

const truncatePath = call("int truncate(const void *, int64)");
/** truncate(2); Node's own opens the file instead, and takes no negative length. */
export const truncate = (path: Path, length: number): number => truncatePath(asPath(path), length);
/** ftruncate(2), negative lengths too. */
export const truncateOpen = call("int ftruncate(int, int64)") as (fd: number, length: number) => number;

/** fallocate(2): (fd, mode, offset, length). */
export const allocate = call("int fallocate(int, int, int64, int64)") as (
  fd: number,
  mode: number,
  offset: number,
  length: number,
) => number;
export const FALLOC_KEEP_SIZE = 1;
export const FALLOC_PUNCH_HOLE = 2;
export const FALLOC_ZERO_RANGE = 16;

/** lseek(2): (fd, offset, whence). */
export const seek = call("int64 lseek(int, int64, int)") as (fd: number, offset: number, whence: number) => number;
export const SEEK_SET = 0;
export const SEEK_CUR = 1;
export const SEEK_END = 2;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;

const copyRange = call("int64 copy_file_range(int, void *, int, void *, uint64_t, unsigned int)");
/** copy_file_range(2) between given offsets. */
export function copyFileRange(from: number, fromAt: number, to: number, toAt: number, length: number): number {
  const offsets = [fromAt, toAt].map((offset) => {
    const raw = Buffer.alloc(8);
    raw.writeBigInt64LE(BigInt(offset));
    return raw;
  });
  return copyRange(from, offsets[0], to, offsets[1], length, 0);
}

/** flock(2). */
export const flock = call("int flock(int, int)") as (fd: number, operation: number) => number;
export const LOCK_SH = 1;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const LOCK_UN = 8;
