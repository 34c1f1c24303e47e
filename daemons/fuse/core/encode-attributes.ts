/** Attributes as the kernel wants them: struct fuse_attr and struct fuse_statx of linux/fuse.h. */
import type { Attributes } from "../../core/attributes.ts";
import type { Time } from "../../core/time.ts";
import { writeU64 } from "./memory.ts";
import { ATTRIBUTES, ENTRY_OUT, STATX } from "./structures.ts";

const A = ATTRIBUTES.at;
const E = ENTRY_OUT.at;
const S = STATX.at;
/** linux/stat.h: STATX_BASIC_STATS | STATX_BTIME. */
const STATX_BASIC_AND_BTIME = 0xfff;
/** Longer is as good as for ever, and fits the kernel's jiffies (include/linux/jiffies.h, MAX_SEC_IN_JIFFIES). */
const SECONDS_MOST = 0x7fff_ffff;

/** Writes 88 bytes. The version is not told. */
export function encodeAttributes(view: DataView, at: number, attributes: Attributes): void {
  const { atime, mtime, ctime } = attributes;
  writeU64(view, at + A.ino, attributes.oid);
  writeU64(view, at + A.size, attributes.size);
  writeU64(view, at + A.blocks, attributes.blocks);
  writeU64(view, at + A.atime, atime.sec);
  writeU64(view, at + A.mtime, mtime.sec);
  writeU64(view, at + A.ctime, ctime.sec);
  view.setUint32(at + A.atimeNsec, atime.nsec, true);
  view.setUint32(at + A.mtimeNsec, mtime.nsec, true);
  view.setUint32(at + A.ctimeNsec, ctime.nsec, true);
  view.setUint32(at + A.mode, attributes.mode, true);
  view.setUint32(at + A.nlink, attributes.nlink, true);
  view.setUint32(at + A.uid, attributes.uid, true);
  view.setUint32(at + A.gid, attributes.gid, true);
  view.setUint32(at + A.rdev, attributes.rdev, true);
  view.setUint32(at + A.blockSize, attributes.blockSize, true);
  view.setUint32(at + A.flags, 0, true);
}

/**
 * Writes a validity as whole seconds (64 bits) and nanoseconds (32 bits).
 * @param seconds 0 or more; fractions count, Infinity is allowed.
 */
export function encodeValidity(view: DataView, secondsAt: number, nsecAt: number, seconds: number): void {
  const whole = seconds >= SECONDS_MOST ? SECONDS_MOST : Math.floor(seconds);
  view.setUint32(secondsAt, whole, true);
  view.setUint32(secondsAt + 4, 0, true);
  view.setUint32(nsecAt, whole === SECONDS_MOST ? 0 : Math.floor((seconds - whole) * 1e9), true);
}

/**
 * Writes a struct fuse_entry_out, 128 bytes.
 */
export function encodeEntry(
  view: DataView,
  at: number,
  attributes: Attributes,
  validity: { readonly entrySeconds: number; readonly attributeSeconds: number },
): void {
  writeU64(view, at + E.node, attributes.oid);
  // An oid is never used again, so that no two objects need be told apart by a generation.
  writeU64(view, at + E.generation, 0);
  encodeValidity(view, at + E.entryValid, at + E.entryValidNsec, validity.entrySeconds);
  encodeValidity(view, at + E.attributesValid, at + E.attributesValidNsec, validity.attributeSeconds);
  encodeAttributes(view, at + E.attributes, attributes);
}

function encodeTime(view: DataView, at: number, time: Time): void {
  writeU64(view, at, time.sec);
  view.setUint32(at + 8, time.nsec, true);
  view.setUint32(at + 12, 0, true);
}

/** Writes a struct fuse_statx, 256 bytes, with every basic field and the time of birth. */
export function encodeStatx(view: DataView, at: number, attributes: Attributes): void {
  for (let word = 0; word < STATX.bytes; word += 4) view.setUint32(at + word, 0, true);
  view.setUint32(at + S.mask, STATX_BASIC_AND_BTIME, true);
  view.setUint32(at + S.blockSize, attributes.blockSize, true);
  view.setUint32(at + S.nlink, attributes.nlink, true);
  view.setUint32(at + S.uid, attributes.uid, true);
  view.setUint32(at + S.gid, attributes.gid, true);
  view.setUint16(at + S.mode, attributes.mode, true);
  writeU64(view, at + S.ino, attributes.oid);
  writeU64(view, at + S.size, attributes.size);
  writeU64(view, at + S.blocks, attributes.blocks);
  encodeTime(view, at + S.atime, attributes.atime);
  encodeTime(view, at + S.btime, attributes.btime);
  encodeTime(view, at + S.ctime, attributes.ctime);
  encodeTime(view, at + S.mtime, attributes.mtime);
  // linux/kdev_t.h, new_encode_dev: mmmM MMmm, twelve bits of major in the middle.
  view.setUint32(at + S.rdevMajor, (attributes.rdev >>> 8) & 0xfff, true);
  view.setUint32(at + S.rdevMinor, (attributes.rdev & 0xff) | ((attributes.rdev >>> 12) & 0xfff00), true);
}
