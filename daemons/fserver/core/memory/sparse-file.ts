const BLOCK = 4_096;

/** The bytes of a file in memory, block by block; a block that is not there is a hole. */
export class SparseFile {
  readonly #blocks = new Map<number, Uint8Array>();
  size = 0;

  /** Blocks of 4,096 bytes that take space. */
  get blocks(): number {
    return this.#blocks.size;
  }

  /** How many blocks a write of this range would newly take. */
  missing(offset: number, length: number): number {
    let count = 0;
    for (const { block } of pieces(offset, length)) if (!this.#blocks.has(block)) count += 1;
    return count;
  }

  /** @returns How many bytes there were. */
  read(offset: number, length: number, into: Uint8Array): number {
    const count = Math.max(0, Math.min(length, this.size - offset));
    for (const { block, from, to, at } of pieces(offset, count)) {
      const bytes = this.#blocks.get(block);
      if (bytes === undefined) into.fill(0, at, at + to - from);
      else into.set(bytes.subarray(from, to), at);
    }
    return count;
  }

  write(offset: number, data: Uint8Array): void {
    for (const { block, from, to, at } of pieces(offset, data.length)) {
      this.#block(block).set(data.subarray(at, at + to - from), from);
    }
    this.size = Math.max(this.size, offset + data.length);
  }

  /** Makes it so long; what comes in anew is a hole. */
  truncate(size: number): void {
    if (size < this.size) {
      this.clear(size, this.size - size, true);
      const first = Math.ceil(size / BLOCK);
      for (const block of [...this.#blocks.keys()]) if (block >= first) this.#blocks.delete(block);
    }
    this.size = size;
  }

  /** Zeroes a range; blocks that lie in it as a whole become holes, if `holes`. */
  clear(offset: number, length: number, holes: boolean): void {
    for (const { block, from, to } of pieces(offset, length)) {
      if (holes && from === 0 && to === BLOCK) this.#blocks.delete(block);
      else this.#blocks.get(block)?.fill(0, from, to);
    }
  }

  /** Takes the space of a range. */
  allocate(offset: number, length: number): void {
    for (const { block } of pieces(offset, length)) this.#block(block);
  }

  /** @returns Where data, or a hole, is next; undefined when nothing comes. A hole is at the end of every file. */
  seek(offset: number, data: boolean): number | undefined {
    if (offset >= this.size) return undefined;
    for (let block = Math.floor(offset / BLOCK); block * BLOCK < this.size; block += 1) {
      if (this.#blocks.has(block) === data) return Math.max(offset, block * BLOCK);
    }
    return data ? undefined : this.size;
  }

  /** FNV-1a of what is not zero, with its places. */
  sum(): number {
    let sum = 0x811c9dc5;
    for (const [block, bytes] of [...this.#blocks].sort(([a], [b]) => a - b)) {
      for (let at = 0; at < BLOCK; at += 1) {
        if (bytes[at] !== 0) sum = Math.imul(sum ^ (block * BLOCK + at) ^ (bytes[at] as number), 0x01000193) >>> 0;
      }
    }
    return sum;
  }

  #block(block: number): Uint8Array {
    const known = this.#blocks.get(block);
    if (known !== undefined) return known;
    const made = new Uint8Array(BLOCK);
    this.#blocks.set(block, made);
    return made;
  }
}

type Piece = { readonly block: number; readonly from: number; readonly to: number; readonly at: number };

/** A range, cut at the borders of blocks. `at` counts from the beginning of the range. */
function* pieces(offset: number, length: number): Generator<Piece> {
  for (let at = 0; at < length; ) {
    const block = Math.floor((offset + at) / BLOCK);
    const from = offset + at - block * BLOCK;
    const to = Math.min(BLOCK, from + length - at);
    yield { block, from, to, at };
    at += to - from;
  }
}
