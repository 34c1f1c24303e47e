import { wait, type Operation as Steps } from "../../../daemons/client/core/operation.ts";

/** A page is small here, so that small files have several. */
export const PAGE = 16;

/**
 * What is cached of a page. The bytes after `filled` are zeros that nobody read or wrote. `unwritten`: so many writes are
 * in it that are not done yet: programs of this host see them early.
 */
export type Page = { readonly bytes: Uint8Array; filled: number; unwritten: number };

/** The pages of one file that are up to date, and those that are being read: locked until they have been. */
export class PageCache {
  readonly #pages = new Map<number, Page>();
  readonly #reading = new Set<number>();
  #waiting: (() => void)[] = [];

  get(at: number): Page | undefined {
    return this.#pages.get(at);
  }

  isReading(at: number): boolean {
    return this.#reading.has(at);
  }

  /** Waits until a page is no longer locked. */
  *unlocked(at: number): Steps<void> {
    while (this.#reading.has(at)) yield* this.#change();
  }

  /** Locks pages, which are then read. */
  begin(pages: readonly number[]): void {
    for (const at of pages) this.#reading.add(at);
  }

  /** @param bytes What was read from the first of these pages on; undefined: nothing. */
  end(pages: readonly number[], bytes: Uint8Array | undefined): void {
    const [first = 0] = pages;
    for (const at of pages) {
      this.#reading.delete(at);
      if (bytes === undefined) continue;
      const page = new Uint8Array(PAGE);
      const read = bytes.subarray((at - first) * PAGE, (at - first + 1) * PAGE);
      page.set(read);
      this.#pages.set(at, { bytes: page, filled: read.length, unwritten: 0 });
    }
    this.#wake();
  }

  /**
   * Changes pages in place where they are up to date; whole ones are up to date from now on.
   * @returns Those that were changed.
   */
  write(offset: number, data: Uint8Array): readonly Page[] {
    const changed: Page[] = [];
    for (let done = 0; done < data.length; ) {
      const at = Math.floor((offset + done) / PAGE);
      const from = (offset + done) % PAGE;
      const part = data.subarray(done, done + PAGE - from);
      const whole = { bytes: new Uint8Array(PAGE), filled: PAGE, unwritten: 0 };
      const page = part.length === PAGE ? whole : this.#pages.get(at);
      if (page !== undefined) {
        page.bytes.set(part, from);
        page.filled = Math.max(page.filled, from + part.length);
        page.unwritten += 1;
        this.#pages.set(at, page);
        changed.push(page);
      }
      done += part.length;
    }
    return changed;
  }

  /** What failed to be written is not up to date. */
  forget(offset: number, length: number): void {
    for (let at = Math.floor(offset / PAGE); at * PAGE < offset + length; at += 1) this.#pages.delete(at);
  }

  /** Drops what is after the end of the file. */
  cut(size: number): void {
    for (const [at, page] of this.#pages) {
      if (at * PAGE >= size) this.#pages.delete(at);
      else if ((at + 1) * PAGE > size) {
        page.bytes.fill(0, size - at * PAGE);
        page.filled = Math.min(page.filled, size - at * PAGE);
      }
    }
  }

  /** Drops all pages; waits for those that are being read. */
  *drop(): Steps<void> {
    const locked = [...this.#reading];
    this.#pages.clear();
    for (const at of locked) {
      yield* this.unlocked(at);
      this.#pages.delete(at);
    }
  }

  *#change(): Steps<void> {
    yield* wait<void>((resume) => {
      this.#waiting.push(() => resume());
      return undefined;
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
