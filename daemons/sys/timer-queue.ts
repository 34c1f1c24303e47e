/** A function to be called once, later. */
export type Timer = {
  /** After this it is not called; may be called at any time. */
  cancel(): void;
};

type Entry = { readonly due: number; readonly order: number; run: (() => void) | undefined };

/** Runs functions in the order of their time, first come first among equals. Knows no clock; a binary heap. */
export class TimerQueue {
  #heap: Entry[] = [];
  #order = 0;
  #cancelled = 0;

  /** Entries held, cancelled ones that were not dropped yet included. */
  get size(): number {
    return this.#heap.length;
  }

  /** @param due In the unit of `runDue()`. */
  add(due: number, run: () => void): Timer {
    const entry: Entry = { due, order: this.#order++, run };
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    return {
      cancel: () => {
        if (entry.run === undefined) return;
        entry.run = undefined;
        this.#cancelled++;
      },
    };
  }

  /** @returns When the next one is due; Infinity when there is none. */
  next(): number {
    while (this.#heap[0] !== undefined && this.#heap[0].run === undefined) {
      this.#pop();
      this.#cancelled--;
    }
    // Timers that are armed and cancelled over and over must not pile up below one that is far off.
    if (this.#cancelled > 64 && this.#cancelled > this.#heap.length / 2) this.#sweep();
    return this.#heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  /** Calls all that were due at `now` and were there before this call: a timer of 0 that arms itself does not hang. */
  runDue(now: number): void {
    const end = this.#order;
    while (this.next() <= now) {
      const first = this.#heap[0];
      if (first === undefined || first.order >= end) return;
      this.#pop();
      const run = first.run;
      first.run = undefined;
      run?.();
    }
  }

  #before(a: number, b: number): boolean {
    const x = this.#heap[a];
    const y = this.#heap[b];
    if (x === undefined || y === undefined) return x !== undefined;
    return x.due < y.due || (x.due === y.due && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    const x = this.#heap[a];
    const y = this.#heap[b];
    if (x === undefined || y === undefined) return;
    this.#heap[a] = y;
    this.#heap[b] = x;
  }

  #up(from: number): void {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#before(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      const least = this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(least, i)) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #sweep(): void {
    this.#heap = this.#heap
      .filter((entry) => entry.run !== undefined)
      .sort((a, b) => a.due - b.due || a.order - b.order);
    this.#cancelled = 0;
  }
}
