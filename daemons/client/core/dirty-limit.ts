/**
 * How much may be answered that is not on all members yet. Up to half of the limit nobody waits; from there on each
 * answer waits for one older change to be settled, which is the speed of the slowest member; at the limit all wait.
 */
export class DirtyLimit {
  readonly #limit: () => number;
  #bytes = 0;
  #waiting = new Set<() => void>();

  /** @param limit In bytes; may change. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** What changes that are not on all members take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a change may be answered without a wait. */
  get hasRoom(): boolean {
    return this.#waiting.size === 0 && this.#bytes < this.#limit() / 2;
  }

  grow(bytes: number): void {
    this.#bytes += bytes;
  }

  /** A change has been settled. */
  shrink(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#waiting.size === 0) return;
    if (this.#bytes < this.#limit() / 2) return this.open();
    if (this.#bytes >= this.#limit()) return;
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#waiting.delete(first);
    first();
  }

  /** @param resume Called once: when it is this one's turn. @returns Ends the wait. */
  await(resume: () => void): () => void {
    const turn = (): void => resume();
    this.#waiting.add(turn);
    return () => {
      if (this.#waiting.delete(turn)) resume();
    };
  }

  /** Nobody waits any more: there is room, or nothing is answered ahead for now. */
  open(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const resume of waiting) resume();
  }
}
