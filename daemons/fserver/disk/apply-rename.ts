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
  const { nlink } = disk.stat;
  if (effects.doubtful && means(there, oid) && !means(moved, oid))
    return renamedBefore(disk, change, effects, ends, there as ObjectEntry);
  if (moved === DRIFT) return -ERRNO.ENOENT.number;
  if (typeof moved === "number") return moved;
  if (moved.oid !== oid) return -ERRNO.ESTALE.number;
  if (there === DRIFT && replaced === 0 && (change.flags & RENAME_EXCHANGE) === 0) {
    const aside = setAside(disk, ends.to, change.toParent, toName);
    if (aside < 0) return aside;
  } else if (typeof there === "number") {
    if (there !== DRIFT && there !== -ERRNO.ENOENT.number) return there;
    if (replaced !== 0 && !effects.doubtful) return -ERRNO.ESTALE.number;
  } else if (there.oid !== replaced) {
    return (change.flags & RENAME_NOREPLACE) !== 0 ? -ERRNO.EEXIST.number : -ERRNO.ESTALE.number;
  }
  const target = typeof there === "number" ? undefined : there;
  // rename(2): two names of one object, nothing is done.
  if (target === moved) return done(change, effects, ends, moved);
  const lost =
    target !== undefined && change.flags === 0 && (target.type === S_IFDIR || nlink === 1) ? target : undefined;
  const result =
    lost !== undefined && change.keep === 1
      ? replaceKept(disk, change, ends, moved, lost)
      : replace(disk, change, ends, lost);
  if (result < 0) return result;
  if (lost !== undefined && change.keep === 1) orphaned(lost, effects);
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

/** @param lost What has its last name there. */
function replace(disk: Disk, change: Rename, ends: Ends, lost: ObjectEntry | undefined): number {
  // Where nothing is to be replaced nothing may be, also if it came a moment ago.
  const flags = change.replaced === 0 && change.flags === 0 ? RENAME_NOREPLACE : change.flags;
  const result = renameAs(disk, change, ends, flags);
  if (result !== -ERRNO.ENOTEMPTY.number || lost === undefined) return result;
  const emptied = emptyOfDrift(disk, ends.to, change.replaced, change.toName);
  return emptied < 0 ? result : renameAs(disk, change, ends, flags);
}

/** What is replaced lives on as an orphan. */
function replaceKept(disk: Disk, change: Rename, ends: Ends, moved: ObjectEntry, lost: ObjectEntry): number {
  if (lost.type !== S_IFDIR) {
    const linked = keepFile(disk, ends.to, change.toName, lost);
    if (linked < 0) return linked;
    const result = renameAs(disk, change, ends, 0);
    if (result < 0) dropFile(disk, lost);
    return result;
  }
  if (moved.type !== S_IFDIR) return -ERRNO.EISDIR.number;
  const emptied = emptyOfDrift(disk, ends.to, change.replaced, change.toName);
  if (emptied < 0) return emptied;
  const result = renameAs(disk, change, ends, RENAME_EXCHANGE);
  return result < 0 ? result : keepDirectory(disk, ends.from, change.fromName, lost);
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
