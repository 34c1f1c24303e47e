import { S_IFREG } from "../../core/attributes.ts";
import { ERRNO } from "../../core/errno.ts";
import { AT_EMPTY_PATH, UNCHANGED_ID } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { type MessageOfKind, SET } from "../../wire/messages.ts";
import type { Disk } from "./disk.ts";
import type { Effects } from "./effects.ts";
import { ACCESS, type ObjectEntry } from "./entry.ts";
import { chmodOf, withoutPrivileges } from "./privileges.ts";
import { MAY, mayUse } from "./rights.ts";
import { setTimes, setTimesOfPath } from "./times.ts";

type SetAttributes = MessageOfKind<"setAttributes">;

const EMPTY = Buffer.alloc(1);
const TIMES = SET.atime | SET.mtime;

/**
 * chown, chmod, utimensat and truncate of one object: all of it or nothing.
 *
 * First it is asked whether the caller may, with the rights as they are before the change; what cannot be put back,
 * truncation, comes last.
 *
 * @returns 0 or -errno.
 */
export function applySetAttributes(disk: Disk, change: SetAttributes, effects: Effects): number {
  const entry = disk.objects.get(change.oid);
  if (entry === undefined) return -ERRNO.ESTALE.number;
  const fd = (change.set & SET.size) !== 0 ? disk.objects.open.writable(entry) : disk.objects.open.any(entry);
  if (fd < 0) return fd;
  const failed = disk.stat.of(fd);
  if (failed < 0) return failed;
  const { mode, uid, gid, size } = disk.stat;
  const allowed = mayTruncate(disk, change, effects.doubtful, fd) || mayStamp(disk, change, uid, fd);
  if (allowed < 0) return allowed;
  let result = chown(disk, change, fd) || chmod(disk, change, entry, mode);
  if (result === 0 && (change.set & SET.size) !== 0) {
    result = libc.ftruncate(fd, change.size);
    if (result === 0 && change.size < size) disk.room.doubt();
  }
  if (result < 0) {
    if ((change.set & (SET.uid | SET.gid)) !== 0) libc.fchownat(fd, EMPTY, uid, gid, AT_EMPTY_PATH);
    // Of a symbolic link chmod(2) fails, and its mode never changes.
    setMode(entry, mode & 0o7777);
    return result;
  }
  stamp(change, entry);
  effects.about = entry;
  return 0;
}

/** truncate(2) asks for write permission; by a descriptor it was asked when that was opened. */
function mayTruncate(disk: Disk, change: SetAttributes, doubtful: boolean, fd: number): number {
  const asks = (change.set & SET.size) !== 0 && (change.set & SET.checked) === 0 && !doubtful;
  return asks ? mayUse(disk, fd, change.origin.caller, MAY.write) : 0;
}

/** utimensat(2): any time by the owner, the present one also by whoever may write. @param uid The owner. */
function mayStamp(disk: Disk, change: SetAttributes, uid: number, fd: number): number {
  const { caller } = change.origin;
  if ((change.set & TIMES) === 0 || caller.uid === 0 || caller.uid === uid) return 0;
  if ((change.set & SET.now) === 0) return -ERRNO.EPERM.number;
  return mayUse(disk, fd, caller, MAY.write);
}

function chown(disk: Disk, change: SetAttributes, fd: number): number {
  const { set, origin } = change;
  if ((set & (SET.uid | SET.gid)) === 0) return 0;
  const refused = disk.identity.become(origin.caller);
  if (refused < 0) return refused;
  const uid = (set & SET.uid) !== 0 ? change.uid : UNCHANGED_ID;
  const gid = (set & SET.gid) !== 0 ? change.gid : UNCHANGED_ID;
  const result = libc.fchownat(fd, EMPTY, uid, gid, AT_EMPTY_PATH);
  disk.identity.root();
  return result;
}

/** @param mode As it was; set-user-ID and set-group-ID go where the client's kernel asks for it. */
function chmod(disk: Disk, change: SetAttributes, entry: ObjectEntry, mode: number): number {
  const { set, origin } = change;
  if ((set & SET.mode) === 0) {
    const drops =
      (set & SET.killPrivileges) !== 0 && entry.type === S_IFREG && withoutPrivileges(mode) !== (mode & 0o7777);
    return drops ? libc.fchmod(entry.fd, withoutPrivileges(mode)) : 0;
  }
  const refused = disk.identity.become(origin.caller);
  if (refused < 0) return refused;
  const result = setMode(entry, change.mode & 0o7777);
  disk.identity.root();
  return result;
}

const setMode = (entry: ObjectEntry, bits: number): number =>
  entry.access === ACCESS.path ? chmodOf(entry.fd, bits) : libc.fchmod(entry.fd, bits);

/** A new size is a change of what is in the file: it also sets mtime, unless the change says which. */
function stamp(change: SetAttributes, entry: ObjectEntry): void {
  const { set, origin } = change;
  const atime = (set & SET.atime) !== 0 ? change.atime : undefined;
  const mtime = (set & SET.mtime) !== 0 ? change.mtime : (set & SET.size) !== 0 ? origin.time : undefined;
  if (atime === undefined && mtime === undefined) return;
  if (entry.access === ACCESS.path) setTimesOfPath(entry.fd, atime, mtime);
  else setTimes(entry.fd, atime, mtime);
}
