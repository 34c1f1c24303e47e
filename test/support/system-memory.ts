import koffi from "koffi";
import { errnoName } from "../../daemons/core/errno.ts";

/** mmap(2) and its kin. Mapped memory is reached by copies only: Node has no Buffer over it. */
const libc = koffi.load("libc.so.6");
const mmap = libc.func("int64 mmap(int64, uint64_t, int, int, int, int64)");
const munmap = libc.func("int munmap(int64, uint64_t)");
const msync = libc.func("int msync(int64, uint64_t, int)");
const copyIn = libc.func("memcpy", "int64", ["int64", "void *", "uint64_t"]);
const copyOut = libc.func("memcpy", "int64", ["void *", "int64", "uint64_t"]);

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MS_SYNC = 4;
export const PAGE = 4096;

export type MapOptions = { readonly shared?: boolean; readonly writable?: boolean; readonly offset?: number };

/** A mapping of a file. Touching what lies beyond the file's last page kills the process (SIGBUS). */
export class Mapping {
  readonly #address: number;
  readonly #length: number;

  /** @throws An Error with `code` as mmap(2) fails. */
  constructor(fd: number, length: number, options: MapOptions = {}) {
    const { shared = true, writable = true, offset = 0 } = options;
    const protection = PROT_READ | (writable ? PROT_WRITE : 0);
    const address = Number(mmap(0, length, protection, shared ? MAP_SHARED : MAP_PRIVATE, fd, offset));
    if (address === -1) throw systemError("mmap");
    this.#address = address;
    this.#length = length;
  }

  write(at: number, bytes: Uint8Array): void {
    copyIn(this.#address + at, bytes, bytes.length);
  }

  read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    copyOut(bytes, this.#address + at, length);
    return bytes;
  }

  /** msync(2) with MS_SYNC over all of it. */
  sync(): void {
    if (msync(this.#address, this.#length, MS_SYNC) === -1) throw systemError("msync");
  }

  [Symbol.dispose](): void {
    munmap(this.#address, this.#length);
  }
}

function systemError(syscall: string): Error {
  const code = errnoName(koffi.errno());
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}
