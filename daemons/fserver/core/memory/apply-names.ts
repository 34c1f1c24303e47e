import { S_IFCHR, S_IFBLK, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../../../core/attributes.ts";
import { ERRNO, type ErrnoName } from "../../../core/errno.ts";
import type { MessageOfKind } from "../../../wire/messages.ts";
import { checkName, isOwn } from "../names.ts";
import { type Inode, isDirectory, newInode } from "./inode.ts";
import { inherit, MAY, may } from "../../../core/permission.ts";
import type { MemoryTree } from "./tree.ts";

/** What a change came to: an errno, or the object whose attributes are told. */
export type Done = ErrnoName | { readonly about: Inode | undefined; readonly count?: number };

const NOTHING = { about: undefined };
const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;

export function create(tree: MemoryTree, change: MessageOfKind<"create">): Done {
  const { oid, name, origin } = change;
  const unnamed = name === "";
  const parent = unnamed ? tree.directory(change.parent) : tree.toMake(change.parent, name);
  if (!parent.ok) return parent.errno;
  if (tree.inodes.has(oid)) return "EEXIST";
  const type = change.mode & S_IFMT || S_IFREG;
  if (unnamed && type !== S_IFREG) return "EINVAL";
  if (tree.free < 1) return "ENOSPC";
  const refused = tree.mayMake(parent.value, name, origin.caller);
  if (refused !== undefined) return refused;
  if ((type === S_IFCHR || type === S_IFBLK) && origin.caller.uid !== 0) return "EPERM";
  if (type === S_IFLNK && change.target === "") return "ENOENT";
  const bits = type === S_IFLNK ? 0o777 : change.mode & (type === S_IFDIR ? 0o1777 : 0o7777);
  // The umask comes after set-group-ID is judged: fs/namei.c vfs_prepare_mode().
  const { mode: whole, gid } = inherit(parent.value, type | bits, origin.caller);
  const mode = type === S_IFLNK ? whole : whole & ~change.umask;
  const target = type === S_IFLNK ? change.target : ("" as typeof change.target);
  const inode = newInode({ oid, mode, uid: origin.caller.uid, gid, rdev: change.rdev, target, time: origin.time });
  tree.inodes.set(oid, inode);
  if (unnamed) inode.orphan = true;
  else tree.name(parent.value, name, inode, origin.time);
  return { about: inode };
}

export function link(tree: MemoryTree, change: MessageOfKind<"link">): Done {
  const { name, origin } = change;
  const parent = tree.toMake(change.parent, name);
  if (!parent.ok) return parent.errno;
  const inode = tree.get(change.oid);
  if (!inode.ok) return inode.errno;
  if (isDirectory(inode.value)) return "EPERM";
  const refused = tree.mayMake(parent.value, name, origin.caller);
  if (refused !== undefined) return refused;
  tree.name(parent.value, name, inode.value, origin.time);
  if (inode.value.orphan) inode.value.orphan = false;
  else inode.value.nlink += 1;
  if (inode.value.nlink === 0) inode.value.nlink = 1;
  return { about: inode.value };
}

export function remove(tree: MemoryTree, change: MessageOfKind<"remove">): Done {
  const { name, origin } = change;
  const wrong = isOwn(change.parent, name) ? "ENOENT" : checkName(name);
  if (wrong !== undefined) return wrong;
  const parent = tree.directory(change.parent);
  if (!parent.ok) return parent.errno;
  const inode = tree.at(parent.value, name);
  if (!inode.ok) return inode.errno;
  if (inode.value.oid !== change.oid) return "ESTALE";
  const refused = tree.mayTake(parent.value, inode.value, origin.caller);
  if (refused !== undefined) return refused;
  if (isDirectory(inode.value) !== (change.directory === 1)) return change.directory === 1 ? "ENOTDIR" : "EISDIR";
  if (inode.value.names.size > 0) return "ENOTEMPTY";
  tree.unname(parent.value, name, inode.value, origin.time);
  tree.lose(inode.value, change.keep === 1);
  return NOTHING;
}

type Ends = { readonly from: Inode; readonly to: Inode; readonly moved: Inode; readonly there: Inode | undefined };

export function rename(tree: MemoryTree, change: MessageOfKind<"rename">): Done {
  const { flags, origin } = change;
  if ((flags & ~3) !== 0 || flags === 3) return "EINVAL";
  const wrong =
    (isOwn(change.fromParent, change.fromName) ? "ENOENT" : checkName(change.fromName)) ??
    (isOwn(change.toParent, change.toName) ? "EPERM" : checkName(change.toName));
  if (wrong !== undefined) return wrong;
  const from = tree.directory(change.fromParent);
  if (!from.ok) return from.errno;
  const to = tree.directory(change.toParent);
  if (!to.ok) return to.errno;
  const moved = tree.at(from.value, change.fromName);
  if (!moved.ok) return moved.errno;
  if (moved.value.oid !== change.oid) return "ESTALE";
  const found = tree.at(to.value, change.toName);
  const there = found.ok ? found.value : undefined;
  if (there === undefined && change.replaced !== 0) return "ESTALE";
  if (there !== undefined && there.oid !== change.replaced) return flags === RENAME_NOREPLACE ? "EEXIST" : "ESTALE";
  const ends = { from: from.value, to: to.value, moved: moved.value, there };
  // fs/namei.c: whether the new name may be there at all is looked at first.
  if (there === moved.value && flags !== RENAME_NOREPLACE) return { about: there };
  const refused = mayRename(tree, change, ends);
  if (refused !== undefined) return refused;
  tree.unname(ends.from, change.fromName, ends.moved, origin.time);
  if (there !== undefined) tree.unname(ends.to, change.toName, there, origin.time);
  tree.name(ends.to, change.toName, ends.moved, origin.time);
  if (there !== undefined && flags === RENAME_EXCHANGE) tree.name(ends.from, change.fromName, there, origin.time);
  else if (there !== undefined) tree.lose(there, change.keep === 1);
  return { about: ends.moved };
}

function mayRename(tree: MemoryTree, { flags, origin }: MessageOfKind<"rename">, ends: Ends): ErrnoName | undefined {
  const { from, to, moved, there } = ends;
  const { caller } = origin;
  const exchanges = flags === RENAME_EXCHANGE;
  if (!may(from, caller, MAY.search) || !may(to, caller, MAY.search)) return "EACCES";
  if (exchanges && there === undefined) return "ENOENT";
  if (flags === RENAME_NOREPLACE && there !== undefined) return "EEXIST";
  if (isDirectory(moved) && tree.isBelow(to, moved)) return "EINVAL";
  if (there !== undefined && isDirectory(there) && tree.isBelow(from, there)) return exchanges ? "EINVAL" : "ENOTEMPTY";
  const taken = tree.mayTake(from, moved, caller);
  if (taken !== undefined) return taken;
  if (there === undefined) {
    if (!may(to, caller, MAY.write | MAY.search)) return "EACCES";
  } else {
    const replaced = tree.mayTake(to, there, caller);
    if (replaced !== undefined) return replaced;
    if (!exchanges && isDirectory(moved) !== isDirectory(there)) return isDirectory(moved) ? "ENOTDIR" : "EISDIR";
  }
  // A directory that gets another parent is written to: its `..` changes.
  const rewritten = [moved, ...(exchanges && there !== undefined ? [there] : [])].filter(isDirectory);
  if (from !== to && rewritten.some((inode) => !may(inode, caller, MAY.write))) return "EACCES";
  return !exchanges && there !== undefined && there.names.size > 0 ? "ENOTEMPTY" : undefined;
}

export function purge(tree: MemoryTree, change: MessageOfKind<"purge">): Done {
  const inode = tree.inodes.get(change.oid);
  if (inode?.orphan === true) tree.inodes.delete(inode.oid);
  return NOTHING;
}

/** Errno of a name, for outcomes. */
export const numberOf = (done: Done): number => (typeof done === "string" ? ERRNO[done].number : 0);
