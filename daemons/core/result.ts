import type { ErrnoName } from "./errno.ts";

/** A failure that can happen, as a value: the errno the kernel is to see, and what a person should know. */
export type Failure = { readonly ok: false; readonly errno: ErrnoName; readonly because?: string };
export type Success<T> = { readonly ok: true; readonly value: T };
/** Failures are returned; a throw means a bug. */
export type Result<T> = Success<T> | Failure;

export const ok = <T>(value: T): Success<T> => ({ ok: true, value });
export const fail = (errno: ErrnoName, because?: string): Failure =>
  because === undefined ? { ok: false, errno } : { ok: false, errno, because };

/** Ends a switch over a closed union: stops compiling when a case is added. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
