import { I64, INT, PTR, type Rows, raw, row, SIZE, U32 } from "./call.ts";
import type { Address } from "./memory.ts";

/** Calls on the process, the thread, the clock and the mount table. Each gives -errno on failure. */
export type ProcessCalls = {
  getpid(): number;
  /** The number of the calling thread. */
  gettid(): number;
  kill(pid: number, signal: number): number;
  /** @returns The mask before. One for all threads of a process. */
  umask(mask: number): number;
  /** @param flags CLONE_FS (0x200): the calling thread gets a umask and a working directory of its own. */
  unshare(flags: number): number;
  prctl(option: number, a: Address, b: number, c: number, d: number): number;
  /**
   * Whose rights the *calling thread* has on files: credentials(7). By number and not by glibc, which would change every
   * thread. From 0 to another id the thread also loses the capabilities that pass over permissions (capabilities(7)),
   * and gets them back with 0.
   *
   * @returns The id before, also where the change was refused: set it twice to be sure, or be root.
   */
  setfsuid(uid: number): number;
  setfsgid(gid: number): number;
  /** Supplementary groups of the *calling thread*. @param list u32 each. */
  setgroups(count: number, list: Address): number;
  /** @returns How many; with count 0 nothing is written. */
  getgroups(count: number, list: Address): number;
  /** @param time struct timespec, 16 bytes: i64 seconds, i64 nanoseconds. */
  clock_gettime(clock: number, time: Address): number;
  mount(source: Address, target: Address, type: Address, flags: number, data: Address): number;
  umount2(target: Address, flags: number): number;
};

export const PROCESS_ROWS: Rows<ProcessCalls> = {
  getpid: row(INT),
  gettid: raw(),
  kill: row(INT, INT, INT),
  umask: row(U32, U32),
  unshare: row(INT, INT),
  prctl: row(INT, INT, PTR, I64, I64, I64),
  setfsuid: raw(U32),
  setfsgid: raw(U32),
  setgroups: raw(SIZE, PTR),
  getgroups: raw(INT, PTR),
  clock_gettime: row(INT, INT, PTR),
  mount: row(INT, PTR, PTR, PTR, SIZE, PTR),
  umount2: row(INT, PTR, INT),
};
