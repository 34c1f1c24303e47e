import { S_IFLNK, S_IFMT } from "../../../core/attributes.ts";
import type { ErrnoName } from "../../../core/errno.ts";
import { type MessageOfKind, SET } from "../../../wire/messages.ts";
import { COPY_BYTES_MAX } from "../copy-limit.ts";
import type { Done } from "./apply-names.ts";
import { type Inode, isDirectory, isFile, typeOf } from "./inode.ts";
import { inGroup, MAY, may, owns, permitted, withoutPrivileges } from "../../../core/permission.ts";
import type { MemoryTree } from "./tree.ts";

const NOTHING = { about: undefined };
const KEEP_SIZE = 1;
const PUNCH_HOLE = 2;
const ZERO_RANGE = 16;
/** ext4 with blocks of 4 KiB: s_maxbytes. */
const FILE_BYTES_MAX = 2 ** 44 - 4_096;

const notWritable = (inode: Inode): ErrnoName | undefined =>
  isFile(inode) ? undefined : isDirectory(inode) ? "EISDIR" : "EINVAL";

export function write(tree: MemoryTree, change: MessageOfKind<"write">): Done {
  const { data, offset, origin } = change;
  const found = tree.get(change.oid);
  if (!found.ok) return found.errno;
  const inode = found.value;
  const wrong = notWritable(inode);
  if (wrong !== undefined) return wrong;
  if (data.length === 0) return NOTHING;
  if (offset + data.length > FILE_BYTES_MAX) return "EFBIG";
  if (inode.data.missing(offset, data.length) > tree.free) return "ENOSPC";
  inode.data.write(offset, data);
  if (change.killPrivileges === 1) inode.mode = withoutPrivileges(inode.mode);
  inode.mtime = origin.time;
  return NOTHING;
}

export function setAttributes(tree: MemoryTree, change: MessageOfKind<"setAttributes">): Done {
  const { set, origin } = change;
  const found = tree.get(change.oid);
  if (!found.ok) return found.errno;
  const inode = found.value;
  const refused = maySet(inode, change);
  if (refused !== undefined) return refused;
  if ((set & (SET.uid | SET.gid)) !== 0) {
    if (!isDirectory(inode)) inode.mode = permitted(inode, withoutPrivileges(inode.mode), origin.caller);
    if ((set & SET.uid) !== 0) inode.uid = change.uid;
    if ((set & SET.gid) !== 0) inode.gid = change.gid;
  }
  if ((set & SET.mode) !== 0) {
    inode.mode = (inode.mode & S_IFMT) | permitted(inode, change.mode & 0o7777, origin.caller);
  } else if ((set & SET.killPrivileges) !== 0 && isFile(inode)) inode.mode = withoutPrivileges(inode.mode);
  if ((set & SET.size) !== 0) {
    inode.data.truncate(change.size);
    inode.mtime = origin.time;
  }
  if ((set & SET.atime) !== 0) inode.atime = change.atime;
  if ((set & SET.mtime) !== 0) inode.mtime = change.mtime;
  return { about: inode };
}

/** fs/attr.c setattr_prepare(). */
function maySet(inode: Inode, change: MessageOfKind<"setAttributes">): ErrnoName | undefined {
  const { set, origin } = change;
  const { caller } = origin;
  if ((set & SET.size) !== 0) {
    const wrong = notWritable(inode);
    if (wrong !== undefined) return wrong;
    if ((set & SET.checked) === 0 && !may(inode, caller, MAY.write)) return "EACCES";
    if (change.size > FILE_BYTES_MAX) return "EFBIG";
  }
  if ((set & (SET.atime | SET.mtime)) !== 0 && !owns(inode, caller)) {
    if ((set & SET.now) === 0) return "EPERM";
    if (!may(inode, caller, MAY.write)) return "EACCES";
  }
  const gives = (set & SET.uid) !== 0 && !(caller.uid === inode.uid && change.uid === inode.uid);
  if (gives && caller.uid !== 0) return "EPERM";
  const known = change.gid === inode.gid || inGroup(caller, change.gid);
  if ((set & SET.gid) !== 0 && caller.uid !== 0 && !(caller.uid === inode.uid && known)) return "EPERM";
  if ((set & SET.mode) === 0) return undefined;
  if (typeOf(inode) === S_IFLNK) return "EOPNOTSUPP";
  return owns(inode, caller) ? undefined : "EPERM";
}

export function allocate(tree: MemoryTree, change: MessageOfKind<"allocate">): Done {
  const { mode, offset, length, origin } = change;
  if ((mode & ~(KEEP_SIZE | PUNCH_HOLE | ZERO_RANGE)) !== 0) return "EOPNOTSUPP";
  const found = tree.get(change.oid);
  if (!found.ok) return found.errno;
  const inode = found.value;
  const wrong = notWritable(inode);
  if (wrong !== undefined) return wrong;
  if (length <= 0 || offset < 0) return "EINVAL";
  if ((mode & PUNCH_HOLE) !== 0 && (mode & (KEEP_SIZE | ZERO_RANGE)) !== KEEP_SIZE) return "EOPNOTSUPP";
  if (offset + length > FILE_BYTES_MAX) return "EFBIG";
  if ((mode & PUNCH_HOLE) !== 0) inode.data.clear(offset, length, true);
  else {
    if (inode.data.missing(offset, length) > tree.free) return "ENOSPC";
    if ((mode & ZERO_RANGE) !== 0) inode.data.clear(offset, length, false);
    inode.data.allocate(offset, length);
    if ((mode & KEEP_SIZE) === 0) inode.data.size = Math.max(inode.data.size, offset + length);
  }
  inode.mtime = origin.time;
  return { about: inode };
}

export function copyRange(tree: MemoryTree, change: MessageOfKind<"copyRange">): Done {
  const { fromOffset, toOffset, origin } = change;
  const from = tree.get(change.from);
  const to = tree.get(change.to);
  if (!from.ok || !to.ok) return "ESTALE";
  if (!isFile(from.value)) return "EINVAL";
  const wrong = notWritable(to.value);
  if (wrong !== undefined) return wrong;
  const length = Math.max(0, Math.min(change.length, COPY_BYTES_MAX, from.value.data.size - fromOffset));
  if (from.value === to.value && Math.abs(fromOffset - toOffset) < length) return "EINVAL";
  if (length === 0) return { about: to.value };
  if (to.value.data.missing(toOffset, length) > tree.free) return "ENOSPC";
  const bytes = new Uint8Array(length);
  from.value.data.read(fromOffset, length, bytes);
  to.value.data.write(toOffset, bytes);
  to.value.mtime = origin.time;
  return { about: to.value, count: length };
}
