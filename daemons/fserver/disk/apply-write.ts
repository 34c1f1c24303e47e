import { ERRNO } from "../../core/errno.ts";
import type { Time } from "../../core/time.ts";
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
  const tight = disk.room.isTight(data.length);
  let result = tight ? takeSpace(fd, offset, data.length) : 0;
  if (result === 0) result = writeAll(fd, addressOf(data), data.length, offset);
  if (result < 0) {
    disk.room.doubt();
    putBack(fd, offset + data.length, size, mtime);
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
 * Takes the disk space of a range beforehand.
 *
 * @returns 0, or -errno when perhaps some is taken. A file system that cannot do so is believed to have room.
 */
export function takeSpace(fd: number, offset: number, length: number): number {
  const taken = libc.fallocate(fd, FALLOC_FL_KEEP_SIZE, offset, length);
  return taken === -ERRNO.EOPNOTSUPP.number ? 0 : taken;
}

/**
 * Makes a file what it was before something failed half-way. Space that was taken in holes stays so, unseen; what lies
 * behind the end is given back by setting the size.
 *
 * @param end Where the failed write would have ended.
 */
export function putBack(fd: number, end: number, size: number, mtime: Time): void {
  if (end > size) libc.ftruncate(fd, size);
  setTimes(fd, undefined, mtime);
}
