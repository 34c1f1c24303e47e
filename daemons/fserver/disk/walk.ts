import { S_IFDIR, S_IFMT } from "../../core/attributes.ts";
import { type FileName, type Oid, ROOT_OID } from "../../core/brand.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import { OWN_FOLDER } from "../core/names.ts";
import { DirectoryReader } from "./directory-names.ts";
import type { Disk } from "./disk.ts";
import { handleKey, readHandle } from "./file-handle.ts";
import { setMarkAt } from "./mark-xattr.ts";
import { DRIFT, type Meaning, meaningOf } from "./meaning.ts";

export type Walked = {
  readonly objects: number;
  readonly adopted: number;
  readonly drift: number;
  readonly oidMax: number;
};

/** mke2fs(8) makes it at the root of each file system, for e2fsck. */
const LOST_AND_FOUND = "lost+found";

/**
 * Goes through the whole export once, and sees that the index knows what lies there: each object is found by its xattr.
 *
 * @param draw Gives a number to what has none; undefined leaves it alone, as drift.
 */
export function walkExport(disk: Disk, draw: (() => Oid) | undefined): Walked {
  const reader = new DirectoryReader();
  const seen = { objects: 1, adopted: 0, drift: 0, oidMax: 1 };
  /** Numbers of directories still to be read: the width of the tree, not its depth, bounds it. */
  const directories: Oid[] = [ROOT_OID];
  for (let oid = directories.pop(); oid !== undefined; oid = directories.pop()) {
    disk.objects.open.nextTurn();
    const entry = disk.objects.get(oid);
    const fd = entry === undefined ? -1 : disk.objects.open.any(entry);
    if (fd < 0) continue;
    const parent = oid;
    reader.read(fd, 0, ({ name, address }) => {
      if (parent === ROOT_OID && (name === OWN_FOLDER || name === LOST_AND_FOUND)) return true;
      let meaning = meaningOf(disk, fd, name, address);
      if (meaning === DRIFT && draw !== undefined) meaning = adopt(disk, fd, name, draw, seen);
      if (meaning === DRIFT) seen.drift += 1;
      if (typeof meaning === "number") return true;
      if (meaning.type === S_IFDIR) directories.push(meaning.oid);
      // An object with several names is met as often.
      seen.objects += meaning.type === S_IFDIR ? 1 : 1 / disk.stat.nlink;
      seen.oidMax = Math.max(seen.oidMax, meaning.oid);
      return true;
    });
  }
  return { ...seen, objects: Math.round(seen.objects) };
}

/** Gives a number to what has none. @returns The object, or DRIFT when it cannot have one. */
function adopt(disk: Disk, dirfd: number, name: FileName, draw: () => Oid, seen: { adopted: number }): Meaning {
  if (disk.stat.mount !== disk.mount) return DRIFT;
  const { mode, ctime } = disk.stat;
  const length = readHandle(dirfd, cstring(name), 0);
  if (length < 0) return DRIFT;
  const key = handleKey(length);
  const oid = draw();
  if (disk.objects.reserve(oid) !== undefined || setMarkAt(dirfd, name, oid) < 0) return DRIFT;
  const entry = disk.objects.add(oid, mode & S_IFMT, key);
  entry.version = 1;
  entry.ctimeSec = ctime.sec;
  entry.ctimeNsec = ctime.nsec;
  disk.objects.index.write(entry);
  seen.adopted += 1;
  return entry;
}

/** @returns Whether there is anything in an open directory besides ours and what mke2fs(8) makes. */
export function isEmptyExport(fd: number): boolean {
  const stranger = ({ name }: { readonly name: FileName }): boolean => name === OWN_FOLDER || name === LOST_AND_FOUND;
  return new DirectoryReader().read(fd, 0, stranger) === 0;
}

/** Marks as orphans what lies among them, and drops those that have another name: the process ended in between. */
export function readOrphans(disk: Disk): Set<Oid> {
  const orphans = new Set<Oid>();
  new DirectoryReader().read(disk.orphans, 0, ({ name, address }) => {
    const meaning = meaningOf(disk, disk.orphans, name, address);
    if (typeof meaning === "number") return true;
    if (meaning.type !== S_IFDIR && disk.stat.nlink > 1) {
      libc.unlinkat(disk.orphans, cstring(name), 0);
      meaning.orphan = false;
    } else {
      meaning.orphan = true;
      orphans.add(meaning.oid);
    }
    disk.objects.index.write(meaning);
    return true;
  });
  return orphans;
}
