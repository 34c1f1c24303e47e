import { libc } from "../../sys/libc.ts";
import { addressOf, readU64, viewOf } from "../../sys/memory.ts";
import type { Space } from "../core/store.ts";

/** Below this much room writes take their space first; above, what is written is believed to fit. */
const NEAR_FULL_BYTES = 64 * 1_048_576;

/**
 * How much room there is: so that a write either fits as a whole or is refused before its first byte (a write that ran
 * out of space half-way would have destroyed what was there).
 *
 * Asks the file system again when half of the room it told of may be used up.
 */
export class Room {
  readonly #fd: number;
  readonly #bytes = Buffer.alloc(120);
  readonly #view = viewOf(this.#bytes);
  readonly #address = addressOf(this.#bytes);
  #left = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @returns Whether the disk is so full that `bytes` more may not fit. */
  isTight(bytes: number): boolean {
    this.#left -= bytes;
    if (this.#left > 0) return false;
    const space = this.space();
    if (typeof space === "number") return true;
    const available = space.blocksAvailable * space.blockSize;
    this.#left = Math.floor(available / 2) - NEAR_FULL_BYTES;
    return this.#left <= 0;
  }

  /** What was believed is no longer so: something else fills the disk too. */
  doubt(): void {
    this.#left = 0;
  }

  /** @returns statvfs(3), or -errno. */
  space(): Space | number {
    const failed = libc.fstatfs(this.#fd, this.#address);
    if (failed < 0) return failed;
    // struct statfs: type, bsize, blocks, bfree, bavail, files, ffree, fsid, namelen, frsize; 64 bits each but the fsid.
    const blockSize = readU64(this.#view, 72) || readU64(this.#view, 8);
    return {
      blockSize,
      blocks: readU64(this.#view, 16),
      blocksFree: readU64(this.#view, 24),
      blocksAvailable: readU64(this.#view, 32),
      files: readU64(this.#view, 40),
      filesFree: readU64(this.#view, 48),
      nameMax: readU64(this.#view, 64),
    };
  }
}
