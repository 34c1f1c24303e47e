import { bind, type Row } from "./call.ts";
import { FILE_ROWS, type FileCalls } from "./file-calls.ts";
import { NAME_ROWS, type NameCalls } from "./name-calls.ts";
import { PROCESS_ROWS, type ProcessCalls } from "./process-calls.ts";
import { SOCKET_ROWS, type SocketCalls } from "./socket-calls.ts";

export type Libc = FileCalls & NameCalls & ProcessCalls & SocketCalls;

/** Every call we make, by name. */
export const LIBC_ROWS: { readonly [Name in keyof Libc]: Row } = {
  ...FILE_ROWS,
  ...NAME_ROWS,
  ...PROCESS_ROWS,
  ...SOCKET_ROWS,
};

type Table = Record<string, (...values: unknown[]) => number>;

/** Each entry binds itself when first called, so that importing this file costs nothing, and few calls cost little. */
function lazyTable(): Table {
  const table: Table = {};
  for (const [name, declared] of Object.entries(LIBC_ROWS)) {
    table[name] = (...values) => {
      const call = bind(name, declared);
      table[name] = call;
      return call(...values);
    };
  }
  return table;
}

/**
 * The system calls, under their own names, as section 2 of the manual describes them.
 *
 * - They never throw: a failure is -errno, a negative number; `errnoName(-result)` names it.
 * - They block the calling thread as long as the call does, and are not interrupted by signals (Node handles those on
 *   another thread), but -EINTR is possible for those that wait.
 * - Sizes and offsets are safe integers. Paths end with NUL: see `cstring()`.
 * - Call them as `libc.read(…)`; a function taken out of the table before its first use stays the slow one.
 */
export const libc: Libc = lazyTable() as unknown as Libc;
