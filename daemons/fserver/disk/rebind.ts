import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../../core/attributes.ts";
import { ERRNO, errnoNumber } from "../../core/errno.ts";
import type { FileName, Oid } from "../../core/brand.ts";
import { O_CLOEXEC, O_CREAT, O_EXCL, O_NOFOLLOW, O_PATH, O_RDWR } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import { checkName, isOwn } from "../core/names.ts";
import { type Disk, directoryFd } from "./disk.ts";
import type { ObjectEntry } from "./entry.ts";
import { handleKey, handleOf, readHandle } from "./file-handle.ts";
import { setMarkAt } from "./mark-xattr.ts";
import { DRIFT, meaningOf } from "./meaning.ts";

const OWNER_ONLY = 0o600;
const OWNER_ENTERS = 0o700;

/**
 * An object whose file somebody removed or replaced by hand lives on in what lies at a name now, or in an empty file where
 * nothing does. What the others know of it stays: version, content and attributes are for a session to make equal.
 *
 * @returns 0 or -errno: -ESTALE where no such object was ever known here, -EEXIST where it still has a file or the name
 *   means another object, -EINVAL where what lies there is of another type.
 */
export function rebindName(
  disk: Disk,
  { parent, name, oid }: { readonly parent: Oid; readonly name: FileName; readonly oid: Oid },
): number {
  const wrong = isOwn(parent, name) ? "EPERM" : checkName(name);
  if (wrong !== undefined) return -errnoNumber(wrong);
  const entry = disk.objects.get(oid);
  if (entry === undefined) return -ERRNO.ESTALE.number;
  const dirfd = directoryFd(disk, parent);
  if (dirfd < 0) return dirfd;
  if (hasFile(disk, entry)) return -ERRNO.EEXIST.number;
  const meaning = meaningOf(disk, dirfd, name, cstring(name));
  if (typeof meaning !== "number") return meaning === entry ? 0 : -ERRNO.EEXIST.number;
  if (meaning === DRIFT && (disk.stat.mode & S_IFMT) !== entry.type) return -ERRNO.EINVAL.number;
  const made = meaning === -ERRNO.ENOENT.number ? makeEmpty(dirfd, name, entry.type) : meaning;
  if (made < 0) return made;
  const marked = setMarkAt(dirfd, name, oid);
  if (marked < 0) return marked;
  const length = readHandle(dirfd, cstring(name), 0);
  if (length < 0) return length;
  disk.objects.rebind(entry, handleKey(length));
  disk.event({ kind: "rebound", oid });
  return 0;
}

/** It has a name somewhere. A file without one lives only as long as somebody has it open, and this member may be that. */
function hasFile(disk: Disk, entry: ObjectEntry): boolean {
  disk.objects.open.close(entry);
  const fd = libc.open_by_handle_at(disk.root, handleOf(entry.key), O_PATH | O_CLOEXEC);
  if (fd < 0) return false;
  const found = disk.stat.of(fd);
  libc.close(fd);
  return found >= 0 && (disk.stat.nlink > 0 || entry.orphan);
}

function makeEmpty(dirfd: number, name: FileName, type: number): number {
  const path = cstring(name);
  if (type === S_IFDIR) return libc.mkdirat(dirfd, path, OWNER_ENTERS);
  if (type === S_IFLNK) return libc.symlinkat(cstring("lost"), dirfd, path);
  if (type !== S_IFREG) return libc.mknodat(dirfd, path, type | OWNER_ONLY, 0);
  const fd = libc.openat(dirfd, path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, OWNER_ONLY);
  if (fd >= 0) libc.close(fd);
  return Math.min(fd, 0);
}
