import { S_IFMT } from "../../core/attributes.ts";
import { ERRNO } from "../../core/errno.ts";
import { O_CLOEXEC, O_PATH } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import type { Address } from "../../sys/memory.ts";
import type { Disk } from "./disk.ts";
import type { ObjectEntry } from "./entry.ts";
import { handleKey, handleOf, readHandle } from "./file-handle.ts";
import { markAt } from "./mark-xattr.ts";
import { isBareAt } from "./xattrs.ts";

/** There is something, but nobody made it through the system. */
export const DRIFT = 0;
/** The object, DRIFT, or -errno: -ENOENT where there is nothing. */
export type Meaning = ObjectEntry | number;

/**
 * Which object a name in an open directory means. `disk.stat` then tells of it (also of drift).
 *
 * Its handle says which; only of an object that was not used lately the xattr has to be read. The handle also tells the
 * object from a copy that somebody made together with its xattrs.
 *
 * @param address The name again, ending with a zero byte.
 */
export function meaningOf(disk: Disk, dirfd: number, name: string, address: Address): Meaning {
  const failed = disk.stat.at(dirfd, address);
  return failed < 0 ? failed : objectAt(disk, dirfd, name, address);
}

/** As {@link meaningOf}, after `disk.stat` was asked already. */
export function objectAt(disk: Disk, dirfd: number, name: string, address: Address): Meaning {
  if (disk.stat.mount !== disk.mount) return DRIFT;
  const length = readHandle(dirfd, address, 0);
  if (length < 0) return length === -ERRNO.ENOENT.number ? length : DRIFT;
  const key = handleKey(length);
  return disk.objects.byHandle(key) ?? byMark(disk, dirfd, name, key);
}

function byMark(disk: Disk, dirfd: number, name: string, key: string): Meaning {
  const oid = markAt(dirfd, name);
  if (oid === undefined || !disk.isGiven(oid)) return DRIFT;
  const entry = disk.objects.get(oid);
  if (entry === undefined) return disk.surplus ? DRIFT : found(disk, dirfd, oid, key);
  // Many are asked for it next.
  if (entry.key === key) {
    entry.bare ??= isBareAt(dirfd, name);
    return entry;
  }
  return lives(disk, entry) ? DRIFT : rebound(disk, entry, key);
}

/** An object whose record was lost, or never written: the process ended after making it. */
function found(disk: Disk, dirfd: number, oid: ObjectEntry["oid"], key: string): Meaning {
  const { mode, ctime } = disk.stat;
  if (disk.objects.reserve(oid) !== undefined) return DRIFT;
  const entry = disk.objects.add(oid, mode & S_IFMT, key);
  entry.version = 1;
  entry.ctimeSec = ctime.sec;
  entry.ctimeNsec = ctime.nsec;
  entry.orphan = dirfd === disk.orphans;
  disk.objects.index.write(entry);
  disk.event({ kind: "found", oid });
  return entry;
}

/** Whether the object with the handle that we know is still there, so that what has its number is a copy. */
export function lives(disk: Disk, entry: ObjectEntry): boolean {
  const fd = libc.open_by_handle_at(disk.root, handleOf(entry.key), O_PATH | O_CLOEXEC);
  if (fd < 0) return false;
  libc.close(fd);
  return true;
}

function rebound(disk: Disk, entry: ObjectEntry, key: string): Meaning {
  if ((disk.stat.mode & S_IFMT) !== entry.type) return DRIFT;
  disk.objects.rebind(entry, key);
  disk.event({ kind: "rebound", oid: entry.oid });
  return entry;
}
