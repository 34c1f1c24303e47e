import { closeSync, openSync, readSync, writeSync } from "node:fs";

const LENGTH = 8;

/**
 * A number in a local file, which processes tell each other by another way than the mounts: what one has done before it
 * says so, the others must see from then on.
 */
export class Register implements Disposable {
  readonly #fd: number;

  /** @param path On a local file system. Begins with 0 where there is none. */
  constructor(path: string) {
    this.#fd = openSync(path, "a+");
    closeSync(this.#fd);
    this.#fd = openSync(path, "r+");
  }

  /** The last number that was said. */
  get(): number {
    const into = Buffer.alloc(LENGTH);
    return readSync(this.#fd, into, 0, LENGTH, 0) === LENGTH ? into.readDoubleLE(0) : 0;
  }

  say(number: number): void {
    const bytes = Buffer.alloc(LENGTH);
    bytes.writeDoubleLE(number, 0);
    writeSync(this.#fd, bytes, 0, LENGTH, 0);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
