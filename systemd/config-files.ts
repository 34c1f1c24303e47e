import { readdirSync, readFileSync, statSync } from "node:fs";
import type { ConfigFiles } from "../config-schema/load.ts";

/** Far more than the loader accepts; what is longer is not read at all. */
const BYTES_MAX = 4 * 1024 * 1024;

/** What was read, path → bytes: what a copy must have to be the same configuration. */
export type FilesRead = ReadonlyMap<string, Uint8Array>;

/**
 * Files for the loader at boot, when nothing may wait: a fifo or a device in the place of the file is an error, where
 * reading it would hold up the whole boot. Remembers what it has read.
 */
export function bootFiles(): ConfigFiles & { readonly seen: FilesRead } {
  const seen = new Map<string, Uint8Array>();
  const read = (path: string): Uint8Array => {
    const found = statSync(path);
    if (!found.isFile() && !found.isDirectory()) throw plainError("it is no regular file");
    if (found.size > BYTES_MAX) throw plainError("it is too long");
    const bytes = readFileSync(path);
    seen.set(path, bytes);
    return bytes;
  };
  const list = (directory: string): readonly string[] => {
    // Missing is the usual case, and no error.
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    return readdirSync(directory);
  };
  return { seen, read, list };
}

/** One that prints as its message. */
function plainError(message: string): Error {
  const error = new Error(message);
  error.name = "";
  return error;
}
