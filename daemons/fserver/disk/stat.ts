import type { Time } from "../../core/time.ts";
import {
  AT_EMPTY_PATH,
  AT_SYMLINK_NOFOLLOW,
  STATX_BASIC_STATS,
  STATX_BTIME,
  STATX_MNT_ID,
} from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { type Address, addressOf, readI64, readU64, viewOf } from "../../sys/memory.ts";

const MASK = STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID;
const EMPTY = Buffer.alloc(1);

/**
 * The answer of statx(2), read in place: struct statx of linux/stat.h. One is used over and over, as an object for each
 * call would cost more than the call.
 */
export class Stat {
  readonly #bytes = Buffer.alloc(256);
  readonly #view = viewOf(this.#bytes);
  readonly #address = addressOf(this.#bytes);
  readonly #empty = addressOf(EMPTY);

  /** Of what a name in a directory means, itself if it is a symbolic link. @returns 0 or -errno. */
  at(dirfd: number, name: Address): number {
    return libc.statx(dirfd, name, AT_SYMLINK_NOFOLLOW, MASK, this.#address);
  }

  /** @param fd May be opened with O_PATH. @returns 0 or -errno. */
  of(fd: number): number {
    return libc.statx(fd, this.#empty, AT_EMPTY_PATH, MASK, this.#address);
  }

  get blockSize(): number {
    return this.#view.getUint32(4, true);
  }
  get nlink(): number {
    return this.#view.getUint32(16, true);
  }
  get uid(): number {
    return this.#view.getUint32(20, true);
  }
  get gid(): number {
    return this.#view.getUint32(24, true);
  }
  get mode(): number {
    return this.#view.getUint16(28, true);
  }
  get size(): number {
    return readU64(this.#view, 40);
  }
  get blocks(): number {
    return readU64(this.#view, 48);
  }
  get atime(): Time {
    return this.#time(64);
  }
  get btime(): Time {
    return this.#time(80);
  }
  get ctime(): Time {
    return this.#time(96);
  }
  get mtime(): Time {
    return this.#time(112);
  }

  /** As linux/kdev_t.h new_encode_dev() packs it into 32 bits. */
  get rdev(): number {
    const major = this.#view.getUint32(128, true);
    const minor = this.#view.getUint32(132, true);
    return major === 0 && minor === 0 ? 0 : ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
  }

  /** Tells mounts apart; before Linux 5.8, which has no mount ids here, file systems only. */
  get mount(): number {
    const device = this.#view.getUint32(136, true) * 0x100000 + this.#view.getUint32(140, true);
    return this.#view.getUint32(0, true) & STATX_MNT_ID ? readU64(this.#view, 144) : device;
  }

  #time(at: number): Time {
    return { sec: readI64(this.#view, at), nsec: this.#view.getUint32(at + 8, true) };
  }
}
