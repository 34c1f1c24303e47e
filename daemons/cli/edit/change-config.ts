import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConfigEdited, editConfig, type FileChange } from "../../../config-schema/edit/edit-config.ts";
import type { Edit } from "../../../config-schema/edit/plain.ts";
import { readSources, type TextRead } from "../../../config-schema/load.ts";
import { hostsOf } from "../../../config-schema/queries.ts";
import { unifiedDiff } from "../../core/line-diff.ts";
import { whichHost } from "../../../systemd/core/which-host.ts";
import { EXIT } from "../core/exit-codes.ts";
import { printDiagnostics } from "../read-config.ts";
import { replaceFile } from "./write-file.ts";

/** What is to be changed, and how far to go. */
export type Change = {
  /** The program's name, for messages. */
  readonly program: string;
  /** The configuration. */
  readonly path: string;
  /** Shows the difference, as `diff -u` does, and writes nothing. */
  readonly dryRun: boolean;
  /** Leaves it at the file. */
  readonly noApply: boolean;
};

/** The edits to do, from the files as they are; or the code to end with, when something is wrong and was told. */
export type Decide = (texts: readonly TextRead[]) => Decided | number;
export type Decided = {
  readonly edits: readonly Edit[];
  /** What was done, for people: one line each. */
  readonly told: readonly string[];
  /** Said in addition when the result is wrong. */
  readonly hint?: string | undefined;
};

const TRIES = 20;
const BETWEEN_TRIES_MS = 100;

/**
 * Changes the configuration's files and brings the change into force. When the result would be wrong, nothing is written,
 * and its errors are shown at their places in the text that would be.
 *
 * @returns The code to end with.
 */
export async function changeConfig(change: Change, decide: Decide): Promise<number> {
  for (let tried = 1; ; tried += 1) {
    const done = await tryChange(change, decide);
    if (typeof done === "number") return done;
    // Someone else was quicker: what they have written is read, and the change is done on top of it.
    if (tried < TRIES) await sleep(BETWEEN_TRIES_MS);
    else return failed(change, done.overtaken);
  }
}

async function tryChange(change: Change, decide: Decide): Promise<number | { readonly overtaken: string }> {
  const read = readSources(change.path);
  if (!read.ok) {
    printDiagnostics(read.diagnostics);
    if (!existsSync(change.path)) console.error(`${change.program}: 'pohmelfs init' makes one`);
    return EXIT.configuration;
  }
  const texts = [read.main, ...read.dropIns];
  const decided = decide(texts);
  if (typeof decided === "number") return decided;
  const edited = editConfig(texts, decided.edits);
  if (!edited.ok) return refused(change, edited, decided.hint);
  if (change.dryRun) {
    process.stdout.write(edited.changes.map(diffOf).join(""));
    return EXIT.ok;
  }
  for (const one of edited.changes) {
    const written = write(one, texts);
    if (!written.ok) return written.isOvertaken ? { overtaken: written.because } : failed(change, written.because);
  }
  return finish(change, edited, decided.told);
}

function refused({ program }: Change, { because, diagnostics }: ConfigEdited & { ok: false }, hint?: string): number {
  printDiagnostics(diagnostics);
  if (hint !== undefined) console.error(`${program}: ${hint}`);
  console.error(`${program}: nothing is written`);
  if (because !== "edit") return EXIT.configuration;
  return diagnostics[0]?.code === "nothing-there" ? EXIT.nothingThere : EXIT.failed;
}

function write({ path, after }: FileChange, texts: readonly TextRead[]) {
  const before = texts.find((text) => text.path === path)?.bytes ?? new Uint8Array(0);
  const hasMark = before[0] === 0xef && before[1] === 0xbb && before[2] === 0xbf;
  // The decoder takes a byte order mark off.
  return replaceFile(path, Buffer.from(`${hasMark ? "\ufeff" : ""}${after}`), before);
}

async function finish(change: Change, edited: ConfigEdited & { ok: true }, told: readonly string[]): Promise<number> {
  const { program, path } = change;
  if (edited.changes.length === 0) {
    console.error(`${program}: ${path}: nothing to change, it is so already`);
  } else {
    printDiagnostics(edited.warnings);
    const files = edited.changes.map((one) => one.path).join(", ");
    for (const line of told) console.error(`${program}: ${files}: ${line}`);
    const others = hostsOf(edited.model).filter((host) => host !== whichHost(edited.model, hostname()));
    if (others.length > 0) console.error(`${program}: other hosts need the same file: ${others.join(", ")}`);
  }
  if (change.noApply) return EXIT.ok;
  // Heavy, and not needed before.
  const { applyChange } = await import("./apply-change.ts");
  return applyChange(program, path, `${program}: ${told.join("; ")}`);
}

const diffOf = ({ path, before, after }: FileChange): string =>
  `--- ${path}\n+++ ${path}\n${unifiedDiff(before, after)}`;

function failed({ program }: Change, because: string): number {
  console.error(`${program}: ${because}`);
  return EXIT.failed;
}
