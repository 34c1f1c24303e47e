import type { Sequence } from "../../core/brand.ts";
import type { Change } from "../../wire/messages.ts";
import { type Entry, release, type Work } from "./change-entry.ts";
import { bytesOf } from "./what-is-left.ts";

/** What a change counts beside its data: its record, its bytes in queues. */
const CHANGE_BYTES = 512;

/**
 * The changes of a session, by their numbers: those that not every writable member has acknowledged, then those that are
 * not known to be durable on all of them (rule C5): a member that loses its memory gets them again.
 */
export class ChangeLog {
  readonly #open = new Map<Sequence, Entry>();
  readonly #applied = new Map<Sequence, Entry>();
  #appliedBytes = 0;

  /** How many are not acknowledged by all. */
  get size(): number {
    return this.#open.size;
  }

  /** Bytes of those that are on all members, and perhaps not durable there. */
  get appliedBytes(): number {
    return this.#appliedBytes;
  }

  /** The lowest number of those. */
  get oldestOpen(): number | undefined {
    for (const seq of this.#open.keys()) return seq;
    return undefined;
  }

  /** Those that not every member has acknowledged, in order. */
  open(): readonly Entry[] {
    return [...this.#open.values()];
  }

  /** The same, without a copy. */
  openValues(): Iterable<Entry> {
    return this.#open.values();
  }

  /** All that a member may have to get (again), in order. */
  *all(): Generator<Entry> {
    yield* this.#applied.values();
    yield* this.#open.values();
  }

  isOpen(entry: Entry): boolean {
    return this.#open.get(entry.change.origin.seq) === entry;
  }

  /** Whether it is still to be kept: else it is of a session that has ended. */
  has(entry: Entry): boolean {
    return this.isOpen(entry) || this.#applied.get(entry.change.origin.seq) === entry;
  }

  /** @param places Of the members that are to acknowledge it. */
  add(change: Change, work: Work, places: readonly number[]): Entry {
    const entry: Entry = {
      change,
      works: [work],
      waiting: places,
      bytes: weigh(change),
      answer: undefined,
      abandoned: false,
      isSent: false,
    };
    this.#open.set(change.origin.seq, entry);
    return entry;
  }

  /** All members have acknowledged it. */
  applied(entry: Entry): void {
    const { seq } = entry.change.origin;
    this.#open.delete(seq);
    this.#applied.set(seq, entry);
    this.#appliedBytes += entry.bytes;
  }

  /** It is not to be sent after all. */
  drop(entry: Entry): void {
    this.#open.delete(entry.change.origin.seq);
  }

  /** What is on all members is durable there up to this number: it is needed no more. */
  durable(upTo: number): void {
    for (const [seq, entry] of this.#applied) {
      if (seq > upTo) return;
      this.#applied.delete(seq);
      this.#appliedBytes -= entry.bytes;
      release(entry);
    }
  }

  /** The session has ended. @returns Those that not every member has acknowledged. */
  clear(): readonly Entry[] {
    const open = this.open();
    this.#open.clear();
    this.durable(Number.POSITIVE_INFINITY);
    return open;
  }
}

/** What a change counts in memory and in queues. */
export const weigh = (change: Change): number => CHANGE_BYTES + bytesOf(change);
