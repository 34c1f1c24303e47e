import { type Oid, oid as toOid } from "../../core/brand.ts";
import { crc32 } from "./crc32.ts";
import { ACCESS, type ObjectEntry } from "./entry.ts";

/**
 * One object in the index, 64 bytes, little-endian:
 *
 *     0  u32 checksum of the rest        16 u64 version
 *     4  u8  1 (format), 0 when free     24 i64 ctime, seconds
 *     5  u8  1 orphan                    32 u32 ctime, nanoseconds
 *     6  u8  bytes of the handle         36 the handle's bytes
 *     8  u32 type bits of the mode
 *     12 i32 type of the handle
 */
export const RECORD_BYTES = 64;
const HANDLE_AT = 36;
/** What file systems need: ext4 8, xfs 12, tmpfs 12, btrfs 20. */
export const HANDLE_BYTES_MAX = RECORD_BYTES - HANDLE_AT;

const HIGH = 2 ** 32;

function put64(into: Buffer, at: number, value: number): void {
  into.writeUInt32LE(value >>> 0, at);
  into.writeInt32LE(Math.floor(value / HIGH), at + 4);
}

const get64 = (from: Buffer, at: number): number => from.readInt32LE(at + 4) * HIGH + from.readUInt32LE(at);

/** Writes the record of an object. */
export function encodeRecord(entry: ObjectEntry, into: Buffer, at: number): void {
  into.fill(0, at + 4, at + RECORD_BYTES);
  into[at + 4] = 1;
  into[at + 5] = entry.orphan ? 1 : 0;
  into[at + 6] = entry.key.length - 4;
  into.writeUInt32LE(entry.type, at + 8);
  into.write(entry.key, at + 12, 4, "latin1");
  put64(into, at + 16, entry.version);
  put64(into, at + 24, entry.ctimeSec);
  into.writeUInt32LE(entry.ctimeNsec, at + 32);
  into.write(entry.key.slice(4), at + HANDLE_AT, "latin1");
  into.writeUInt32LE(crc32(into, at + 4, at + RECORD_BYTES), at);
}

/** @returns The object, or undefined when the record is free or damaged. */
export function decodeRecord(oid: number, from: Buffer, at: number): ObjectEntry | undefined {
  if (from[at + 4] !== 1 || from.readUInt32LE(at) !== crc32(from, at + 4, at + RECORD_BYTES)) return undefined;
  const length = from.readUInt8(at + 6);
  if (length > HANDLE_BYTES_MAX) return undefined;
  const key =
    from.toString("latin1", at + 12, at + 16) + from.toString("latin1", at + HANDLE_AT, at + HANDLE_AT + length);
  return {
    ...newEntry(toOid(oid), from.readUInt32LE(at + 8), key),
    orphan: from[at + 5] === 1,
    version: get64(from, at + 16),
    ctimeSec: get64(from, at + 24),
    ctimeNsec: from.readUInt32LE(at + 32),
  };
}

/** An object that is new to this member: not open, version 0. */
export const newEntry = (oid: Oid, type: number, key: string): ObjectEntry => ({
  oid,
  type,
  orphan: false,
  version: 0,
  ctimeSec: 0,
  ctimeNsec: 0,
  bare: undefined,
  key,
  fd: -1,
  access: ACCESS.closed,
  place: -1,
  used: true,
  turn: 0,
  pins: 0,
});
