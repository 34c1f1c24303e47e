import { S_IFDIR } from "../../core/attributes.ts";
import { ERRNO, errnoNumber } from "../../core/errno.ts";
import { RENAME_EXCHANGE, RENAME_NOREPLACE } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import type { MessageOfKind } from "../../wire/messages.ts";
import { checkName, isOwn } from "../core/names.ts";
import { settle } from "./apply-remove.ts";
import { type Disk, directoryFd } from "./disk.ts";
import { emptyOfDrift, setAside } from "./drift.ts";
import type { Effects } from "./effects.ts";
import type { ObjectEntry } from "./entry.ts";
import { DRIFT, type Meaning, meaningOf } from "./meaning.ts";
import { dropFile, keepDirectory, keepFile, orphaned } from "./orphanage.ts";
import { MAY, mayMake, mayRemove, mayUse } from "./rights.ts";
import { setTimes } from "./times.ts";

type Rename = MessageOfKind<"rename">;
/** Both directories, open. */
type Ends = { readonly from: number; readonly to: number };

const means = (meaning: Meaning, oid: number): boolean => typeof meaning !== "number" && meaning.oid === oid;

/** rename(2) and renameat2(2) of names that mean the objects the client thinks of. @returns 0 or -errno. */
export function applyRename(disk: Disk, change: Rename, effects: Effects): number {
  const { flags } = change;
  if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) !== 0 || flags === (RENAME_NOREPLACE | RENAME_EXCHANGE)) {
    return -ERRNO.EINVAL.number;
  }
  const wrong =
    (isOwn(change.fromParent, change.fromName) ? "ENOENT" : checkName(change.fromName)) ??
    (isOwn(change.toParent, change.toName) ? "EPERM" : checkName(change.toName));
  if (wrong !== undefined) return -errnoNumber(wrong);
  const from = directoryFd(disk, change.fromParent);
  if (from < 0) return from;
  const to = directoryFd(disk, change.toParent);
  if (to < 0) return to;
  return renameBetween(disk, change, effects, { from, to });
}

function renameBetween(disk: Disk, change: Rename, effects: Effects, ends: Ends): number {
  const { fromName, toName, oid, replaced } = change;
  const moved = meaningOf(disk, ends.from, fromName, cstring(fromName));
  const there = meaningOf(disk, ends.to, toName, cstring(toName));
  // Of the second, since disk.stat tells of what was looked at last.
  const { nlink, uid } = disk.stat;
  if (effects.doubtful && means(there, oid) && !means(moved, oid))
    return renamedBefore(disk, change, effects, ends, there as ObjectEntry);
  if (moved === DRIFT) return -ERRNO.ENOENT.number;
  if (typeof moved === "number") return moved;
  if (moved.oid !== oid) return -ERRNO.ESTALE.number;
  if (there === DRIFT && replaced === 0 && (change.flags & RENAME_EXCHANGE) === 0) {
    const { caller } = change.origin;
    const aside = mayMake(disk, ends.to, caller) || setAside(disk, ends.to, change.toParent, toName);
    if (aside < 0) return aside;
  } else if (typeof there === "number") {
    if (there !== DRIFT && there !== -ERRNO.ENOENT.number) return there;
    if (replaced !== 0 && !effects.doubtful) return -ERRNO.ESTALE.number;
  } else if (there.oid !== replaced) {
    return (change.flags & RENAME_NOREPLACE) !== 0 ? -ERRNO.EEXIST.number : -ERRNO.ESTALE.number;
  }
  const target = typeof there === "number" ? undefined : there;
  // rename(2): two names of one object, nothing is done.
  if (target === moved && (change.flags & RENAME_NOREPLACE) === 0) {
    effects.about = moved;
    return 0;
  }
  const lost =
    target !== undefined && change.flags === 0 && (target.type === S_IFDIR || nlink === 1) ? target : undefined;
  const keeps = lost !== undefined && change.keep === 1;
  const away = keeps && lost.type === S_IFDIR && exchangeAway(disk, change, ends, moved, lost, uid);
  const result = away ? 0 : replace(disk, change, ends, lost, keeps && lost.type !== S_IFDIR);
  if (result < 0) return result;
  if (away || (keeps && lost.type !== S_IFDIR)) orphaned(lost, effects);
  else if (lost !== undefined) effects.removed.push(lost);
  return done(change, effects, ends, moved);
}

function done(change: Rename, effects: Effects, ends: Ends, moved: ObjectEntry): number {
  setTimes(ends.from, undefined, change.origin.time);
  if (ends.to !== ends.from) setTimes(ends.to, undefined, change.origin.time);
  effects.about = moved;
  return 0;
}

function renameAs(disk: Disk, change: Rename, ends: Ends, flags: number): number {
  const refused = disk.identity.become(change.origin.caller);
  if (refused < 0) return refused;
  const result = libc.renameat2(ends.from, cstring(change.fromName), ends.to, cstring(change.toName), flags);
  disk.identity.root();
  return result;
}

/**
 * @param lost What has its last name there.
 * @param keeps It is a file, and is to live on as an orphan.
 */
function replace(disk: Disk, change: Rename, ends: Ends, lost: ObjectEntry | undefined, keeps: boolean): number {
  // Where nothing is to be replaced nothing may be, also if it came a moment ago.
  const flags = change.replaced === 0 && change.flags === 0 ? RENAME_NOREPLACE : change.flags;
  if (lost !== undefined && keeps) {
    const linked = keepFile(disk, ends.to, change.toName, lost);
    if (linked < 0) return linked;
  }
  let result = renameAs(disk, change, ends, flags);
  if (result === -ERRNO.ENOTEMPTY.number && lost !== undefined) {
    const emptied = emptyOfDrift(disk, ends.to, change.replaced, change.toName);
    if (emptied === 0) result = renameAs(disk, change, ends, flags);
  }
  if (result < 0 && lost !== undefined && keeps) dropFile(disk, lost);
  return result;
}

/**
 * Replaces a directory that is to live on: the two are exchanged, and the old one put away. An exchange asks for rights that
 * a rename does not, so those of a rename are asked for here.
 *
 * @param uid Owner of the old one.
 * @returns Whether it is done. If not, rename(2) says best why it cannot be.
 */
function exchangeAway(
  disk: Disk,
  change: Rename,
  ends: Ends,
  moved: ObjectEntry,
  lost: ObjectEntry,
  uid: number,
): boolean {
  const { caller } = change.origin;
  const fd = disk.objects.open.any(moved);
  if (moved.type !== S_IFDIR || fd < 0 || disk.stat.of(fd) < 0) return false;
  if (mayRemove(disk, ends.from, caller, disk.stat.uid) < 0 || mayRemove(disk, ends.to, caller, uid) < 0) return false;
  // Its `..` is written.
  if (ends.from !== ends.to && mayUse(disk, fd, caller, MAY.write) < 0) return false;
  if (emptyOfDrift(disk, ends.to, change.replaced, change.toName) < 0) return false;
  const names = [cstring(change.fromName), cstring(change.toName)] as const;
  const exchanged = libc.renameat2(ends.from, names[0], ends.to, names[1], RENAME_EXCHANGE);
  return exchanged === 0 && keepDirectory(disk, ends.from, change.fromName, lost) === 0;
}

/** The new name means the object already, the old one no longer: done just before the process ended. */
function renamedBefore(disk: Disk, change: Rename, effects: Effects, ends: Ends, moved: ObjectEntry): number {
  const { replaced } = change;
  const entry = replaced === 0 || (change.flags & RENAME_EXCHANGE) !== 0 ? undefined : disk.objects.get(replaced);
  if (entry !== undefined) {
    // A directory that was exchanged but not yet put away lies at the old name.
    const old = meaningOf(disk, ends.from, change.fromName, cstring(change.fromName));
    if (old === entry && entry.type === S_IFDIR) keepDirectory(disk, ends.from, change.fromName, entry);
    settle(disk, entry, effects);
  }
  return done(change, effects, ends, moved);
}
