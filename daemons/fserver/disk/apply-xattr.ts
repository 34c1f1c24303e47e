import { S_IFREG } from "../../core/attributes.ts";
import { ERRNO, errnoNumber } from "../../core/errno.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf, cstring } from "../../sys/memory.ts";
import { LIMIT, type MessageOfKind } from "../../wire/messages.ts";
import type { Disk } from "./disk.ts";
import type { Effects } from "./effects.ts";
import { dropPrivileges } from "./privileges.ts";
import { mayChangeXattr } from "../core/xattr-rights.ts";

/** setxattr(2). @returns 0 or -errno. */
export function applySetXattr(disk: Disk, change: MessageOfKind<"setXattr">, effects: Effects): number {
  const { name, value, flags, origin } = change;
  const entry = disk.objects.get(change.oid);
  if (entry === undefined) return -ERRNO.ESTALE.number;
  const wrong = mayChangeXattr(name, origin.caller);
  if (wrong !== undefined) return -errnoNumber(wrong);
  const fd = disk.objects.open.any(entry);
  if (fd < 0) return fd;
  // The xattr calls take no descriptor of O_PATH; the path of /proc does for all.
  const path = cstring(`/proc/self/fd/${fd}`);
  const refused = disk.identity.become(origin.caller);
  if (refused < 0) return refused;
  entry.bare = undefined;
  const result = libc.setxattr(path, cstring(name), addressOf(value), value.length, flags);
  disk.identity.root();
  if (result < 0 && !(effects.doubtful && isThere(path, change))) return result;
  if (change.killPrivileges === 1 && entry.type === S_IFREG && disk.stat.of(fd) === 0) {
    dropPrivileges(fd, disk.stat.mode);
  }
  effects.about = entry;
  return 0;
}

/** A repetition of XATTR_CREATE finds its own value. */
function isThere(path: Buffer, change: MessageOfKind<"setXattr">): boolean {
  const found = Buffer.alloc(LIMIT.xattrBytes);
  const length = libc.getxattr(path, cstring(change.name), addressOf(found), found.length);
  return length === change.value.length && found.subarray(0, length).equals(change.value);
}

/** removexattr(2). @returns 0 or -errno. */
export function applyRemoveXattr(disk: Disk, change: MessageOfKind<"removeXattr">, effects: Effects): number {
  const { name, origin } = change;
  const entry = disk.objects.get(change.oid);
  if (entry === undefined) return -ERRNO.ESTALE.number;
  const wrong = mayChangeXattr(name, origin.caller);
  if (wrong !== undefined) return -errnoNumber(wrong);
  const fd = disk.objects.open.any(entry);
  if (fd < 0) return fd;
  const path = cstring(`/proc/self/fd/${fd}`);
  const refused = disk.identity.become(origin.caller);
  if (refused < 0) return refused;
  entry.bare = undefined;
  const result = libc.removexattr(path, cstring(name));
  disk.identity.root();
  if (result === -ERRNO.ENODATA.number && effects.doubtful) return 0;
  if (result === 0) effects.about = entry;
  return result;
}
