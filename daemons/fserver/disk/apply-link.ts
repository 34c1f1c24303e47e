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
import { DRIFT, meaningOf } from "./meaning.ts";
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
  let result = linkAs(disk, change, fd, dirfd);
  if (result === -ERRNO.EEXIST.number) {
    const there = meaningOf(disk, dirfd, name, cstring(name));
    if (there === entry && effects.doubtful) result = 0;
    else if (there !== DRIFT || setAside(disk, dirfd, change.parent, name) < 0) return result;
    else result = linkAs(disk, change, fd, dirfd);
  }
  if (result < 0) return result;
  if (entry.orphan) {
    libc.unlinkat(disk.orphans, cstring(orphanName(entry)), 0);
    entry.orphan = false;
    effects.kept.push(entry);
  }
  setTimes(dirfd, undefined, change.origin.time);
  effects.about = entry;
  return 0;
}

function linkAs(disk: Disk, change: Link, fd: number, dirfd: number): number {
  // Following the link of /proc leads to the object itself, also where that is a symbolic link: proc_pid_fd(5).
  const from = cstring(`/proc/self/fd/${fd}`);
  const refused = disk.identity.become(change.origin.caller);
  if (refused < 0) return refused;
  const result = libc.linkat(AT_FDCWD, from, dirfd, cstring(change.name), AT_SYMLINK_FOLLOW);
  disk.identity.root();
  return result;
}
