import { type FileName, fileName, type Oid } from "../../core/brand.ts";
import { ERRNO } from "../../core/errno.ts";
import { O_CLOEXEC, O_DIRECTORY, O_NOATIME, O_NOFOLLOW, O_RDONLY, RENAME_NOREPLACE } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import { DirectoryReader } from "./directory-names.ts";
import type { Disk } from "./disk.ts";
import { DRIFT, meaningOf } from "./meaning.ts";

const NAME_BYTES = 200;

/**
 * Moves out of the way what nobody made through the system: nothing of it is ever overwritten or removed.
 *
 * @returns 0 or -errno: -EBUSY for a mount point.
 */
export function setAside(disk: Disk, dirfd: number, parent: Oid, name: FileName): number {
  for (;;) {
    disk.driftCount += 1;
    const to = fileName(`${disk.run}.${disk.driftCount}.${name.slice(0, NAME_BYTES)}`);
    const moved = libc.renameat2(dirfd, cstring(name), disk.drift, cstring(to), RENAME_NOREPLACE);
    if (moved === -ERRNO.EEXIST.number) continue;
    if (moved === 0) disk.event({ kind: "driftMoved", parent, name, to });
    return moved;
  }
}

/**
 * Moves all drift out of a directory that is to be removed.
 *
 * @returns 0 when the directory is empty then, else -ENOTEMPTY, or another -errno.
 */
export function emptyOfDrift(disk: Disk, dirfd: number, parent: Oid, name: FileName): number {
  const fd = libc.openat(dirfd, cstring(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC, 0);
  if (fd < 0) return fd;
  try {
    const names: FileName[] = [];
    const read = new DirectoryReader().read(fd, 0, (found) => {
      names.push(found.name);
      return meaningOf(disk, fd, found.name, found.address) === DRIFT;
    });
    if (read !== 0) return read < 0 ? read : -ERRNO.ENOTEMPTY.number;
    for (const each of names) {
      const moved = setAside(disk, fd, parent, each);
      if (moved < 0) return moved;
    }
    return 0;
  } finally {
    libc.close(fd);
  }
}
