import { S_IFDIR, S_IFREG } from "../../core/attributes.ts";
import { ERRNO } from "../../core/errno.ts";
import {
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOATIME,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_RDWR,
} from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { handleOf } from "./file-handle.ts";
import { ACCESS, type Access, type ObjectEntry } from "./entry.ts";

/** Reading must not touch atime: members would differ. O_NONBLOCK: no open waits, whatever the object turned into. */
const COMMON = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

function flagsOf(type: number, access: Access): number {
  if (type === S_IFDIR) return COMMON | O_RDONLY | O_DIRECTORY | O_NOATIME;
  // Opening a fifo or a device does something; its name is all we need.
  if (type !== S_IFREG) return O_CLOEXEC | O_NOFOLLOW | O_PATH;
  return COMMON | O_NOATIME | (access === ACCESS.write ? O_RDWR : O_RDONLY);
}

/**
 * Descriptors of objects, kept open for the next use. At most `max`; then a clock hand closes those that were not used
 * since it last passed. Opened by handle, as root: no path is walked, so none can lead astray.
 */
export class OpenObjects {
  readonly #mountFd: number;
  readonly #max: number;
  readonly #open: ObjectEntry[] = [];
  #hand = 0;
  #turn = 1;

  /** @param mountFd Any open directory of the file system, for open_by_handle_at(2). */
  constructor(mountFd: number, max: number) {
    this.#mountFd = mountFd;
    this.#max = max;
  }

  get count(): number {
    return this.#open.length;
  }

  /** A call of the store begins: descriptors that it asks for stay open at least until the next one does. */
  nextTurn(): void {
    this.#turn += 1;
  }

  /** A descriptor for attributes and names: O_PATH for what is neither file nor directory. @returns It, or -errno. */
  any(entry: ObjectEntry): number {
    return entry.access !== ACCESS.closed ? this.#used(entry) : this.#reopen(entry, ACCESS.read);
  }

  /** A descriptor for writing to a file. @returns It, or -errno: -EISDIR, -EINVAL. */
  writable(entry: ObjectEntry): number {
    if (entry.access === ACCESS.write) return this.#used(entry);
    if (entry.type === S_IFREG) return this.#reopen(entry, ACCESS.write);
    return entry.type === S_IFDIR ? -ERRNO.EISDIR.number : -ERRNO.EINVAL.number;
  }

  /** Takes over a descriptor that was just opened. */
  keep(entry: ObjectEntry, fd: number, access: Access): void {
    if (entry.fd >= 0) this.close(entry);
    this.#makeRoom();
    entry.fd = fd;
    entry.access = access;
    entry.used = true;
    entry.turn = this.#turn;
    entry.place = this.#open.length;
    this.#open.push(entry);
  }

  close(entry: ObjectEntry): void {
    if (entry.fd < 0) return;
    libc.close(entry.fd);
    entry.fd = -1;
    entry.access = ACCESS.closed;
    const last = this.#open.pop() as ObjectEntry;
    if (last !== entry) {
      last.place = entry.place;
      this.#open[entry.place] = last;
    }
    entry.place = -1;
  }

  /**
   * Closes files that are open for writing and were not used since the last call: while they are, nobody on this host can
   * run them as programs (ETXTBSY).
   */
  closeIdleWriters(): void {
    for (let place = this.#open.length - 1; place >= 0; place -= 1) {
      const entry = this.#open[place] as ObjectEntry;
      if (entry.access !== ACCESS.write || entry.pins > 0) continue;
      if (entry.used) entry.used = false;
      else this.close(entry);
    }
  }

  closeAll(): void {
    for (const entry of [...this.#open]) this.close(entry);
  }

  #used(entry: ObjectEntry): number {
    entry.used = true;
    entry.turn = this.#turn;
    return entry.fd;
  }

  #reopen(entry: ObjectEntry, access: Access): number {
    const fd = libc.open_by_handle_at(this.#mountFd, handleOf(entry.key), flagsOf(entry.type, access));
    if (fd < 0) return fd;
    this.keep(entry, fd, entry.type === S_IFREG || entry.type === S_IFDIR ? access : ACCESS.path);
    return fd;
  }

  #makeRoom(): void {
    for (let looks = 2 * this.#open.length; this.#open.length >= this.#max && looks > 0; looks -= 1) {
      this.#hand = (this.#hand + 1) % this.#open.length;
      const entry = this.#open[this.#hand] as ObjectEntry;
      if (entry.pins > 0 || entry.turn === this.#turn) continue;
      if (entry.used) entry.used = false;
      else this.close(entry);
    }
  }
}
