/**
 * By how much another's clock differs from ours, at least: it was read at some moment between the question and the answer.
 *
 * @param theirs What it said, in ms since 1970.
 * @returns Positive when it is ahead of ours; 0 when it may be equal.
 */
export function clockSkew(theirs: number, askedMs: number, answeredMs: number): number {
  if (theirs > answeredMs) return theirs - answeredMs;
  return theirs < askedMs ? theirs - askedMs : 0;
}
