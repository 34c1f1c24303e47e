import type { Oid } from "../../core/brand.ts";

/** Files that are read by turns, and are told apart. */
const FILES_MAX = 64;
/** After so many jumps a reader is one that jumps. */
const JUMPS = 3;
/** Who reads more at once gains little from its surroundings. */
const LENGTH_MAX = 65_536;

type Reads = { end: number; jumps: number };

/** Tells which files are read here and there rather than from front to back. */
export class RandomReads {
  /** Read last, last. */
  readonly #files = new Map<Oid, Reads>();

  /** A file is read. @returns Whether the next reads will be elsewhere in it, and small. */
  isRandom(oid: Oid, offset: number, length: number): boolean {
    const reads = this.#files.get(oid) ?? { end: 0, jumps: 0 };
    this.#files.delete(oid);
    this.#files.set(oid, reads);
    reads.jumps = offset === reads.end ? Math.max(0, reads.jumps - 1) : Math.min(2 * JUMPS, reads.jumps + 1);
    reads.end = offset + length;
    if (this.#files.size > FILES_MAX) {
      const [oldest] = this.#files.keys();
      if (oldest !== undefined) this.#files.delete(oldest);
    }
    return reads.jumps >= JUMPS && length <= LENGTH_MAX;
  }
}
