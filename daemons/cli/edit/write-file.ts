import { closeSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fillDurably, syncFolder } from "../durable-write.ts";

/** Another's half-written file that is older belongs to a program that has died. */
const ABANDONED_MS = 30_000;

export type Written =
  | { readonly ok: true }
  /** Someone else changes or has changed it: who reads it again and tries again may succeed. */
  | { readonly ok: false; readonly isOvertaken: boolean; readonly because: string };

/**
 * Replaces a file's content: a reader sees the old or the new, whatever happens, and after a power cut too. Mode and owner
 * stay; of a symbolic link, the file it leads to is written.
 *
 * @param before What the file must have now, so that no one else's change is lost; undefined: it must not be there.
 */
export function replaceFile(path: string, content: Uint8Array, before: Uint8Array | undefined): Written {
  try {
    const target = before === undefined ? path : realpathSync(path);
    // One name for all, so that of two who change the file at once one has to wait.
    const fresh = join(dirname(target), `.${basename(target)}.new`);
    const opened = openFresh(fresh);
    if (opened === undefined) return overtaken(`${path} is being changed by another program (${fresh} is there)`);
    let isOurs = true;
    try {
      const refused = unlessAsBefore(target, before);
      if (refused !== undefined) return refused;
      fillDurably(opened, content, target);
      renameSync(fresh, target);
      // Whatever has that name from now on is another's.
      isOurs = false;
    } finally {
      closeSync(opened);
      if (isOurs) rmSync(fresh, { force: true });
    }
    syncFolder(dirname(target));
    return { ok: true };
  } catch (error) {
    return { ok: false, isOvertaken: false, because: `${path} cannot be written: ${(error as Error).message}` };
  }
}

const overtaken = (because: string): Written => ({ ok: false, isOvertaken: true, because });

function openFresh(fresh: string): number | undefined {
  const found = statSync(fresh, { throwIfNoEntry: false });
  // Also one of the future: the clock was set back since.
  if (found !== undefined && Math.abs(Date.now() - found.mtimeMs) > ABANDONED_MS) rmSync(fresh, { force: true });
  try {
    return openSync(fresh, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
}

function unlessAsBefore(target: string, before: Uint8Array | undefined): Written | undefined {
  const isThere = statSync(target, { throwIfNoEntry: false }) !== undefined;
  if (before === undefined) return isThere ? overtaken(`${target} is there already`) : undefined;
  if (isThere && readFileSync(target).equals(before)) return undefined;
  return overtaken(`${target} was changed by someone else meanwhile; nothing is written`);
}
