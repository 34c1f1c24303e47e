import { S_IFDIR, S_IFREG } from "../../../core/attributes.ts";
import type { FileName } from "../../../core/brand.ts";
import type { Caller } from "../../../core/caller.ts";
import type { ErrnoName } from "../../../core/errno.ts";
import type { MessageOfKind } from "../../../wire/messages.ts";
import { mayChangeXattr } from "../xattr-rights.ts";
import type { Done } from "./apply-names.ts";
import { type Inode, isFile, typeOf } from "./inode.ts";
import { MAY, may, owns, withoutPrivileges } from "../../../core/permission.ts";
import type { MemoryTree } from "./tree.ts";

const XATTR_CREATE = 1;
const XATTR_REPLACE = 2;
const S_ISVTX = 0o1000;

/** fs/xattr.c xattr_permission(): user.* is for files and directories, and asks for the rights on their content. */
export function mayUseXattr(inode: Inode, name: FileName, caller: Caller, mask: number): ErrnoName | undefined {
  if (!name.startsWith("user.")) return /^(trusted|security)\../.test(name) ? undefined : "EOPNOTSUPP";
  const type = typeOf(inode);
  if (type !== S_IFREG && type !== S_IFDIR) return mask === MAY.write ? "EPERM" : "ENODATA";
  const sticky = type === S_IFDIR && (inode.mode & S_ISVTX) !== 0;
  if (sticky && mask === MAY.write && !owns(inode, caller)) return "EPERM";
  return may(inode, caller, mask) ? undefined : "EACCES";
}

export function setXattr(tree: MemoryTree, change: MessageOfKind<"setXattr">): Done {
  const { name, flags, origin } = change;
  const found = tree.get(change.oid);
  if (!found.ok) return found.errno;
  const inode = found.value;
  const refused = mayChangeXattr(name, origin.caller) ?? mayUseXattr(inode, name, origin.caller, MAY.write);
  if (refused !== undefined) return refused;
  if (flags === XATTR_CREATE && inode.xattrs.has(name)) return "EEXIST";
  if (flags === XATTR_REPLACE && !inode.xattrs.has(name)) return "ENODATA";
  inode.xattrs.set(name, new Uint8Array(change.value));
  if (change.killPrivileges === 1 && isFile(inode)) inode.mode = withoutPrivileges(inode.mode);
  return { about: inode };
}

export function removeXattr(tree: MemoryTree, change: MessageOfKind<"removeXattr">): Done {
  const { name, origin } = change;
  const found = tree.get(change.oid);
  if (!found.ok) return found.errno;
  const refused = mayChangeXattr(name, origin.caller) ?? mayUseXattr(found.value, name, origin.caller, MAY.write);
  if (refused !== undefined) return refused;
  return found.value.xattrs.delete(name) ? { about: found.value } : "ENODATA";
}
