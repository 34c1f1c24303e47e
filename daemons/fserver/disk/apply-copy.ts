import { S_IFREG } from "../../core/attributes.ts";
import { ERRNO } from "../../core/errno.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf, viewOf, write64 } from "../../sys/memory.ts";
import type { MessageOfKind } from "../../wire/messages.ts";
import { COPY_BYTES_MAX } from "../core/copy-limit.ts";
import { putBack, takeSpace, writeAll } from "./apply-write.ts";
import type { Disk } from "./disk.ts";
import type { Effects } from "./effects.ts";
import { setTimes } from "./times.ts";

type Copy = MessageOfKind<"copyRange">;
type Range = {
  readonly from: number;
  readonly fromOffset: number;
  readonly to: number;
  readonly toOffset: number;
  readonly length: number;
};

const PIECE_BYTES = 1_048_576;

/**
 * copy_file_range(2): as many bytes as the source has, but at most COPY_BYTES_MAX, the same on every member; or an errno.
 *
 * @returns 0 or -errno.
 */
export function applyCopy(disk: Disk, change: Copy, effects: Effects): number {
  const source = disk.objects.get(change.from);
  const target = disk.objects.get(change.to);
  if (source === undefined || target === undefined) return -ERRNO.ESTALE.number;
  if (source.type !== S_IFREG) return -ERRNO.EINVAL.number;
  const from = disk.objects.open.any(source);
  if (from < 0) return from;
  const to = disk.objects.open.writable(target);
  if (to < 0) return to;
  // The descriptor of the source is another one now if it is the target as well.
  const { fd } = source;
  const failed = disk.stat.of(fd);
  if (failed < 0) return failed;
  const length = Math.max(0, Math.min(change.length, COPY_BYTES_MAX, disk.stat.size - change.fromOffset));
  const range = { from: fd, fromOffset: change.fromOffset, to, toOffset: change.toOffset, length };
  if (source === target && Math.abs(change.fromOffset - change.toOffset) < length) return -ERRNO.EINVAL.number;
  effects.about = target;
  if (length === 0) return 0;
  const result = copyWhole(disk, range);
  if (result < 0) return result;
  effects.count = length;
  return setTimes(to, undefined, change.origin.time);
}

function copyWhole(disk: Disk, range: Range): number {
  const failed = disk.stat.of(range.to);
  if (failed < 0) return failed;
  const { size, mtime } = disk.stat;
  const tight = disk.room.isTight(range.length);
  let result = tight ? takeSpace(range.to, range.toOffset, range.length) : 0;
  if (result === 0) result = copyAll(range);
  if (result >= 0) return 0;
  disk.room.doubt();
  putBack(range.to, range.toOffset + range.length, size, mtime);
  return result;
}

function copyAll(range: Range): number {
  const offsets = Buffer.alloc(16);
  const view = viewOf(offsets);
  const address = addressOf(offsets);
  for (let at = 0; at < range.length; ) {
    write64(view, 0, range.fromOffset + at);
    write64(view, 8, range.toOffset + at);
    const copied = libc.copy_file_range(range.from, address, range.to, address + 8, range.length - at, 0);
    // Some file systems cannot, or not these files: EXDEV, EINVAL, EOPNOTSUPP, ENOSYS. Reading and writing always can.
    if (copied <= 0)
      return at === 0 && copied !== -ERRNO.ENOSPC.number ? copyByHand(range) : copied || -ERRNO.EIO.number;
    at += copied;
  }
  return 0;
}

function copyByHand(range: Range): number {
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  const address = addressOf(piece);
  for (let at = 0; at < range.length; ) {
    const got = libc.pread(range.from, address, Math.min(PIECE_BYTES, range.length - at), range.fromOffset + at);
    if (got <= 0) return got || -ERRNO.EIO.number;
    const failed = writeAll(range.to, address, got, range.toOffset + at);
    if (failed < 0) return failed;
    at += got;
  }
  return 0;
}
