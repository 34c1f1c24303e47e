import { errnoNumber } from "../../core/errno.ts";
import { assertNever } from "../../core/result.ts";
import { encodeAttributes, encodeEntry, encodeStatx, encodeValidity } from "./encode-attributes.ts";
import type { Layout } from "./layout.ts";
import { type Memory, writeU64 } from "./memory.ts";
import type { Reply } from "./reply.ts";
import type { Header } from "./request.ts";
import * as s from "./structures.ts";

const HEADER = s.OUT_HEADER.at;
/** Where every body begins. */
const BODY = s.OUT_HEADER.bytes;

/**
 * Writes the header of an answer.
 * @param bytes Length of the whole answer.
 * @param errno Positive, or 0 for success.
 */
export function encodeHeader(view: DataView, header: Header, bytes: number, errno: number): void {
  view.setUint32(HEADER.length, bytes, true);
  view.setInt32(HEADER.error, -errno, true);
  view.setUint32(HEADER.unique, header.unique, true);
  // A repeated request is answered with its number as it came, bit 63 included.
  const high = Math.floor(header.unique / 0x1_0000_0000);
  view.setUint32(HEADER.unique + 4, header.resent ? (high | 0x8000_0000) >>> 0 : high, true);
}

type Statfs = Extract<Reply, { kind: "statfs" }>;

function encodeStatfs(view: DataView, reply: Statfs): number {
  const at = s.STATFS_OUT.at;
  for (let word = 0; word < s.STATFS_OUT.bytes; word += 4) view.setUint32(BODY + word, 0, true);
  writeU64(view, BODY + at.blocks, reply.blocks);
  writeU64(view, BODY + at.blocksFree, reply.blocksFree);
  writeU64(view, BODY + at.blocksAvailable, reply.blocksAvailable);
  writeU64(view, BODY + at.files, reply.files);
  writeU64(view, BODY + at.filesFree, reply.filesFree);
  view.setUint32(BODY + at.blockSize, reply.blockSize, true);
  view.setUint32(BODY + at.nameMax, reply.nameMax, true);
  view.setUint32(BODY + at.fragmentSize, reply.blockSize, true);
  return s.STATFS_OUT.bytes;
}

/** Lock ranges: 2^53-1 is the kernel's 2^63-1, "to the end of the file". */
function encodeLockEnd(view: DataView, at: number, end: number): void {
  if (end < Number.MAX_SAFE_INTEGER) writeU64(view, at, end);
  else {
    view.setUint32(at, 0xffff_ffff, true);
    view.setUint32(at + 4, 0x7fff_ffff, true);
  }
}

function encodeOpened(view: DataView, at: number, fh: number, openFlags: number): number {
  writeU64(view, at + s.OPEN_OUT.at.fh, fh);
  view.setUint32(at + s.OPEN_OUT.at.openFlags, openFlags, true);
  view.setUint32(at + s.OPEN_OUT.at.backing, 0, true);
  return s.OPEN_OUT.bytes;
}

function encodeAttributesOut(view: DataView, reply: Extract<Reply, { kind: "attributes" }>): number {
  const at = s.ATTRIBUTES_OUT.at;
  encodeValidity(view, BODY + at.valid, BODY + at.validNsec, reply.attributeSeconds);
  view.setUint32(BODY + at._, 0, true);
  encodeAttributes(view, BODY + at.attributes, reply.attributes);
  return s.ATTRIBUTES_OUT.bytes;
}

function encodeStatxOut(view: DataView, reply: Extract<Reply, { kind: "statx" }>): number {
  const at = s.STATX_OUT.at;
  for (let word = 0; word < at.statx; word += 4) view.setUint32(BODY + word, 0, true);
  encodeValidity(view, BODY + at.valid, BODY + at.validNsec, reply.attributeSeconds);
  encodeStatx(view, BODY + at.statx, reply.attributes);
  return s.STATX_OUT.bytes;
}

function encodeNegative(view: DataView, entrySeconds: number): number {
  for (let word = 0; word < s.ENTRY_OUT.bytes; word += 4) view.setUint32(BODY + word, 0, true);
  const at = s.ENTRY_OUT.at;
  encodeValidity(view, BODY + at.entryValid, BODY + at.entryValidNsec, entrySeconds);
  return s.ENTRY_OUT.bytes;
}

function encodeLock(view: DataView, reply: Extract<Reply, { kind: "lock" }>): number {
  const at = s.LOCK_OUT.at;
  writeU64(view, BODY + at.start, reply.start);
  encodeLockEnd(view, BODY + at.end, reply.end);
  view.setUint32(BODY + at.type, reply.type, true);
  view.setUint32(BODY + at.pid, reply.pid, true);
  return s.LOCK_OUT.bytes;
}

/** A body that is one number, or one and padding. */
function encodeNumber(view: DataView, value: number, structure: Layout): number {
  writeU64(view, BODY, value);
  return structure.bytes;
}

function encodeBody(into: Memory, reply: Exclude<Reply, { kind: "error" }>): number {
  const { view } = into;
  switch (reply.kind) {
    case "empty":
      return 0;
    case "attributes":
      return encodeAttributesOut(view, reply);
    case "entry":
      encodeEntry(view, BODY, reply.attributes, reply.validity);
      return s.ENTRY_OUT.bytes;
    case "created":
      encodeEntry(view, BODY, reply.attributes, reply.validity);
      return s.ENTRY_OUT.bytes + encodeOpened(view, BODY + s.CREATE_OUT.at.open, reply.fh, reply.openFlags);
    case "data":
      into.bytes.set(reply.data, BODY);
      return reply.data.byteLength;
    case "negative":
      return encodeNegative(view, reply.entrySeconds);
    case "opened":
      return encodeOpened(view, BODY, reply.fh, reply.openFlags);
    case "written":
      // A 32-bit count and padding, or a 64-bit one: the same bytes while it fits.
      return encodeNumber(view, reply.count, reply.wide ? s.COPY_FILE_RANGE_OUT : s.WRITE_OUT);
    case "statx":
      return encodeStatxOut(view, reply);
    case "xattrSize":
      return encodeNumber(view, reply.size, s.GETXATTR_OUT);
    case "statfs":
      return encodeStatfs(view, reply);
    case "lock":
      return encodeLock(view, reply);
    case "offset":
      return encodeNumber(view, reply.offset, s.LSEEK_OUT);
    default:
      return assertNever(reply);
  }
}

/**
 * Encodes one answer from the begin of `into`, which must have room for it: 512 bytes, or 16 more than `data` has.
 * @param header Of the request that is answered.
 * @returns Bytes of the answer, to be given to the kernel by one write.
 */
export function encodeReply(into: Memory, header: Header, reply: Reply): number {
  if (reply.kind === "error") {
    encodeHeader(into.view, header, BODY, errnoNumber(reply.errno));
    return BODY;
  }
  const bytes = BODY + encodeBody(into, reply);
  encodeHeader(into.view, header, bytes, 0);
  return bytes;
}
