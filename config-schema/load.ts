import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { getSystemErrorMap } from "node:util";
import { type Diagnostic, diagnosticAt, diagnosticOfFile } from "./diagnostic.ts";
import { type Loaded, parseConfig } from "./parse-config.ts";

/** Where the configuration lies unless told otherwise. */
export const CONFIG_PATH = "/etc/pohmelfs.yaml";

/** How `loadConfig` gets at files; both throw as `node:fs` does. */
export type ConfigFiles = {
  readonly read: (path: string) => Uint8Array;
  /** Names in a directory; none when it does not exist. */
  readonly list: (directory: string) => readonly string[];
};

const DISK: ConfigFiles = {
  read: (path) => readFileSync(path),
  list: (directory) => {
    try {
      return readdirSync(directory);
    } catch (error) {
      if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
      throw error;
    }
  },
};

/**
 * Loads the configuration: the file, and over it the drop-ins that lie beside it (for `/etc/pohmelfs.yaml`, those are
 * `/etc/pohmelfs.d/*.yaml`) in the order of their names. Synchronous; files that cannot be read are diagnostics too.
 */
export function loadConfig(path: string = CONFIG_PATH, files: ConfigFiles = DISK): Loaded {
  const read = readSources(path, files);
  return read.ok ? parseConfig(path, read.main.text, read.dropIns, hashOf([read.main, ...read.dropIns])) : read;
}

export type SourcesRead =
  | { readonly ok: true; readonly main: TextRead; readonly dropIns: readonly TextRead[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads the texts of a configuration without judging them. */
export function readSources(path: string = CONFIG_PATH, files: ConfigFiles = DISK): SourcesRead {
  const main = readText(path, files);
  const dropIns = dropInsOf(path, files).map((one) => (typeof one === "string" ? readText(one, files) : one));
  const texts = [main, ...dropIns];
  const unreadable = texts.flatMap((one) => ("text" in one ? [] : [one]));
  if (unreadable.length > 0 || !("text" in main)) return { ok: false, diagnostics: unreadable };
  return { ok: true, main, dropIns: dropIns.flatMap((one) => ("text" in one ? [one] : [])) };
}

/** The directory of a configuration's drop-ins: `/etc/pohmelfs.d` for `/etc/pohmelfs.yaml`. */
export function dropInDirectory(path: string): string {
  return `${path.replace(/\.ya?ml$/, "")}.d`;
}

function dropInsOf(path: string, files: ConfigFiles): (string | Diagnostic)[] {
  const directory = dropInDirectory(path);
  try {
    const names = files.list(directory).filter((name) => name.endsWith(".yaml") && !name.startsWith("."));
    // By code unit, not by locale: the same on every host.
    return [...names].sort().map((name) => `${directory}/${name}`);
  } catch (error) {
    return [unreadableFile(directory, error)];
  }
}

/** A file of the configuration, as it is. */
export type TextRead = { readonly path: string; readonly text: string; readonly bytes: Uint8Array };

function readText(path: string, files: ConfigFiles): TextRead | Diagnostic {
  try {
    const bytes = files.read(path);
    return { path, bytes, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (error) {
    const place = error instanceof TypeError ? firstNotUtf8(path, files.read(path)) : undefined;
    if (place !== undefined) return place;
    return unreadableFile(path, error);
  }
}

/** The first line that is not UTF-8. No character of UTF-8 has a byte that looks like a line break. */
function firstNotUtf8(path: string, bytes: Uint8Array): Diagnostic | undefined {
  const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    if (!isUtf8(line)) {
      const source = { path, text: lossy.decode(bytes) };
      const offset = lossy.decode(bytes.subarray(0, start)).length + lossy.decode(line).indexOf("\ufffd");
      const hint =
        bytes[0] === 0xff || bytes[0] === 0xfe ? "it looks like UTF-16: save it as UTF-8" : "save the file as UTF-8";
      return diagnosticAt(
        { source, start: offset, end: offset + 1 },
        { code: "not-utf-8", message: "this is not UTF-8 text", hint },
      );
    }
    start = end + 1;
  }
  return undefined;
}

const NEWLINE = 0x0a;

function unreadableFile(path: string, error: unknown): Diagnostic {
  const code = codeOf(error);
  const [, words] = [...getSystemErrorMap().values()].find(([name]) => name === code) ?? [];
  return diagnosticOfFile(path, { code: "unreadable", message: `cannot be read: ${words ?? String(error)}` });
}

function codeOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;
}

/**
 * What hosts compare to see whether they have the same configuration. Of a file alone it is what `sha256sum` prints;
 * with drop-ins, the SHA-256 of the files' SHA-256s, one after the other.
 */
function hashOf(texts: readonly TextRead[]): Uint8Array {
  const hashes = texts.map(({ bytes }) => createHash("sha256").update(bytes).digest());
  return hashes.length === 1 && hashes[0] !== undefined
    ? hashes[0]
    : createHash("sha256").update(Buffer.concat(hashes)).digest();
}
