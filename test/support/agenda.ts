/** What is to happen, in the order of virtual time. Nothing here knows a real clock. */
export type Appointment = { cancel(): void };

type Item = { readonly at: number; readonly order: number; run: (() => void) | undefined };

const isBefore = (a: Item, b: Item): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A heap: a simulation makes many thousand appointments a second. */
export class Agenda {
  #now = 1_000_000;
  #next = 0;
  readonly #heap: Item[] = [];

  /** Milliseconds. */
  get now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Appointment {
    const item: Item = { at: this.#now + Math.max(0, ms), order: this.#next, run };
    this.#next += 1;
    this.#push(item);
    return {
      // It stays in the heap until its time has come, with nothing to do.
      cancel: () => {
        item.run = undefined;
      },
    };
  }

  /** Does the next thing. @returns False when there is none. */
  step(): boolean {
    for (let item = this.#pop(); item !== undefined; item = this.#pop()) {
      const { run } = item;
      if (run === undefined) continue;
      this.#now = Math.max(this.#now, item.at);
      run();
      return true;
    }
    return false;
  }

  /** When the next thing is to happen; undefined when nothing is. */
  get nextAt(): number | undefined {
    while (this.#heap[0] !== undefined && this.#heap[0].run === undefined) this.#pop();
    return this.#heap[0]?.at;
  }

  /** Lets time pass. */
  runUntil(time: number): void {
    for (let at = this.nextAt; at !== undefined && at <= time; at = this.nextAt) this.step();
    this.#now = Math.max(this.#now, time);
  }

  #push(item: Item): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(item);
    while (place > 0) {
      const up = (place - 1) >> 1;
      const parent = heap[up] as Item;
      if (!isBefore(item, parent)) break;
      heap[place] = parent;
      place = up;
    }
    heap[place] = item;
  }

  #pop(): Item | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const down = right < heap.length && isBefore(heap[right] as Item, heap[left] as Item) ? right : left;
      if (!isBefore(heap[down] as Item, last)) break;
      heap[place] = heap[down] as Item;
      place = down;
    }
    heap[place] = last;
    return first;
  }
}
