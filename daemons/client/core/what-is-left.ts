import type { Change } from "../../wire/messages.ts";
import type { Entry } from "./change-entry.ts";

/** What of some changes is not on all members yet. */
export type Left = {
  readonly changes: number;
  /** Of what they write into files. */
  readonly bytes: number;
  /** Places of the members that are waited for. */
  readonly members: readonly number[];
};

/** @param entries Of the change log, in the order of their numbers. @param upTo The last number that counts. */
export function leftOf(entries: Iterable<Entry>, upTo: number): Left {
  let changes = 0;
  let bytes = 0;
  const members = new Set<number>();
  for (const { change, waiting } of entries) {
    if (change.origin.seq > upTo) break;
    changes += 1;
    bytes += bytesOf(change);
    for (const place of waiting) members.add(place);
  }
  return { changes, bytes, members: [...members].sort((a, b) => a - b) };
}

/** Of what a change writes into a file. */
export const bytesOf = (change: Change): number => (change.kind === "write" ? change.data.length : 0);
