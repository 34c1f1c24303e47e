/** What is to happen, in the order of virtual time. Nothing here knows a real clock. */
export type Appointment = { cancel(): void };

export class Agenda {
  #now = 1_000_000;
  #next = 0;
  #items: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];

  /** Milliseconds. */
  get now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Appointment {
    const item = { at: this.#now + Math.max(0, ms), order: this.#next, run };
    this.#next += 1;
    this.#items.push(item);
    return {
      cancel: () => {
        this.#items = this.#items.filter((other) => other !== item);
      },
    };
  }

  /** Does the next thing. @returns False when there is none. */
  step(): boolean {
    let first = this.#items[0];
    if (first === undefined) return false;
    for (const item of this.#items)
      if (item.at < first.at || (item.at === first.at && item.order < first.order)) first = item;
    const next = first;
    this.#items = this.#items.filter((item) => item !== next);
    this.#now = Math.max(this.#now, next.at);
    next.run();
    return true;
  }

  /** Lets time pass. */
  runUntil(time: number): void {
    for (;;) {
      const due = this.#items.some((item) => item.at <= time);
      if (!due) break;
      this.step();
    }
    this.#now = Math.max(this.#now, time);
  }
}
