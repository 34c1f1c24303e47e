import type { ClientId } from "../../core/brand.ts";
import { LOCK } from "../../wire/messages.ts";

/** A range that is locked, or is to be. */
export type LockedRange = {
  readonly client: ClientId;
  /** Unique among all clients. */
  readonly owner: string;
  /** LOCK.read or LOCK.write; LOCK.unlock in a range that is to be set. */
  readonly type: number;
  /** First and last byte. */
  readonly start: number;
  readonly end: number;
  readonly pid: number;
};

/** fcntl(2): two ranges of different owners that overlap, unless both are read locks. */
export function conflicts(one: LockedRange, other: LockedRange): boolean {
  return (
    one.start <= other.end &&
    other.start <= one.end &&
    one.owner !== other.owner &&
    (one.type === LOCK.write || other.type === LOCK.write)
  );
}

/**
 * Sets a range to a type for its owner, as posix_lock_inode() in the kernel's fs/locks.c does: what the owner had there
 * is replaced or split, ranges of one type that touch become one. Other owners are not looked at.
 * @returns The new list of a file's ranges.
 */
export function setRange(held: readonly LockedRange[], range: LockedRange): LockedRange[] {
  const result: LockedRange[] = [];
  let { start, end } = range;
  for (const old of held) {
    const apart = old.end < range.start - 1 || old.start > range.end + 1;
    if (old.owner !== range.owner || apart) {
      result.push(old);
      continue;
    }
    if (old.type === range.type) {
      start = Math.min(start, old.start);
      end = Math.max(end, old.end);
      continue;
    }
    if (old.start < range.start) result.push({ ...old, end: Math.min(old.end, range.start - 1) });
    if (old.end > range.end) result.push({ ...old, start: Math.max(old.start, range.end + 1) });
  }
  if (range.type !== LOCK.unlock) result.push({ ...range, start, end });
  return result;
}
