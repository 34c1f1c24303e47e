/**
 * The rules by which the kernel lets a caller do something, and by which it changes modes: those of a local file system
 * without ACLs. The store in memory goes by them, and a client that predicts what members will say.
 */
import { S_IFDIR, S_IFMT } from "./attributes.ts";
import type { Caller } from "./caller.ts";

export const MAY = { read: 4, write: 2, search: 1 } as const;
const S_ISVTX = 0o1000;
const S_ISGID = 0o2000;
const S_ISUID = 0o4000;
const S_IXGRP = 0o010;

/** Of an object, what its rights follow from. */
export type Guarded = { readonly mode: number; readonly uid: number; readonly gid: number };

export const inGroup = (caller: Caller, gid: number): boolean => caller.gid === gid || caller.groups.includes(gid);

/** fs/namei.c generic_permission(), without ACLs. @param mask Of MAY. */
export function may(object: Guarded, caller: Caller, mask: number): boolean {
  if (caller.uid === 0) return true;
  const shift = caller.uid === object.uid ? 6 : inGroup(caller, object.gid) ? 3 : 0;
  return ((object.mode >> shift) & mask) === mask;
}

export const owns = (object: Guarded, caller: Caller): boolean => caller.uid === 0 || caller.uid === object.uid;

/** fs/namei.c may_delete(): in a sticky directory one removes only what is one's own. */
export const isStuck = (parent: Guarded, object: Guarded, caller: Caller): boolean =>
  (parent.mode & S_ISVTX) !== 0 && caller.uid !== 0 && caller.uid !== parent.uid && caller.uid !== object.uid;

/** fs/inode.c inode_init_owner(): mode and group of a new object in a directory. */
export function inherit(
  parent: Guarded,
  mode: number,
  caller: Caller,
): { readonly mode: number; readonly gid: number } {
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
export const permitted = (object: Guarded, bits: number, caller: Caller): number =>
  caller.uid !== 0 && !inGroup(caller, object.gid) ? bits & ~S_ISGID : bits;
