import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { dropInDirectory } from "../../../config-schema/load.ts";

/** A configuration as it lies on the disk: the file, if there is one, and its drop-ins by name. */
export type ConfigTexts = {
  readonly file: Uint8Array | undefined;
  readonly dropIns: ReadonlyMap<string, Uint8Array>;
};

const isDropIn = (name: string): boolean => name.endsWith(".yaml") && !name.startsWith(".");

/** @throws What `node:fs` throws, but for a file that is not there. */
export function readTexts(path: string): ConfigTexts {
  const folder = dropInDirectory(path);
  const names = unlessMissing(() => readdirSync(folder)) ?? [];
  const dropIns = names
    .filter(isDropIn)
    .sort()
    .map((name) => [name, readFileSync(join(folder, name))] as const);
  return { file: unlessMissing(() => readFileSync(path)), dropIns: new Map(dropIns) };
}

export function sameTexts(one: ConfigTexts, other: ConfigTexts): boolean {
  const equal = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
    a === undefined || b === undefined ? a === b : Buffer.from(a).equals(b);
  // Without the file its drop-ins mean nothing.
  if (one.file === undefined && other.file === undefined) return true;
  const names = new Set([...one.dropIns.keys(), ...other.dropIns.keys()]);
  return (
    equal(one.file, other.file) && [...names].every((name) => equal(one.dropIns.get(name), other.dropIns.get(name)))
  );
}

/**
 * Puts a configuration in the place of another. All is written beside first, then renamed: each file changes over at once,
 * and all of them within a moment. What is no drop-in stays.
 *
 * @throws What `node:fs` throws; then either nothing was changed, or a second try completes it.
 */
export function writeTexts(path: string, { file, dropIns }: ConfigTexts): void {
  const folder = dropInDirectory(path);
  if (dropIns.size > 0) mkdirSync(folder, { recursive: true });
  const wanted = [...dropIns].map(([name, bytes]) => ({ to: join(folder, name), bytes }));
  const all = file === undefined ? wanted : [{ to: path, bytes: file }, ...wanted];
  const fresh = all.map(({ to, bytes }) => ({ to, from: writeBeside(to, bytes) }));
  for (const { from, to } of fresh) renameSync(from, to);
  if (file === undefined) rmSync(path, { force: true });
  for (const name of (unlessMissing(() => readdirSync(folder)) ?? []).filter(isDropIn))
    if (!dropIns.has(name)) rmSync(join(folder, name), { force: true });
  for (const place of new Set([dirname(path), ...(dropIns.size > 0 ? [folder] : [])])) syncFolder(place);
}

/** @returns The path of the new file: hidden, so that nobody takes it for a drop-in. */
function writeBeside(to: string, bytes: Uint8Array): string {
  const from = join(dirname(to), `.${basename(to)}.${process.pid}`);
  const old = statSync(to, { throwIfNoEntry: false });
  const fd = openSync(from, "w", 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    if (old !== undefined) fchownSync(fd, old.uid, old.gid);
    fchmodSync(fd, old === undefined ? 0o644 : old.mode & 0o7777);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return from;
}

/** A rename lasts once its directory is on the disk, fsync(2). */
function syncFolder(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
