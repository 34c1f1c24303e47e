import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { type Generation, type GenerationRecord, type Outcome, tooOld } from "../core/apply/generation.ts";
import { replaceDurably, syncFolder } from "../durable-write.ts";
import { type ConfigTexts, readTexts, sameTexts, writeTexts } from "./config-files.ts";
import { generationsFolder } from "./places.ts";

const CURRENT = "current";
const RECORD = "outcome.json";
/** Under this name in each generation, whatever it is called where it is used. */
const FILE = "pohmelfs.yaml";

const folderOf = (number: number): string => join(generationsFolder(), String(number));

/** The configuration of a generation, to be loaded like the file itself. It is missing where the file was. */
export const generationPath = (number: number): string => join(folderOf(number), FILE);

/** All that are kept, the oldest first. */
export function listGenerations(): Generation[] {
  const current = currentNumber();
  return numbers().flatMap((number): Generation[] => {
    try {
      const record = JSON.parse(readFileSync(join(folderOf(number), RECORD), "utf8")) as GenerationRecord;
      return [{ ...record, number, current: number === current }];
    } catch {
      // Half removed, or of a later version: not ours to judge.
      return [];
    }
  });
}

/** Whether they are hidden from this user: they may have what the file has, which may be for root only. */
export function areHidden(): boolean {
  try {
    accessSync(generationsFolder(), constants.R_OK | constants.X_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES";
  }
}

/** @returns The number of the generation whose file is in force; undefined before the first apply. */
export function currentNumber(): number | undefined {
  try {
    const number = Number(readlinkSync(join(generationsFolder(), CURRENT)));
    return Number.isSafeInteger(number) ? number : undefined;
  } catch {
    return undefined;
  }
}

function numbers(): number[] {
  try {
    const names = readdirSync(generationsFolder()).filter((name) => /^[1-9][0-9]{0,8}$/.test(name));
    return names.map(Number).sort((a, b) => a - b);
  } catch {
    return [];
  }
}

export const textsOf = (number: number): ConfigTexts => readTexts(generationPath(number));

/**
 * Keeps a configuration as a new generation: whole, or not at all.
 *
 * @returns Its number.
 * @throws What `node:fs` throws.
 */
export function recordGeneration(
  texts: ConfigTexts,
  about: Pick<GenerationRecord, "outcome" | "because" | "changes">,
): number {
  const root = generationsFolder();
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const fresh = join(root, `.new-${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeTexts(join(fresh, FILE), texts);
  const number = (numbers().at(-1) ?? 0) + 1;
  const record: GenerationRecord = { version: 1, number, time: new Date().toISOString(), failures: [], ...about };
  replaceDurably(join(fresh, RECORD), asText(record));
  renameSync(fresh, folderOf(number));
  syncFolder(root);
  for (const old of tooOld(listGenerations())) rmSync(folderOf(old), { recursive: true, force: true });
  return number;
}

const asText = (record: GenerationRecord): string => `${JSON.stringify(record, undefined, 2)}\n`;

/** Writes down how it ended. */
export function setOutcome(number: number, outcome: Outcome, more: Partial<GenerationRecord> = {}): void {
  const path = join(folderOf(number), RECORD);
  const record = JSON.parse(readFileSync(path, "utf8")) as GenerationRecord;
  replaceDurably(path, asText({ ...record, ...more, outcome }));
}

/** From now on its file is the one in force. */
export function makeCurrent(number: number): void {
  const fresh = join(generationsFolder(), `.current-${process.pid}`);
  rmSync(fresh, { force: true });
  symlinkSync(String(number), fresh);
  renameSync(fresh, join(generationsFolder(), CURRENT));
  syncFolder(generationsFolder());
}

/** @returns The last generation that has just this configuration. */
export function generationWith(texts: ConfigTexts): number | undefined {
  return numbers().findLast((number) => {
    try {
      return sameTexts(textsOf(number), texts);
    } catch {
      return false;
    }
  });
}
