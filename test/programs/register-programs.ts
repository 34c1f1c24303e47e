import { chmodSync, mkdirSync } from "node:fs";
import { test } from "node:test";
import { isInstalled } from "../support/programs.ts";
import { archivePrograms } from "./one/archives.ts";
import { buildPrograms } from "./one/builds.ts";
import { databasePrograms } from "./one/databases.ts";
import { extremePrograms } from "./one/extremes.ts";
import { gitPrograms } from "./one/git.ts";
import { savingPrograms } from "./one/saving.ts";
import { userPrograms } from "./one/users.ts";
import type { PairPrograms, Programs } from "./program.ts";
import { racePrograms } from "./two/races.ts";
import { sightPrograms } from "./two/sight.ts";

const all: Programs = {
  ...archivePrograms,
  ...gitPrograms,
  ...databasePrograms,
  ...buildPrograms,
  ...savingPrograms,
  ...extremePrograms,
  ...userPrograms,
};

const allOfTwo: PairPrograms = { ...sightPrograms, ...racePrograms };

const LIMIT_MS = 180_000;

/** @returns Why a program cannot run here, or undefined. */
function whyNot(needs: readonly string[] = []): string | undefined {
  const missing = needs.filter((name) => !isInstalled(name));
  return missing.length > 0 ? `${missing.join(", ")} is not installed` : undefined;
}

/** Makes the directory of a test: empty, anyone's. */
function makePlace(path: string): string {
  mkdirSync(path);
  chmodSync(path, 0o777);
  return path;
}

/** @param root Asked for when a test runs. */
export function registerPrograms(root: () => string): void {
  for (const [at, [name, { needs, run }]] of Object.entries(all).entries()) {
    test(name, { timeout: LIMIT_MS, skip: whyNot(needs) ?? false }, () => run(makePlace(`${root()}/program-${at}`)));
  }
}

/** @param roots The same directory by two paths; asked for when a test runs. */
export function registerPairPrograms(roots: () => readonly [string, string]): void {
  for (const [at, [name, { needs, run }]] of Object.entries(allOfTwo).entries()) {
    test(name, { timeout: LIMIT_MS, skip: whyNot(needs) ?? false }, () => {
      const [a, b] = roots();
      makePlace(`${a}/pair-${at}`);
      return run(`${a}/pair-${at}`, `${b}/pair-${at}`);
    });
  }
}
