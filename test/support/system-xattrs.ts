import koffi from "koffi";
import { errnoName } from "../../daemons/core/errno.ts";
import { asPath, type Path } from "./system.ts";

/** Extended attributes, xattr(7), of the object itself: a symlink is not followed. */
const libc = koffi.load("libc.so.6");
const lset = libc.func("int lsetxattr(const void *, const char *, const void *, uint64_t, int)");
const lget = libc.func("int64 lgetxattr(const void *, const char *, void *, uint64_t)");
const llist = libc.func("int64 llistxattr(const void *, void *, uint64_t)");
const lremove = libc.func("int lremovexattr(const void *, const char *)");

export const XATTR_CREATE = 1;
export const XATTR_REPLACE = 2;
const XATTR_SIZE_MAX = 65_536;

function checked(result: unknown, syscall: string): number {
  if (Number(result) !== -1) return Number(result);
  const code = errnoName(koffi.errno());
  throw Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}

export function setXattr(path: Path, name: string, value: Uint8Array | string, flags = 0): void {
  const bytes = Buffer.from(value as string);
  checked(lset(asPath(path), name, bytes, bytes.length, flags), "lsetxattr");
}

/** @param room Size of the buffer that the kernel gets; 0 asks for the size only, which an empty result stands for. */
export function getXattr(path: Path, name: string, room = XATTR_SIZE_MAX): Buffer {
  const into = Buffer.alloc(room);
  return into.subarray(0, Math.min(room, checked(lget(asPath(path), name, into, room), "lgetxattr")));
}

/** @returns The size that getxattr(2) tells for an empty buffer. */
export const xattrSize = (path: Path, name: string): number => checked(lget(asPath(path), name, null, 0), "lgetxattr");

/** @returns Names in no order, those that `ours` accepts. Security modules add names of their own. */
export function listXattrs(path: Path, ours = (name: string): boolean => name.startsWith("user.")): string[] {
  const into = Buffer.alloc(XATTR_SIZE_MAX);
  const length = checked(llist(asPath(path), into, into.length), "llistxattr");
  return into
    .toString("latin1", 0, length)
    .split("\0")
    .filter((name) => name !== "" && ours(name));
}

export function removeXattr(path: Path, name: string): void {
  checked(lremove(asPath(path), name), "lremovexattr");
}
