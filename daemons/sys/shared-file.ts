import { ERRNO } from "../core/errno.ts";
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "./constants.ts";
import { fileSystemName } from "./file-systems.ts";
import { libc } from "./libc.ts";
import type { Address } from "./memory.ts";

/** A file grows by so much at once. */
const GROWS_BYTES = 256 * 1024;
/** Addresses that are taken beforehand: they cost nothing, and the file need not be mapped anew as it grows. */
const WINDOW_BYTES = 64 * 1024 ** 2;

/**
 * They write in place, where space was taken before: so no store into a mapping finds the disk full, of which the process
 * could be told by SIGBUS only. (tmpfs: shmem_fallocate() puts the pages there.) Elsewhere pwrite(2) must do.
 */
const IN_PLACE: ReadonlySet<string> = new Set(["tmpfs", "ext4", "xfs"]);

/**
 * A file as memory (mmap(2), MAP_SHARED): what is put there costs no system call, and stays when this process is killed.
 *
 * Bytes of one put() may be there in part then; what was put earlier is there before what was put later, since a process
 * ends between two of its instructions. Nobody else may cut the file short: touching what is gone ends the process.
 */
export class SharedFile {
  readonly #fd: number;
  /** Bytes that it has for sure on its file system. */
  #bytes = 0;
  #window = 0;
  #address = 0;
  readonly #isMapped: boolean;
  #failure = 0;

  /**
   * @param fd Open for reading and writing; its owner closes it after {@link close}.
   * @param isMapped Whether it may be memory; else it is written by calls, which comes to the same for who reads it.
   */
  constructor(fd: number, isMapped = IN_PLACE.has(fileSystemName(fd))) {
    this.#fd = fd;
    this.#isMapped = isMapped;
  }

  /** -errno, once something could not be put; else 0. */
  get failure(): number {
    return this.#failure;
  }

  /** Makes room up to `end`. @returns 0, or -errno: ENOSPC, EDQUOT, ENODEV where it is nothing that can be memory. */
  reach(end: number): number {
    if (end <= this.#bytes) return 0;
    const bytes = Math.ceil(end / GROWS_BYTES) * GROWS_BYTES;
    const taken = libc.fallocate(this.#fd, 0, this.#bytes, bytes - this.#bytes);
    if (taken < 0) return taken;
    const mapped = bytes <= this.#window || !this.#isMapped ? 0 : this.#map(bytes);
    if (mapped === 0) this.#bytes = bytes;
    return mapped;
  }

  /** Puts bytes where {@link reach} has been. */
  put(at: number, bytes: Address, length: number): void {
    if (this.#isMapped) libc.memcpy(this.#address + at, bytes, length);
    else if (this.#failure === 0) this.#write(at, bytes, length);
  }

  close(): void {
    if (this.#window > 0) libc.munmap(this.#address, this.#window);
    this.#window = 0;
    this.#bytes = 0;
  }

  #write(at: number, bytes: Address, length: number): void {
    const done = libc.pwrite(this.#fd, bytes, length, at);
    if (done !== length) this.#failure = done < 0 ? done : -ERRNO.ENOSPC.number;
  }

  #map(bytes: number): number {
    let window = Math.max(WINDOW_BYTES, this.#window);
    while (window < bytes) window *= 2;
    const address = libc.mmap(0, window, PROT_READ | PROT_WRITE, MAP_SHARED, this.#fd, 0);
    if (address < 0) return address;
    if (this.#window > 0) libc.munmap(this.#address, this.#window);
    this.#address = address;
    this.#window = window;
    return 0;
  }
}
