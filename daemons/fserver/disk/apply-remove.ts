import { S_IFDIR } from "../../core/attributes.ts";
import { ERRNO, errnoNumber } from "../../core/errno.ts";
import { AT_REMOVEDIR } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import type { MessageOfKind } from "../../wire/messages.ts";
import { checkName, isOwn } from "../core/names.ts";
import { type Disk, directoryFd, orphanName } from "./disk.ts";
import { emptyOfDrift } from "./drift.ts";
import type { Effects } from "./effects.ts";
import type { ObjectEntry } from "./entry.ts";
import { DRIFT, lives, meaningOf } from "./meaning.ts";
import { dropFile, keepDirectory, keepFile, orphaned } from "./orphanage.ts";
import { mayRemove } from "./rights.ts";
import { setTimes } from "./times.ts";

type Remove = MessageOfKind<"remove">;

/** unlink(2) or rmdir(2) of a name that means the object the client thinks of. @returns 0 or -errno. */
export function applyRemove(disk: Disk, change: Remove, effects: Effects): number {
  const { name } = change;
  const wrong = isOwn(change.parent, name) ? "ENOENT" : checkName(name);
  if (wrong !== undefined) return -errnoNumber(wrong);
  const dirfd = directoryFd(disk, change.parent);
  if (dirfd < 0) return dirfd;
  const there = meaningOf(disk, dirfd, name, cstring(name));
  if (typeof there === "number" || there.oid !== change.oid) {
    if (effects.doubtful) return removedBefore(disk, change, effects, dirfd);
    return typeof there !== "number" ? -ERRNO.ESTALE.number : there === DRIFT ? -ERRNO.ENOENT.number : there;
  }
  const isDirectory = there.type === S_IFDIR;
  const last = isDirectory || disk.stat.nlink === 1;
  const { uid } = disk.stat;
  const keeps = change.keep === 1 && last;
  const away = keeps && isDirectory && change.directory === 1 && orphanDirectory(disk, change, dirfd, there, uid);
  const result = away ? 0 : unlinkAs(disk, change, dirfd, keeps && !isDirectory ? there : undefined);
  if (result < 0) return result;
  if (away || (keeps && !isDirectory)) orphaned(there, effects);
  else if (last) effects.removed.push(there);
  setTimes(dirfd, undefined, change.origin.time);
  return 0;
}

/** @param kept A file that is to live on as an orphan. */
function unlinkAs(disk: Disk, change: Remove, dirfd: number, kept: ObjectEntry | undefined): number {
  if (kept !== undefined) {
    const linked = keepFile(disk, dirfd, change.name, kept);
    if (linked < 0) return linked;
  }
  let result = unlinkOnce(disk, change, dirfd);
  if (result === -ERRNO.ENOTEMPTY.number) {
    const emptied = emptyOfDrift(disk, dirfd, change.oid, change.name);
    result = emptied < 0 ? result : unlinkOnce(disk, change, dirfd);
  }
  if (result < 0 && kept !== undefined) dropFile(disk, kept);
  return result;
}

function unlinkOnce(disk: Disk, change: Remove, dirfd: number): number {
  const refused = disk.identity.become(change.origin.caller);
  if (refused < 0) return refused;
  const result = libc.unlinkat(dirfd, cstring(change.name), change.directory === 1 ? AT_REMOVEDIR : 0);
  disk.identity.root();
  return result;
}

/** @returns Whether the directory lies among the orphans now. If not, rmdir(2) says best why it cannot be removed. */
function orphanDirectory(disk: Disk, change: Remove, dirfd: number, entry: ObjectEntry, uid: number): boolean {
  if (mayRemove(disk, dirfd, change.origin.caller, uid) < 0) return false;
  if (emptyOfDrift(disk, dirfd, change.oid, change.name) < 0) return false;
  return keepDirectory(disk, dirfd, change.name, entry) === 0;
}

/** The name no longer means the object: it was removed, just before the process ended. */
function removedBefore(disk: Disk, change: Remove, effects: Effects, dirfd: number): number {
  const entry = disk.objects.get(change.oid);
  // Remembered as gone: an earlier change removed it.
  if (entry === undefined) return -ERRNO.ENOENT.number;
  setTimes(dirfd, undefined, change.origin.time);
  settle(disk, entry, effects);
  return 0;
}

/** Finds out what became of an object whose name is gone. */
export function settle(disk: Disk, entry: ObjectEntry, effects: Effects): void {
  if (meaningOf(disk, disk.orphans, orphanName(entry), cstring(orphanName(entry))) === entry) orphaned(entry, effects);
  else if (!lives(disk, entry)) effects.removed.push(entry);
}
