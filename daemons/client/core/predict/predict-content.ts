/** Changes of one object: what is in it, its mode, owners and times. */
import { S_IFLNK, S_IFMT, type Attributes } from "../../../core/attributes.ts";
import { inGroup, MAY, owns, permitted, withoutPrivileges } from "../../../core/permission.ts";
import type { Time } from "../../../core/time.ts";
import { SET } from "../../../wire/messages.ts";
import type { BodyOf } from "../change-body.ts";
import type { Known } from "../held-lease.ts";
import { isDirectory, isFile, surelyMay, typeOf } from "./known-object.ts";
import { changed, type By, type Facts, type Prediction } from "./prediction.ts";

/** Every file system takes files of this size. */
const FILE_BYTES_MAX = 2 ** 40;
const BLOCK = 4_096;
/** Blocks of stat(2) in one of the file system. */
const BLOCK_SECTORS = BLOCK / 512;

export function predictWrite(facts: Facts, body: BodyOf<"write">, by: By): Prediction | undefined {
  const known = facts(body.oid);
  const { offset } = body;
  const { length } = body.data;
  if (known === undefined || !isFile(known) || length === 0 || offset + length > FILE_BYTES_MAX) return undefined;
  const { mode } = known.attributes;
  const size = Math.max(known.attributes.size, offset + length);
  const attributes = {
    size,
    blocks: blocksAfter(known.attributes, size, offset, length),
    mtime: by.time,
    mode: body.killPrivileges === 1 ? withoutPrivileges(mode) : mode,
  };
  return { after: [[body.oid, changed(known, by, attributes)]], names: [] };
}

/** Exact where the file has no holes and the file system keeps what it is given as it is; never 0. */
function blocksAfter({ blocks }: Attributes, size: number, offset: number, length: number): number {
  const written = Math.ceil((offset + length) / BLOCK) - Math.floor(offset / BLOCK);
  const most = Math.ceil(size / BLOCK) * BLOCK_SECTORS;
  return Math.max(blocks, Math.min(blocks + written * BLOCK_SECTORS, most));
}

export function predictSetAttributes(facts: Facts, body: BodyOf<"setAttributes">, by: By): Prediction | undefined {
  const known = facts(body.oid);
  if (known === undefined || !surelyMaySet(known, body, by)) return undefined;
  const { set } = body;
  const before = known.attributes;
  let { mode, uid, gid, size, blocks, atime, mtime } = before;
  if ((set & (SET.uid | SET.gid)) !== 0) {
    if (!isDirectory(known)) mode = permitted(before, withoutPrivileges(mode), by.caller);
    if ((set & SET.uid) !== 0) uid = body.uid;
    if ((set & SET.gid) !== 0) gid = body.gid;
  }
  if ((set & SET.mode) !== 0) {
    mode = (mode & S_IFMT) | permitted({ mode, uid, gid }, body.mode & 0o7777, by.caller);
  } else if ((set & SET.killPrivileges) !== 0 && isFile(known)) mode = withoutPrivileges(mode);
  if ((set & SET.size) !== 0) {
    size = body.size;
    blocks = Math.min(blocks, Math.ceil(size / BLOCK) * BLOCK_SECTORS);
    mtime = by.time;
  }
  if ((set & SET.atime) !== 0) atime = body.atime;
  if ((set & SET.mtime) !== 0) mtime = body.mtime;
  return {
    after: [[body.oid, changed(known, by, { mode, uid, gid, size, blocks, atime, mtime })]],
    names: [],
  };
}

/** fs/attr.c setattr_prepare(), as far as all of it is known. */
function surelyMaySet(known: Known, body: BodyOf<"setAttributes">, { caller }: By): boolean {
  const { set } = body;
  const { uid, gid } = known.attributes;
  if ((set & SET.size) !== 0) {
    if (!isFile(known) || body.size > FILE_BYTES_MAX) return false;
    if ((set & SET.checked) === 0 && !surelyMay(known, caller, MAY.write)) return false;
  }
  if ((set & (SET.atime | SET.mtime)) !== 0) {
    if (!owns(known.attributes, caller) && ((set & SET.now) === 0 || !surelyMay(known, caller, MAY.write)))
      return false;
    if (((set & SET.atime) !== 0 && !isKept(body.atime)) || ((set & SET.mtime) !== 0 && !isKept(body.mtime)))
      return false;
  }
  if ((set & SET.uid) !== 0 && caller.uid !== 0 && !(caller.uid === uid && body.uid === uid)) return false;
  const isOwnGroup = body.gid === gid || inGroup(caller, body.gid);
  if ((set & SET.gid) !== 0 && caller.uid !== 0 && !(caller.uid === uid && isOwnGroup)) return false;
  if ((set & SET.mode) === 0) return true;
  // With an ACL the group's bits are its mask.
  return known.isBare && typeOf(known) !== S_IFLNK && owns(known.attributes, caller);
}

/** Any file system keeps times of 1901 to 2038 as they are; others some do, and some cut. */
const isKept = ({ sec }: Time): boolean => sec >= -(2 ** 31) && sec < 2 ** 31;
