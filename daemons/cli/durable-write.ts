import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

const NEW_FILE_MODE = 0o644;

/**
 * Fills a file that was just made; when it returns, its content is on the disk.
 *
 * @param like Whose mode and owner it gets, when that is there.
 */
export function fillDurably(fd: number, content: Uint8Array, like: string): void {
  for (let at = 0; at < content.length; ) at += writeSync(fd, content, at);
  const old = statSync(like, { throwIfNoEntry: false });
  if (old !== undefined) fchownSync(fd, old.uid, old.gid);
  // After the owner: chown(2) takes set-user-ID bits away.
  fchmodSync(fd, old === undefined ? NEW_FILE_MODE : old.mode & 0o7777);
  fsyncSync(fd);
}

/** A rename lasts once its directory is on the disk, fsync(2). */
export function syncFolder(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The file that a path means: of a symbolic link, what it leads to. */
export function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return path;
    throw error;
  }
}

/** New content for a file, beside it: to be renamed to `target`. Hidden, so that nobody takes it for a drop-in. */
export function writeBeside(target: string, content: Uint8Array): string {
  const fresh = join(dirname(target), `.${basename(target)}.${process.pid}`);
  const fd = openSync(fresh, "w", 0o600);
  try {
    fillDurably(fd, content, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  return fresh;
}

/**
 * Gives a file another content: a reader sees the old or the new, after a power cut too. For files that one program writes at
 * a time.
 *
 * @throws What `node:fs` throws; then it is as it was.
 */
export function replaceDurably(path: string, text: string): void {
  renameSync(writeBeside(path, Buffer.from(text)), path);
  syncFolder(dirname(path));
}
