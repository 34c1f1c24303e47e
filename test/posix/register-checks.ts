import { chmodSync, mkdirSync } from "node:fs";
import { suite, test } from "node:test";
import { allChecks } from "./all-checks.ts";

/** One check is milliseconds of work; this is for a machine that does much else. */
const LIMIT_MS = 60_000;

/**
 * Makes a test of every check. Each gets a new directory below `root`, named by its subject and number.
 *
 * @param root Asked for when the first check runs, so that a mount may be made before it.
 */
export function registerChecks(root: () => string): void {
  for (const [at, [subject, checks]] of Object.entries(allChecks).entries()) {
    suite(subject, () => {
      for (const [number, [name, check]] of Object.entries(checks).entries()) {
        test(name, { timeout: LIMIT_MS }, async () => {
          const dir = `${root()}/${at}-${number}`;
          mkdirSync(dir);
          chmodSync(dir, 0o777);
          await check(dir);
        });
      }
    });
  }
}
