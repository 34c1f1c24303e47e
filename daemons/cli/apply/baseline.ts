import { lastGoodPath } from "../../../systemd/last-good.ts";
import { readTexts, sameTexts, type ConfigTexts } from "./config-files.ts";
import { currentNumber, generationWith, makeCurrent, recordGeneration } from "./generations.ts";

const BEFORE = "what was there before the first apply";

/**
 * The generation to which one can go back from an apply. Before the first one there is none: the last good copy of the
 * file is taken, by which the host was booted.
 *
 * @param texts What is to be applied.
 * @param needed There must be one, be it that of a host that has nothing.
 */
export function baseline(path: string, texts: ConfigTexts, needed: boolean): number | undefined {
  const current = currentNumber();
  if (current !== undefined) return current;
  const before = readTexts(lastGoodPath(path));
  if (before.file === undefined && !needed) return undefined;
  if (sameTexts(before, texts)) return undefined;
  const number = recordGeneration(before, { outcome: "applied", because: BEFORE, changes: [] });
  makeCurrent(number);
  return number;
}

/** Keeps a file that is about to be replaced, unless a generation has it. @returns The number of the new one. */
export function keepReplaced(path: string, because: string): number | undefined {
  const present = readTexts(path);
  if (present.file === undefined || generationWith(present) !== undefined) return undefined;
  return recordGeneration(present, { outcome: "kept", because, changes: [] });
}
