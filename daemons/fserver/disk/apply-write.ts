import { ERRNO } from "../../core/errno.ts";
import { FALLOC_FL_KEEP_SIZE } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf } from "../../sys/memory.ts";
import type { MessageOfKind } from "../../wire/messages.ts";
import type { Disk } from "./disk.ts";
import { dropPrivileges } from "./privileges.ts";
import { setTimes } from "./times.ts";

type Write = MessageOfKind<"write">;

/** Writes all of the bytes, or none. @returns 0 or -errno. */
export function applyWrite(disk: Disk, change: Write): number {
  const entry = disk.objects.get(change.oid);
  if (entry === undefined) return -ERRNO.ESTALE.number;
  const fd = disk.objects.open.writable(entry);
  if (fd < 0) return fd;
  const { data, offset } = change;
  if (data.length === 0) return 0;
  const failed = disk.stat.of(fd);
  if (failed < 0) return failed;
  const { size, mode, mtime } = disk.stat;
  if (disk.room.isTight(data.length)) {
    const taken = takeSpace(fd, offset, data.length, size);
    if (taken < 0) return taken;
  }
  const result = writeAll(fd, addressOf(data), data.length, offset);
  if (result < 0) {
    disk.room.doubt();
    if (offset + data.length > size) libc.ftruncate(fd, size);
    setTimes(fd, undefined, mtime);
    return result;
  }
  if (change.killPrivileges === 1) dropPrivileges(fd, mode);
  return setTimes(fd, undefined, change.origin.time);
}

/** @returns 0 or -errno, when perhaps some bytes are written. */
export function writeAll(fd: number, address: number, length: number, offset: number): number {
  for (let at = 0; at < length; ) {
    const written = libc.pwrite(fd, address + at, length - at, offset + at);
    if (written === -ERRNO.EINTR.number) continue;
    if (written <= 0) return written < 0 ? written : -ERRNO.ENOSPC.number;
    at += written;
  }
  return 0;
}

/**
 * Takes the disk space of a range beforehand; without room it is as it was.
 *
 * @param size Of the file.
 * @returns 0 or -errno. A file system that cannot do so is believed to have room.
 */
export function takeSpace(fd: number, offset: number, length: number, size: number): number {
  const taken = libc.fallocate(fd, FALLOC_FL_KEEP_SIZE, offset, length);
  if (taken === 0 || taken === -ERRNO.EOPNOTSUPP.number) return 0;
  // What was taken behind the end of the file is given back by setting the size that it has.
  if (offset + length > size) libc.ftruncate(fd, size);
  return taken;
}
