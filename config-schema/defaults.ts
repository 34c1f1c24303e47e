import type { LogLevel, Permissions, Timeouts } from "./model.ts";

/** What holds where the file says nothing. The schema tells the same to readers and editors; a test compares. */
export const DEFAULTS = {
  port: 1025,
  priority: 0,
  permissions: "read-write" as Permissions,
  workers: 2,
  timeouts: { beatMs: 1000, suspectMs: 3000, connectMs: 5000, giveUpMs: 30_000 } satisfies Timeouts,
  cache: { dirtyBytes: 64 * 1024 ** 2, readaheadBytes: 4 * 1024 ** 2 },
  /** Of the memory that a mount may use, for what it remembers; no more than `mostBytes`. */
  cacheMemory: { share: 1 / 8, mostBytes: 1024 ** 3 },
  logLevel: "info" as LogLevel,
} as const;
