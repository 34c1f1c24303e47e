import koffi from "koffi";
import { errnoName } from "../../daemons/core/errno.ts";

/** fcntl(2) record locks: F_SETLK and its kin, with `struct flock` of 64-bit Linux. */
const fcntl = koffi.load("libc.so.6").func("int fcntl(int, int, void *)");

export type LockType = "read" | "write" | "unlock";
export type Range = {
  readonly type: LockType;
  readonly start: number /** 0: to the end of all. */;
  readonly length: number;
};
export type Held = { readonly type: LockType; readonly start: number; readonly length: number; readonly pid: number };
/** `process`: of the process, dropped at any close of the file. `open`: of the open file (F_OFD_SETLK). */
export type LockKind = "process" | "open";

const TYPES: readonly LockType[] = ["read", "write", "unlock"];
const COMMANDS = { process: { test: 5, set: 6, wait: 7 }, open: { test: 36, set: 37, wait: 38 } } as const;

function run(fd: number, command: number, range: Range): Buffer {
  const raw = Buffer.alloc(32);
  raw.writeInt16LE(TYPES.indexOf(range.type), 0);
  raw.writeBigInt64LE(BigInt(range.start), 8);
  raw.writeBigInt64LE(BigInt(range.length), 16);
  if (fcntl(fd, command, raw) !== -1) return raw;
  const code = errnoName(koffi.errno());
  throw Object.assign(new Error(`${code}: fcntl lock`), { code, syscall: "fcntl" });
}

/** Sets or drops a lock. Without `wait` a conflict throws EAGAIN; with it the calling thread blocks. */
export function lock(fd: number, kind: LockKind, range: Range, wait = false): void {
  run(fd, COMMANDS[kind][wait ? "wait" : "set"], range);
}

/** @returns The first lock that stands in the way of `range`, or undefined when nothing does. */
export function whatBlocks(fd: number, kind: LockKind, range: Range): Held | undefined {
  const raw = run(fd, COMMANDS[kind].test, range);
  const type = TYPES[raw.readInt16LE(0)] ?? "unlock";
  if (type === "unlock") return undefined;
  return {
    type,
    start: Number(raw.readBigInt64LE(8)),
    length: Number(raw.readBigInt64LE(16)),
    pid: raw.readInt32LE(24),
  };
}
