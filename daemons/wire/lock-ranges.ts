/** How ranges of locks combine: the lead's table and what a client remembers of its own must agree. */
import { LOCK } from "./messages.ts";

/** A range that is locked, or is to be. */
export type OwnedRange = {
  /** Unique among all that are looked at together. */
  readonly owner: string;
  /** LOCK.read or LOCK.write; LOCK.unlock in a range that is to be set. */
  readonly type: number;
  /** First and last byte. */
  readonly start: number;
  readonly end: number;
};

/** fcntl(2): two ranges of different owners that overlap, unless both are read locks. */
export function conflicts(one: OwnedRange, other: OwnedRange): boolean {
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
export function setRange<Range extends OwnedRange>(held: readonly Range[], range: Range): Range[] {
  const result: Range[] = [];
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
