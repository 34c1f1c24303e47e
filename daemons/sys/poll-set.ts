import { POLLERR, POLLHUP, POLLNVAL } from "./constants.ts";
import { libc } from "./libc.ts";
import { addressOf, viewOf } from "./memory.ts";

/** Called with what is ready: POLLIN, POLLOUT, and POLLERR or POLLHUP, which need not be asked for. */
export type ReadyHandler = (ready: number) => void;

/** A descriptor that is waited for. */
export type Watch = {
  /** @param events POLLIN, POLLOUT, both, or 0: then not even a hang-up is reported. */
  interest(events: number): void;
  /** Ends it; its handler is not called any more. Comes before the descriptor is closed, whose owner is the caller. */
  close(): void;
};

/** struct pollfd: fd i32, events i16, revents i16. */
const SIZE = 8;
/** What poll(2) reports unasked. */
const ALWAYS = POLLERR | POLLHUP | POLLNVAL;

class Entry implements Watch {
  closed = false;
  readonly fd: number;
  readonly handler: ReadyHandler;
  readonly #set: PollSet;
  index: number;
  events: number;

  constructor(set: PollSet, fd: number, events: number, handler: ReadyHandler, index: number) {
    this.#set = set;
    this.fd = fd;
    this.events = events;
    this.handler = handler;
    this.index = index;
  }

  interest(events: number): void {
    if (this.closed || this.events === events) return;
    this.events = events;
    this.#set.write(this);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.events = 0;
    this.#set.write(this);
    this.#set.removed();
  }
}

/**
 * The descriptors a reactor waits for, as the one array that poll(2) takes. The array is written only when a watch
 * changes; a turn costs one call and one look at each entry.
 */
export class PollSet {
  #entries: Entry[] = [];
  #bytes = Buffer.alloc(SIZE * 8);
  #view = viewOf(this.#bytes);
  #address = addressOf(this.#bytes);
  #closed = 0;

  add(fd: number, events: number, handler: ReadyHandler): Watch {
    const entry = new Entry(this, fd, events, handler, this.#entries.length);
    this.#entries.push(entry);
    if (this.#entries.length * SIZE > this.#bytes.length) this.#grow();
    this.write(entry);
    this.#view.setInt16(entry.index * SIZE + 6, 0, true);
    return entry;
  }

  /** @returns How many are ready; negative like libc's. */
  poll(timeoutMs: number): number {
    return libc.poll(this.#address, this.#entries.length, timeoutMs);
  }

  /**
   * Calls the handlers of what poll() found. A handler may add, change and close watches: what is closed is not called,
   * what is added waits for the next turn.
   */
  dispatch(ready: number): void {
    let left = ready;
    for (let i = 0; left > 0 && i < this.#entries.length; i++) {
      const found = this.#view.getInt16(i * SIZE + 6, true);
      if (found === 0) continue;
      left--;
      const entry = this.#entries[i];
      // An earlier handler of this turn may have closed it or lost interest.
      if (entry === undefined || entry.events === 0) continue;
      const wanted = found & (entry.events | ALWAYS);
      if (wanted !== 0) entry.handler(wanted);
    }
    if (this.#closed > 0) this.#compact();
  }

  /** Used by watches: puts an entry into the array. poll(2) passes over negative descriptors. */
  write(entry: Entry): void {
    const at = entry.index * SIZE;
    this.#view.setInt32(at, entry.events === 0 ? -1 : entry.fd, true);
    this.#view.setInt16(at + 4, entry.events, true);
  }

  /** Used by watches: one more entry is to be taken out after this turn. */
  removed(): void {
    this.#closed++;
  }

  #compact(): void {
    this.#closed = 0;
    this.#entries = this.#entries.filter((entry) => !entry.closed);
    for (const [index, entry] of this.#entries.entries()) {
      entry.index = index;
      this.write(entry);
    }
  }

  #grow(): void {
    const grown = Buffer.alloc(this.#bytes.length * 2);
    this.#bytes.copy(grown);
    this.#bytes = grown;
    this.#view = viewOf(grown);
    this.#address = addressOf(grown);
  }
}
