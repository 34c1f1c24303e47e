import { MAP_SHARED, PROT_READ, PROT_WRITE } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { fileSystemName } from "../../sys/file-systems.ts";

/** So much of a file is memory at a time: what is mapped and was touched counts as the process's own. */
const WINDOW_BYTES = 1_048_576;
/** From so many bytes on one pwrite(2) costs less than the page faults. */
const LEAST_BY_CALL = 16_384;
/**
 * They write in place, where space was taken before: so no store into a mapping finds the disk full, of which the process
 * could be told by SIGBUS only.
 */
const IN_PLACE: ReadonlySet<string> = new Set(["ext4", "xfs"]);

/**
 * A part of a file as memory, for many small writes one after the other: each is a copy, a tenth of what pwrite(2) costs.
 * To the end of the process it is the same: what was copied is in the page cache.
 */
export class MappedWindow {
  readonly #fits: boolean;
  #fd = -1;
  /** Of the file: from (inclusive) to (exclusive). */
  #from = 0;
  #to = 0;
  #address = 0;

  /** @param fd Any descriptor of the file system that the files lie on. */
  constructor(fd: number) {
    this.#fits = IN_PLACE.has(fileSystemName(fd));
  }

  /**
   * @param fd Stays open until {@link close}.
   * @param size Of the file; it has all its space, and `bytes` do not go beyond it.
   * @returns False where that is left to pwrite(2); then nothing has happened.
   */
  write(fd: number, size: number, offset: number, bytes: Uint8Array): boolean {
    const end = offset + bytes.length;
    if (bytes.length >= LEAST_BY_CALL || !this.#fits) return false;
    if (fd !== this.#fd || offset < this.#from || end > this.#to) {
      const from = offset - (offset % WINDOW_BYTES);
      // What lies in two windows: once in a thousand.
      if (end > Math.min(from + WINDOW_BYTES, size) || !this.#move(fd, from, size)) return false;
    }
    libc.memcpy(this.#address + offset - this.#from, bytes, bytes.length);
    return true;
  }

  close(): void {
    if (this.#fd >= 0) libc.munmap(this.#address, this.#to - this.#from);
    this.#fd = -1;
  }

  #move(fd: number, from: number, size: number): boolean {
    this.close();
    const to = Math.min(from + WINDOW_BYTES, size);
    const address = libc.mmap(0, to - from, PROT_READ | PROT_WRITE, MAP_SHARED, fd, from);
    if (address < 0) return false;
    this.#fd = fd;
    this.#from = from;
    this.#to = to;
    this.#address = address;
    return true;
  }
}
