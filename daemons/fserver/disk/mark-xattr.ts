import { type Oid, oid as toOid } from "../../core/brand.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf, cstring } from "../../sys/memory.ts";
import { MARK } from "../core/xattr-rights.ts";

const FORMAT = 1;
/** u8 format, u64 oid. */
const BYTES = 9;
const HIGH = 2 ** 32;

const name = Buffer.from(`${MARK}\0`);
const value = Buffer.alloc(64);
let nameAddress = 0;
let valueAddress = 0;

function prepare(): void {
  if (nameAddress !== 0) return;
  nameAddress = addressOf(name);
  valueAddress = addressOf(value);
}

function put(oid: Oid): void {
  prepare();
  value[0] = FORMAT;
  value.writeUInt32LE(oid >>> 0, 1);
  value.writeUInt32LE(Math.floor(oid / HIGH), 5);
}

/** Writes an object's number on it. @param fd Not of O_PATH. @returns 0 or -errno. */
export function setMark(fd: number, oid: Oid): number {
  put(oid);
  return libc.fsetxattr(fd, nameAddress, valueAddress, BYTES, 0);
}

/** The same on what a name in a directory means, itself if it is a symbolic link. */
export function setMarkAt(dirfd: number, entry: string, oid: Oid): number {
  put(oid);
  return libc.lsetxattr(cstring(`/proc/self/fd/${dirfd}/${entry}`), nameAddress, valueAddress, BYTES, 0);
}

const parsed = (length: number): Oid | undefined =>
  length === BYTES && value[0] === FORMAT ? toOid(value.readUInt32LE(5) * HIGH + value.readUInt32LE(1)) : undefined;

/** @returns The number on what a name in a directory means, or undefined for one without. */
export function markAt(dirfd: number, entry: string): Oid | undefined {
  prepare();
  const path = cstring(`/proc/self/fd/${dirfd}/${entry}`);
  return parsed(libc.lgetxattr(path, nameAddress, valueAddress, value.length));
}

export function markOf(fd: number): Oid | undefined {
  prepare();
  return parsed(libc.fgetxattr(fd, nameAddress, valueAddress, value.length));
}
