import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { flock } from "./system.ts";
import { type LockKind, lock, type Range, whatBlocks } from "./system-locks.ts";

/**
 * A second process for what needs two: record locks belong to a process. It does one call after the other, each
 * synchronously, so that a call that waits for a lock delays those after it. Started by `peer.ts`.
 */
const calls = {
  open: (path: string, flags: string) => openSync(path, flags),
  close: (fd: number) => closeSync(fd),
  lock: (fd: number, kind: LockKind, range: Range, wait?: boolean) => lock(fd, kind, range, wait),
  whatBlocks: (fd: number, kind: LockKind, range: Range) => whatBlocks(fd, kind, range) ?? null,
  flock: (fd: number, operation: number) => flock(fd, operation),
  write: (fd: number, text: string) => writeSync(fd, text),
  read: (fd: number, length: number, at: number) => {
    const into = Buffer.alloc(length);
    return into.toString("latin1", 0, readSync(fd, into, 0, length, at));
  },
} as const;

export type PeerCalls = typeof calls;
export type PeerRequest = { readonly id: number; readonly name: keyof PeerCalls; readonly values: readonly unknown[] };
export type PeerAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly code: string; readonly message: string };

function answer({ id, name, values }: PeerRequest): PeerAnswer {
  try {
    const run = calls[name] as (...values: readonly unknown[]) => unknown;
    return { id, value: run(...values) ?? null };
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    return { id, code, message };
  }
}

// Acts at load when it is the program of a process that was forked; an import for its types does nothing.
if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  process.on("message", (request: PeerRequest) => process.send?.(answer(request)));
}
