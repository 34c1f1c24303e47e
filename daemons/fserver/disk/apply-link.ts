import { S_IFDIR } from "../../core/attributes.ts";
import { ERRNO, errnoNumber } from "../../core/errno.ts";
import { AT_FDCWD, AT_SYMLINK_FOLLOW } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import type { MessageOfKind } from "../../wire/messages.ts";
import { checkName, isOwn } from "../core/names.ts";
import { type Disk, directoryFd, orphanName } from "./disk.ts";
import { setAside } from "./drift.ts";
import type { Effects } from "./effects.ts";
import type { ObjectEntry } from "./entry.ts";
import { DRIFT, meaningOf } from "./meaning.ts";
import { MAY, mayMake, mayUse } from "./rights.ts";
import { setTimes } from "./times.ts";

type Link = MessageOfKind<"link">;

/** Gives an object one more name; an orphan is none any more then. @returns 0 or -errno. */
export function applyLink(disk: Disk, change: Link, effects: Effects): number {
  const { name } = change;
  const wrong = isOwn(change.parent, name) ? "EPERM" : checkName(name);
  if (wrong !== undefined) return -errnoNumber(wrong);
  const dirfd = directoryFd(disk, change.parent);
  if (dirfd < 0) return dirfd;
  const entry = disk.objects.get(change.oid);
  if (entry === undefined) return -ERRNO.ESTALE.number;
  if (entry.type === S_IFDIR) return -ERRNO.EPERM.number;
  const fd = disk.objects.open.any(entry);
  if (fd < 0) return fd;
  const refused = mayLink(disk, change, effects, dirfd, entry);
  if (refused < 0) return refused;
  if (refused === 0) {
    // Following the link of /proc leads to the object itself, also where that is a symbolic link: proc_pid_fd(5).
    const from = cstring(`/proc/self/fd/${fd}`);
    const linked = libc.linkat(AT_FDCWD, from, dirfd, cstring(name), AT_SYMLINK_FOLLOW);
    if (linked < 0) return linked;
  }
  if (entry.orphan) {
    libc.unlinkat(disk.orphans, cstring(orphanName(entry)), 0);
    entry.orphan = false;
    effects.kept.push(entry);
  }
  setTimes(dirfd, undefined, change.origin.time);
  effects.about = entry;
  return 0;
}

/**
 * Asks what link(2) would ask in the caller's name. It is made in root's, as the host's own policy (protected_hardlinks in
 * proc_sys_fs(5)) may differ between members; that of the client's host has been applied.
 *
 * @returns 0, -errno, or 1 when the name is there already, made by this change before the process ended.
 */
function mayLink(disk: Disk, change: Link, effects: Effects, dirfd: number, entry: ObjectEntry): number {
  const { name, origin } = change;
  const found = mayUse(disk, dirfd, origin.caller, MAY.search);
  if (found < 0) return found;
  const there = meaningOf(disk, dirfd, name, cstring(name));
  if (there === entry && effects.doubtful) return 1;
  if (typeof there !== "number") return -ERRNO.EEXIST.number;
  const allowed = mayMake(disk, dirfd, origin.caller);
  if (allowed < 0) return allowed;
  return there === DRIFT ? setAside(disk, dirfd, change.parent, name) : 0;
}
