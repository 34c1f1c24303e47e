/** What the file must be: bytes in memory, changed by the plainest code there is. */
export class FileModel {
  readonly #bytes: Buffer;
  #size = 0;

  constructor(sizeMax: number) {
    this.#bytes = Buffer.alloc(sizeMax);
  }

  get size(): number {
    return this.#size;
  }

  /** @returns A view of what read(2) would give. */
  read(at: number, length: number): Buffer {
    return this.#bytes.subarray(Math.min(at, this.#size), Math.min(at + length, this.#size));
  }

  write(at: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, at);
    this.#size = Math.max(this.#size, at + bytes.length);
  }

  truncate(size: number): void {
    this.#bytes.fill(0, Math.min(size, this.#size));
    this.#size = size;
  }

  /** Zeros without a change of the size. */
  zero(at: number, length: number): void {
    this.#bytes.fill(0, at, Math.min(at + length, this.#size));
  }

  grow(size: number): void {
    this.#size = Math.max(this.#size, size);
  }

  copy(from: number, to: number, length: number): void {
    this.write(to, Buffer.from(this.read(from, length)));
  }
}
