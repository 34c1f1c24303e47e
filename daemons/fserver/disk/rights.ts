import type { Caller } from "../../core/caller.ts";
import { ERRNO } from "../../core/errno.ts";
import { AT_EMPTY_PATH } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import type { Disk } from "./disk.ts";

/** access(2). */
export const MAY = { write: 2, search: 1 } as const;
/** faccessat2(2): the ids of the thread count, not those of the process. */
const AT_EACCESS = 0x200;
const S_ISVTX = 0o1000;
const EMPTY = Buffer.alloc(1);

/**
 * Asks the kernel whether a caller has rights on an open object; ACLs count. Only for what the kernel cannot be asked to do
 * itself, in the caller's name. Linux before 5.8 does not tell: then the check of the client's kernel has to do.
 *
 * @returns 0 or -errno.
 */
export function mayUse(disk: Disk, fd: number, caller: Caller, mask: number): number {
  if (caller.uid === 0) return 0;
  const refused = disk.identity.become(caller);
  if (refused < 0) return refused;
  const allowed = libc.faccessat2(fd, EMPTY, mask, AT_EACCESS | AT_EMPTY_PATH);
  disk.identity.root();
  return allowed === -ERRNO.ENOSYS.number ? 0 : allowed;
}

/** Whether a caller may make a name in a directory. @returns 0 or -errno. */
export const mayMake = (disk: Disk, dirfd: number, caller: Caller): number =>
  mayUse(disk, dirfd, caller, MAY.write | MAY.search);

/**
 * Whether a caller may remove a name from a directory: fs/namei.c may_delete(). Afterwards `disk.stat` tells of the
 * directory.
 *
 * @param uid Owner of the object.
 * @returns 0 or -errno.
 */
export function mayRemove(disk: Disk, dirfd: number, caller: Caller, uid: number): number {
  if (caller.uid === 0) return 0;
  const allowed = mayMake(disk, dirfd, caller);
  if (allowed < 0) return allowed;
  const failed = disk.stat.of(dirfd);
  if (failed < 0) return failed;
  const sticky = (disk.stat.mode & S_ISVTX) !== 0 && caller.uid !== disk.stat.uid && caller.uid !== uid;
  return sticky ? -ERRNO.EPERM.number : 0;
}
