import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { FilesRead } from "./config-files.ts";

/** The link to the copy that counts. */
const CURRENT = "current";
/** A copy is named after the first bytes of the configuration's hash. */
const NAME_BYTES = 8;
const COPY = /^[0-9a-f]{16}$/;

/**
 * Where copies of a configuration lie: `/etc/pohmelfs.last-good` for `/etc/pohmelfs.yaml`. Beside it, since at early boot
 * nothing else is sure to be mounted: /var may be a file system of its own.
 */
export const lastGoodDirectory = (path: string): string => `${path.replace(/\.ya?ml$/, "")}.last-good`;

/** The copy, to be loaded like the file itself. It need not exist. */
export const lastGoodPath = (path: string): string => join(lastGoodDirectory(path), CURRENT, basename(path));

/**
 * Keeps a configuration that is right, as `FILE.last-good/HASH/` with the link `current` to it: the file and its drop-ins
 * change over together, or not at all. Writes nothing when it is there already.
 *
 * @param seen All files of the configuration.
 * @returns Why it could not be kept: at boot the root file system may still be read-only.
 */
export function keepLastGood(path: string, seen: FilesRead, hash: Uint8Array): string | undefined {
  const directory = lastGoodDirectory(path);
  const name = Buffer.from(hash.subarray(0, NAME_BYTES)).toString("hex");
  const fresh = join(directory, `.new-${process.pid}`);
  try {
    const files = [...seen].map(([from, bytes]) => ({ name: relative(dirname(path), from), bytes }));
    const isThere = files.every((file) => hasBytes(join(directory, name, file.name), file.bytes));
    if (isThere && currentName(directory) === name) return undefined;
    for (const file of files) writeDurably(join(fresh, file.name), file.bytes);
    rmSync(join(directory, name), { recursive: true, force: true });
    renameSync(fresh, join(directory, name));
    symlinkSync(name, fresh);
    renameSync(fresh, join(directory, CURRENT));
    for (const old of readdirSync(directory).filter((one) => COPY.test(one) && one !== name))
      rmSync(join(directory, old), { recursive: true, force: true });
    return undefined;
  } catch (error) {
    rmQuietly(fresh);
    return (error as Error).message;
  }
}

/** Forgets it: the file was taken away, and with it what it declared. @returns Why that could not be done. */
export function forgetLastGood(path: string): string | undefined {
  try {
    rmSync(lastGoodDirectory(path), { recursive: true, force: true });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function currentName(directory: string): string | undefined {
  try {
    return readlinkSync(join(directory, CURRENT));
  } catch {
    return undefined;
  }
}

function hasBytes(path: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}

/** For root only, as the configuration itself may be. */
function writeDurably(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(path, "w", 0o600);
  try {
    writeSync(fd, bytes);
    // A copy that a power cut has emptied would be worse than none.
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function rmQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The file system is read-only: there is nothing to remove.
  }
}
