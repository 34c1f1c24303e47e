import { ERRNO } from "../../core/errno.ts";
import { FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, FALLOC_FL_ZERO_RANGE } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import type { MessageOfKind } from "../../wire/messages.ts";
import { putBack } from "./apply-write.ts";
import type { Disk } from "./disk.ts";
import type { Effects } from "./effects.ts";
import { setTimes } from "./times.ts";

const MODES = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE;

/** fallocate(2): all of it, or an errno. @returns 0 or -errno. */
export function applyAllocate(disk: Disk, change: MessageOfKind<"allocate">, effects: Effects): number {
  if ((change.mode & ~MODES) !== 0) return -ERRNO.EOPNOTSUPP.number;
  const entry = disk.objects.get(change.oid);
  if (entry === undefined) return -ERRNO.ESTALE.number;
  const fd = disk.objects.open.writable(entry);
  if (fd < 0) return fd;
  const failed = disk.stat.of(fd);
  if (failed < 0) return failed;
  const { size, mtime } = disk.stat;
  const result = libc.fallocate(fd, change.mode, change.offset, change.length);
  if (result < 0) {
    putBack(fd, change.offset + change.length, size, mtime);
    return result;
  }
  effects.about = entry;
  return setTimes(fd, undefined, change.origin.time);
}
