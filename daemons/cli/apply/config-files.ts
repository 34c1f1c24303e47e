import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type ConfigFiles, dropInDirectory } from "../../../config-schema/load.ts";
import { syncFolder, targetOf, writeBeside } from "../durable-write.ts";

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

/** The same for the loader, so that what is judged is what was read: a pipe cannot be read twice. */
export function filesOf(path: string, { file, dropIns }: ConfigTexts): ConfigFiles {
  const read = (wanted: string): Uint8Array => {
    const bytes = wanted === path ? file : dropIns.get(basename(wanted));
    if (bytes !== undefined) return bytes;
    throw Object.assign(new Error(`${wanted} was not read`), { code: "ENOENT" });
  };
  return { read, list: () => [...dropIns.keys()] };
}

/**
 * Puts a configuration in the place of another. All is written beside first, then renamed: each file changes over at once,
 * and all of them within a moment. What is no drop-in stays; of a symbolic link, the file it leads to is written.
 *
 * @throws What `node:fs` throws; then either nothing was changed, or a second try completes it.
 */
export function writeTexts(path: string, { file, dropIns }: ConfigTexts): void {
  const folder = dropInDirectory(path);
  if (dropIns.size > 0) mkdirSync(folder, { recursive: true });
  const wanted = [...dropIns].map(([name, bytes]) => ({ path: join(folder, name), bytes }));
  const all = file === undefined ? wanted : [{ path, bytes: file }, ...wanted];
  const fresh: { readonly from: string; readonly to: string }[] = [];
  try {
    for (const one of all) {
      const to = targetOf(one.path);
      fresh.push({ to, from: writeBeside(to, one.bytes) });
    }
    for (const { from, to } of fresh) renameSync(from, to);
  } catch (error) {
    for (const { from } of fresh) rmSync(from, { force: true });
    throw error;
  }
  if (file === undefined) rmSync(path, { force: true });
  for (const name of (unlessMissing(() => readdirSync(folder)) ?? []).filter(isDropIn))
    if (!dropIns.has(name)) rmSync(join(folder, name), { force: true });
  const places = [path, ...fresh.map(({ to }) => to)].map(dirname);
  for (const place of new Set([...places, ...(dropIns.size > 0 ? [folder] : [])])) syncFolder(place);
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
