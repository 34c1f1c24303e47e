import { type FileName, fileName } from "../../core/brand.ts";
import { SEEK_SET } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf, viewOf } from "../../sys/memory.ts";

const BYTES = 65_536;
/** struct linux_dirent64: u64 inode, i64 offset of the next, u16 length, u8 type, then the name and a zero byte. */
const NAME_AT = 19;

/** One name in a directory, where the kernel wrote it. Valid until the next read. */
export type DirectoryName = {
  readonly name: FileName;
  /** Address of the name, which ends with a zero byte. */
  readonly address: number;
  /** Where the next name is, in two halves: on ext4 a hash of 63 bits. */
  readonly nextHigh: number;
  readonly nextLow: number;
};

/** Reads names out of open directories, block by block. `.` and `..` are left out. */
export class DirectoryReader {
  readonly #bytes = Buffer.allocUnsafeSlow(BYTES);
  readonly #view = viewOf(this.#bytes);
  readonly #address = addressOf(this.#bytes);

  /**
   * @param offset What lseek(2) takes: 0 for the beginning.
   * @returns 0 at the end, -errno, or 1 when `each` said to stop.
   */
  read(fd: number, offset: number, each: (found: DirectoryName) => boolean): number {
    const sought = libc.lseek(fd, offset, SEEK_SET);
    if (sought < 0) return sought;
    for (;;) {
      const got = libc.getdents64(fd, this.#address, BYTES);
      if (got <= 0) return got;
      for (let at = 0; at < got; ) {
        const length = this.#view.getUint16(at + 16, true);
        const name = this.#name(at + NAME_AT, at + length);
        const more =
          name === "." ||
          name === ".." ||
          each({
            name: fileName(name),
            address: this.#address + at + NAME_AT,
            nextHigh: this.#view.getInt32(at + 12, true),
            nextLow: this.#view.getUint32(at + 8, true),
          });
        if (!more) return 1;
        at += length;
      }
    }
  }

  #name(start: number, end: number): string {
    return this.#bytes.toString(
      "latin1",
      start,
      this.#bytes.indexOf(0, start) < 0 ? end : this.#bytes.indexOf(0, start),
    );
  }
}
