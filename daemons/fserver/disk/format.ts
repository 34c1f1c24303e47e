import { randomBytes } from "node:crypto";
import { fail, ok, type Result } from "../../core/result.ts";
import { replaceFile } from "./own-folder.ts";

/** Says what `.pohmelfs` is, and which export it is of. */
export type Format = { readonly version: number; readonly storeId: Uint8Array };

export const FORMAT_FILE = "format";
/** Version of what lies in `.pohmelfs`. */
export const FORMAT_VERSION = 2;
/** The one before, of which an export is taken over: see upgrade.ts. */
export const FORMAT_VERSION_BEFORE = 1;

/** @returns EUCLEAN for what we did not write, EPROTO for what another version of us did. */
export function parseFormat(text: string): Result<Format> {
  let read: { version?: unknown; storeId?: unknown };
  try {
    read = JSON.parse(text);
  } catch {
    return fail("EUCLEAN", "not JSON");
  }
  const { version, storeId } = read ?? {};
  if (!Number.isSafeInteger(version)) return fail("EUCLEAN", "no version");
  if (version !== FORMAT_VERSION && version !== FORMAT_VERSION_BEFORE) {
    return fail("EPROTO", `it is of version ${version}, this software knows up to ${FORMAT_VERSION}`);
  }
  if (typeof storeId !== "string" || !/^[0-9a-f]{32}$/.test(storeId)) return fail("EUCLEAN", "no store id");
  return ok({ version: version as number, storeId: Buffer.from(storeId, "hex") });
}

/**
 * Begins an export, or has it be of this version from now on.
 *
 * @param storeId By default one is drawn, which an emptied disk will not have.
 */
export function writeFormat(folder: number, storeId: Uint8Array = randomBytes(16)): Result<Format> {
  const text = `${JSON.stringify({ version: FORMAT_VERSION, storeId: Buffer.from(storeId).toString("hex") })}\n`;
  const written = replaceFile(folder, FORMAT_FILE, text);
  return written.ok ? ok({ version: FORMAT_VERSION, storeId }) : written;
}
