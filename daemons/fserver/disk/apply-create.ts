import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../../core/attributes.ts";
import { ERRNO, errnoNumber } from "../../core/errno.ts";
import type { Time } from "../../core/time.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
} from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import type { MessageOfKind } from "../../wire/messages.ts";
import { checkName, isOwn } from "../core/names.ts";
import { type Disk, directoryFd } from "./disk.ts";
import { setAside } from "./drift.ts";
import type { Effects } from "./effects.ts";
import { ACCESS, type ObjectEntry } from "./entry.ts";
import { handleKey, readHandle } from "./file-handle.ts";
import { setMark, setMarkAt } from "./mark-xattr.ts";
import { DRIFT, meaningOf } from "./meaning.ts";
import { orphaned } from "./orphanage.ts";
import { mayMake } from "./rights.ts";
import { setTimes, setTimesAt, setTimesOfPath } from "./times.ts";

const EMPTY = Buffer.alloc(1);

type Create = MessageOfKind<"create">;

/** What the kernel made: its descriptor, or none for those whose opening does something (-1). */
type Made = { fd: number };
const made: Made = { fd: -1 };

/** Makes an object. @returns 0 or -errno. */
export function applyCreate(disk: Disk, change: Create, effects: Effects): number {
  const { name, oid } = change;
  if (name === "") return createUnnamed(disk, change, effects);
  const wrong = isOwn(change.parent, name) ? "EPERM" : checkName(name);
  if (wrong !== undefined) return -errnoNumber(wrong);
  const dirfd = directoryFd(disk, change.parent);
  if (dirfd < 0) return dirfd;
  const known = disk.objects.get(oid);
  if (known !== undefined) return effects.doubtful ? madeBefore(disk, change, effects, dirfd) : -ERRNO.EEXIST.number;
  const full = disk.objects.reserve(oid);
  if (full !== undefined) return -errnoNumber(full);
  let result = make(disk, change, dirfd);
  if (result === -ERRNO.EEXIST.number) {
    const there = meaningOf(disk, dirfd, name, cstring(name));
    if (there !== DRIFT) return effects.doubtful ? madeBefore(disk, change, effects, dirfd) : result;
    const aside = mayMake(disk, dirfd, change.origin.caller) || setAside(disk, dirfd, change.parent, name);
    if (aside < 0) return aside;
    result = make(disk, change, dirfd);
  }
  if (result < 0) return result;
  const entry = dress(disk, change, dirfd);
  if (typeof entry === "number") return entry;
  setTimes(dirfd, undefined, change.origin.time);
  effects.about = entry;
  return 0;
}

/** A repetition, perhaps: right if the name means the object that was to be made. */
function madeBefore(disk: Disk, change: Create, effects: Effects, dirfd: number): number {
  const there = meaningOf(disk, dirfd, change.name, cstring(change.name));
  if (typeof there === "number" || there.oid !== change.oid) return -ERRNO.EEXIST.number;
  stamp(disk, there, change.origin.time);
  setTimes(dirfd, undefined, change.origin.time);
  effects.about = there;
  return 0;
}

function stamp(disk: Disk, entry: ObjectEntry, time: Time): void {
  const fd = disk.objects.open.any(entry);
  if (fd < 0) return;
  if (entry.access === ACCESS.path) setTimesOfPath(fd, time, time);
  else setTimes(fd, time, time);
}

/** The system call, as the caller, so that rights, groups, default ACLs and quotas are the kernel's. */
function make(disk: Disk, change: Create, dirfd: number): number {
  const { mode, rdev } = change;
  const type = mode & S_IFMT || S_IFREG;
  const path = cstring(change.name);
  const refused = disk.identity.become(change.origin.caller);
  if (refused < 0) return refused;
  disk.identity.umask(change.umask & 0o777);
  made.fd = -1;
  let result: number;
  if (type === S_IFREG) {
    const flags = O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_NOATIME | O_CLOEXEC;
    made.fd = libc.openat(dirfd, path, flags, mode & 0o7777);
    result = Math.min(made.fd, 0);
  } else if (type === S_IFDIR) result = libc.mkdirat(dirfd, path, mode & 0o7777);
  else if (type === S_IFLNK) result = libc.symlinkat(cstring(change.target), dirfd, path);
  else result = libc.mknodat(dirfd, path, mode, rdev);
  disk.identity.root();
  return result;
}

/** Gives a new object its number and times. @returns It, or -errno; then it is gone again. */
function dress(disk: Disk, change: Create, dirfd: number): ObjectEntry | number {
  const { name, oid, origin } = change;
  const type = change.mode & S_IFMT || S_IFREG;
  const path = cstring(name);
  let { fd } = made;
  if (type === S_IFDIR) fd = libc.openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC, 0);
  let failed = fd >= 0 ? setMark(fd, oid) : type === S_IFDIR ? fd : setMarkAt(dirfd, name, oid);
  const length = fd >= 0 ? readHandle(fd, EMPTY, AT_EMPTY_PATH) : readHandle(dirfd, path, 0);
  if (failed >= 0 && length < 0) failed = length;
  if (failed < 0) {
    if (fd >= 0) libc.close(fd);
    libc.unlinkat(dirfd, path, type === S_IFDIR ? AT_REMOVEDIR : 0);
    return failed;
  }
  const entry = disk.objects.add(oid, type, handleKey(length));
  if (fd >= 0) disk.objects.open.keep(entry, fd, type === S_IFREG ? ACCESS.write : ACCESS.read);
  if (fd >= 0) setTimes(fd, origin.time, origin.time);
  else setTimesAt(dirfd, path, origin.time, origin.time);
  entry.ctimeSec = origin.time.sec;
  entry.ctimeNsec = origin.time.nsec;
  return entry;
}

/** O_TMPFILE: the kernel makes it in the directory that it is meant for, whose default ACL and group it gets. */
function createUnnamed(disk: Disk, change: Create, effects: Effects): number {
  const { oid, origin } = change;
  const dirfd = directoryFd(disk, change.parent);
  if (dirfd < 0) return dirfd;
  if ((change.mode & S_IFMT || S_IFREG) !== S_IFREG) return -ERRNO.EINVAL.number;
  const orphan = cstring(oid.toString(16));
  const there = meaningOf(disk, disk.orphans, oid.toString(16), orphan);
  if (typeof there !== "number") {
    if (!effects.doubtful) return -ERRNO.EEXIST.number;
    stamp(disk, there, origin.time);
    effects.about = there;
    orphaned(there, effects);
    return 0;
  }
  const full = disk.objects.reserve(oid);
  if (full !== undefined) return -errnoNumber(full);
  const refused = disk.identity.become(origin.caller);
  if (refused < 0) return refused;
  disk.identity.umask(change.umask & 0o777);
  const fd = libc.openat(dirfd, cstring("."), O_TMPFILE | O_RDWR | O_CLOEXEC, change.mode & 0o7777);
  disk.identity.root();
  if (fd < 0) return fd;
  let failed = setMark(fd, oid);
  if (failed === 0) {
    failed = libc.linkat(AT_FDCWD, cstring(`/proc/self/fd/${fd}`), disk.orphans, orphan, AT_SYMLINK_FOLLOW);
  }
  const entry = failed < 0 ? failed : disk.objects.addOpen(oid, S_IFREG, fd);
  if (typeof entry === "number") {
    libc.close(fd);
    if (failed === 0) libc.unlinkat(disk.orphans, orphan, 0);
    return entry;
  }
  disk.objects.open.keep(entry, fd, ACCESS.write);
  setTimes(fd, origin.time, origin.time);
  orphaned(entry, effects);
  entry.ctimeSec = origin.time.sec;
  entry.ctimeNsec = origin.time.nsec;
  effects.about = entry;
  return 0;
}
