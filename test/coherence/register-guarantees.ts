import { chmodSync, mkdirSync } from "node:fs";
import { test } from "node:test";
import type { Guarantees, Places, Tell } from "./guarantee.ts";
import { afterAttributes } from "./guarantees/attributes.ts";
import { afterClose } from "./guarantees/after-close.ts";
import { afterWrite } from "./guarantees/after-write.ts";
import { ofAppends } from "./guarantees/appends.ts";
import { ofLocks } from "./guarantees/locks.ts";
import { ofMappings } from "./guarantees/mappings.ts";
import { afterNames } from "./guarantees/names.ts";
import { ofOpenFiles } from "./guarantees/open-files.ts";

const all: Guarantees = {
  ...afterWrite,
  ...afterClose,
  ...afterNames,
  ...afterAttributes,
  ...ofMappings,
  ...ofAppends,
  ...ofLocks,
  ...ofOpenFiles,
};

const LIMIT_MS = 120_000;

/** Judges what a guarantee does with places. */
export type Judge = (run: () => void | Promise<void>) => void | Promise<void>;

/**
 * A test for each guarantee.
 *
 * @param roots The same directory by three paths; asked for when a test runs.
 * @param judge What must become of it; default: it holds.
 */
export function registerGuarantees(roots: () => Places, judge: Judge = (run) => run()): void {
  for (const [at, [name, entry]] of Object.entries(all).entries()) {
    const { run: guarantee, todo = false } = typeof entry === "function" ? { run: entry } : entry;
    test(name, { timeout: LIMIT_MS, todo }, async (context) => {
      const places = roots().map((root) => `${root}/guarantee-${at}`) as unknown as Places;
      mkdirSync(places[0]);
      chmodSync(places[0], 0o777);
      const tell: Tell = (figure) => context.diagnostic(figure);
      await judge(() => guarantee(places, tell));
    });
  }
}
