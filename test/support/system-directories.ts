import koffi from "koffi";
import { errnoName } from "../../daemons/core/errno.ts";

/** Listing a directory with buffers of chosen size and with its places: what readdir(3) and telldir(3) are made of. */
const libc = koffi.load("libc.so.6");
const getdents = libc.func("int64 getdents64(int, void *, uint64_t)");
const lseek = libc.func("int64 lseek(int, int64, int)");

export type Entry = {
  /** One character a byte. */
  readonly name: string;
  readonly ino: bigint;
  /** DT_REG and its kin of dirent.h. */
  readonly type: number;
  /** The place after this entry, for {@link seekDirectory}: a cookie of up to 63 bits. */
  readonly next: bigint;
};

/** @param size Of the buffer, in bytes. @returns What one getdents64(2) gives; nothing at the end. */
export function listDirectory(fd: number, size: number): Entry[] {
  const raw = Buffer.alloc(size);
  const length = Number(getdents(fd, raw, size));
  if (length === -1) {
    const code = errnoName(koffi.errno());
    throw Object.assign(new Error(`${code}: getdents64`), { code, syscall: "getdents64" });
  }
  const entries: Entry[] = [];
  for (let at = 0; at < length; at += raw.readUInt16LE(at + 16)) {
    const end = raw.indexOf(0, at + 19);
    entries.push({
      ino: raw.readBigUInt64LE(at),
      next: raw.readBigInt64LE(at + 8),
      type: raw.readUInt8(at + 18),
      name: raw.toString("latin1", at + 19, end),
    });
  }
  return entries;
}

/** seekdir(3), telldir(3): goes on at a place that a listing of this directory told; 0 is its start. */
export function seekDirectory(fd: number, place: bigint): void {
  if (Number(lseek(fd, place, 0)) === -1) {
    const code = errnoName(koffi.errno());
    throw Object.assign(new Error(`${code}: lseek`), { code, syscall: "lseek" });
  }
}
