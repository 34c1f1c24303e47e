import type { Time } from "../../core/time.ts";
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, UTIME_OMIT } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { type Address, addressOf, cstring, viewOf, write64 } from "../../sys/memory.ts";

const bytes = Buffer.alloc(32);
const view = viewOf(bytes);
let address = 0;

function put(at: number, time: Time | undefined): void {
  if (time !== undefined) write64(view, at, time.sec);
  write64(view, at + 8, time === undefined ? UTIME_OMIT : time.nsec);
}

function times(atime: Time | undefined, mtime: Time | undefined): number {
  if (address === 0) address = addressOf(bytes);
  put(0, atime);
  put(16, mtime);
  return address;
}

/** Sets times of an open file; undefined keeps one. @returns 0 or -errno. */
export const setTimes = (fd: number, atime: Time | undefined, mtime: Time | undefined): number =>
  libc.futimens(fd, times(atime, mtime));

/** The same for a descriptor opened with O_PATH, which futimens(2) refuses. */
export const setTimesOfPath = (fd: number, atime: Time | undefined, mtime: Time | undefined): number =>
  libc.utimensat(AT_FDCWD, cstring(`/proc/self/fd/${fd}`), times(atime, mtime), 0);

/** Times of what a name in a directory means, itself if it is a symbolic link. */
export const setTimesAt = (dirfd: number, name: Address, atime: Time | undefined, mtime: Time | undefined): number =>
  libc.utimensat(dirfd, name, times(atime, mtime), AT_SYMLINK_NOFOLLOW);
