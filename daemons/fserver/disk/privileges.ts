import { AT_FDCWD } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";

const S_ISUID = 0o4000;
const S_ISGID = 0o2000;
const S_IXGRP = 0o010;

/**
 * A mode without set-user-ID, and without set-group-ID where a group may execute: what the kernel takes from a file that
 * someone else writes or gives away. fs/inode.c should_remove_suid().
 */
export const withoutPrivileges = (mode: number): number =>
  mode & ~(S_ISUID | ((mode & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP) ? S_ISGID : 0)) & 0o7777;

/** Takes them from an open file or directory. @param mode What it has. @returns 0 or -errno. */
export function dropPrivileges(fd: number, mode: number): number {
  const plain = withoutPrivileges(mode);
  return plain === (mode & 0o7777) ? 0 : libc.fchmod(fd, plain);
}

/** chmod(2) of an object that may be open with O_PATH. @returns 0 or -errno. */
export const chmodOf = (fd: number, mode: number): number =>
  libc.fchmodat(AT_FDCWD, cstring(`/proc/self/fd/${fd}`), mode, 0);
