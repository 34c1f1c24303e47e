import { S_IFDIR, S_IFMT } from "../../../core/attributes.ts";
import type { Caller } from "../../../core/caller.ts";
import type { Inode } from "./inode.ts";

export const MAY = { read: 4, write: 2, search: 1 } as const;
const S_ISVTX = 0o1000;
const S_ISGID = 0o2000;
const S_ISUID = 0o4000;
const S_IXGRP = 0o010;

export const inGroup = (caller: Caller, gid: number): boolean => caller.gid === gid || caller.groups.includes(gid);

/** fs/namei.c generic_permission(), without ACLs. @param mask Of MAY. */
export function may(inode: Inode, caller: Caller, mask: number): boolean {
  if (caller.uid === 0) return true;
  const shift = caller.uid === inode.uid ? 6 : inGroup(caller, inode.gid) ? 3 : 0;
  return ((inode.mode >> shift) & mask) === mask;
}

export const owns = (inode: Inode, caller: Caller): boolean => caller.uid === 0 || caller.uid === inode.uid;

/** fs/namei.c may_delete(): in a sticky directory one removes only what is one's own. */
export const isStuck = (parent: Inode, inode: Inode, caller: Caller): boolean =>
  (parent.mode & S_ISVTX) !== 0 && caller.uid !== 0 && caller.uid !== parent.uid && caller.uid !== inode.uid;

/** fs/inode.c inode_init_owner(): mode and group of a new object in a directory. */
export function inherit(parent: Inode, mode: number, caller: Caller): { readonly mode: number; readonly gid: number } {
  if ((parent.mode & S_ISGID) === 0) return { mode, gid: caller.gid };
  const { gid } = parent;
  if ((mode & S_IFMT) === S_IFDIR) return { mode: mode | S_ISGID, gid };
  const strips = (mode & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP) && caller.uid !== 0 && !inGroup(caller, gid);
  return { mode: strips ? mode & ~S_ISGID : mode, gid };
}

/** fs/inode.c should_remove_suid(). */
export const withoutPrivileges = (mode: number): number =>
  mode & ~(S_ISUID | ((mode & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP) ? S_ISGID : 0));

/** chmod(2), fs/attr.c setattr_should_drop_sgid(): set-group-ID stays only where a member of the group changes it. */
export const permitted = (inode: Inode, bits: number, caller: Caller): number =>
  caller.uid !== 0 && !inGroup(caller, inode.gid) ? bits & ~S_ISGID : bits;
