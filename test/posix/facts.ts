import assert from "node:assert/strict";
import * as fs from "node:fs";
import type { ErrnoName } from "../../daemons/core/errno.ts";
import type { Path } from "../support/system.ts";

/** What the checks say over and over. All look at the object itself: symlinks are not followed. */
export const stat = (path: Path): fs.BigIntStats => fs.lstatSync(path, { bigint: true });
export const modeOf = (path: Path): number => fs.lstatSync(path).mode & 0o7777;
export const sizeOf = (path: Path): number => fs.lstatSync(path).size;
export const linksOf = (path: Path): number => fs.lstatSync(path).nlink;
export const textOf = (path: Path): string => fs.readFileSync(path, "latin1");
export const isThere = (path: Path): boolean => fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
export const sameObject = (a: Path, b: Path): boolean => stat(a).ino === stat(b).ino;
export const namesIn = (path: Path): string[] => fs.readdirSync(path).sort();

/** Makes a file of exactly this mode, whatever the umask. @returns Its path. */
export function make<P extends Path>(path: P, text = "", mode = 0o644): P {
  fs.writeFileSync(path, text);
  fs.chmodSync(path, mode);
  return path;
}

/** Makes a directory of exactly this mode. @returns Its path. */
export function makeDirectory<P extends Path>(path: P, mode = 0o755): P {
  fs.mkdirSync(path);
  fs.chmodSync(path, mode);
  return path;
}

/** `call` fails with one of these errors; where POSIX or file systems differ there may be several. */
export function refuses(codes: ErrnoName | readonly ErrnoName[], call: () => unknown): void {
  const wanted: readonly string[] = typeof codes === "string" ? [codes] : codes;
  let got = "no error";
  try {
    call();
  } catch (error) {
    got = (error as NodeJS.ErrnoException).code ?? String(error);
  }
  assert.ok(wanted.includes(got), `expected ${wanted.join(" or ")}, got ${got}`);
}

/** As {@link refuses}, for what answers later. */
export async function refusesLater(code: ErrnoName, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error: NodeJS.ErrnoException) => error.code === code);
}

/** Longer than a tick of the kernel's coarse clock (1 to 10 ms), by which file systems date things. */
export function pause(ms = 15): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

export type Clock = "mtime" | "ctime";

/** `act` moves exactly these clocks of `path` forward and leaves the others of mtime and ctime alone. */
export function moves(path: Path, clocks: readonly Clock[], act: () => unknown): void {
  const before = stat(path);
  pause();
  act();
  const after = stat(path);
  for (const clock of ["mtime", "ctime"] as const) {
    const moved = after[`${clock}Ns`] > before[`${clock}Ns`];
    const same = after[`${clock}Ns`] === before[`${clock}Ns`];
    if (clocks.includes(clock)) assert.ok(moved, `${clock} of ${path} did not move forward`);
    else assert.ok(same, `${clock} of ${path} changed from ${before[`${clock}Ns`]} to ${after[`${clock}Ns`]}`);
  }
}

export function withUmask<T>(mask: number, body: () => T): T {
  const before = process.umask(mask);
  try {
    return body();
  } finally {
    process.umask(before);
  }
}

/** Opens, runs, closes. */
export function withFile<T>(path: Path, flags: string | number, body: (fd: number) => T): T {
  const fd = fs.openSync(path, flags);
  try {
    return body(fd);
  } finally {
    fs.closeSync(fd);
  }
}
