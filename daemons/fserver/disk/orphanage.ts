import { S_IFDIR } from "../../core/attributes.ts";
import { ERRNO } from "../../core/errno.ts";
import { AT_REMOVEDIR, RENAME_NOREPLACE } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import { type Disk, orphanName } from "./disk.ts";
import type { Effects } from "./effects.ts";
import type { ObjectEntry } from "./entry.ts";

/**
 * Gives a file a second name among the orphans, before its last one is removed: so the removal itself is left to the
 * kernel, in the caller's name, and the object is at no moment without a name.
 *
 * @returns 0 or -errno.
 */
export function keepFile(disk: Disk, dirfd: number, name: string, entry: ObjectEntry): number {
  const linked = libc.linkat(dirfd, cstring(name), disk.orphans, cstring(orphanName(entry)), 0);
  return linked === -ERRNO.EEXIST.number ? 0 : linked;
}

/** The name was not removed after all. */
export const dropFile = (disk: Disk, entry: ObjectEntry): number =>
  libc.unlinkat(disk.orphans, cstring(orphanName(entry)), 0);

/** Moves a directory, empty as it must be, to the orphans. @returns 0 or -errno. */
export const keepDirectory = (disk: Disk, dirfd: number, name: string, entry: ObjectEntry): number =>
  libc.renameat2(dirfd, cstring(name), disk.orphans, cstring(orphanName(entry)), RENAME_NOREPLACE);

/** The object lives on among the orphans. */
export function orphaned(entry: ObjectEntry, effects: Effects): void {
  entry.orphan = true;
  effects.kept.push(entry);
}

/** Removes an orphan for good; one that is gone is no failure. @returns 0 or -errno. */
export function purge(disk: Disk, entry: ObjectEntry): number {
  const result = libc.unlinkat(disk.orphans, cstring(orphanName(entry)), entry.type === S_IFDIR ? AT_REMOVEDIR : 0);
  return result === -ERRNO.ENOENT.number ? 0 : result;
}
