import { chmodSync, mkdirSync } from "node:fs";
import { test } from "node:test";
import type { Guarantees, Places } from "./guarantee.ts";
import { afterAttributes } from "./guarantees/attributes.ts";
import { afterClose } from "./guarantees/after-close.ts";
import { afterWrite } from "./guarantees/after-write.ts";
import { ofAppends } from "./guarantees/appends.ts";
import { ofListings } from "./guarantees/listings.ts";
import { ofLocks } from "./guarantees/locks.ts";
import { ofMappings } from "./guarantees/mappings.ts";
import { afterNames } from "./guarantees/names.ts";
import { ofOpenFiles } from "./guarantees/open-files.ts";

const guarantees: Guarantees = {
  ...afterWrite,
  ...afterClose,
  ...afterNames,
  ...afterAttributes,
  ...ofListings,
  ...ofMappings,
  ...ofAppends,
  ...ofLocks,
  ...ofOpenFiles,
};

const LIMIT_MS = 120_000;

/**
 * A test for each guarantee.
 *
 * @param roots The same directory by three paths; asked for when a test runs.
 * @param some Default: all.
 */
export function registerGuarantees(roots: () => Places, some: Guarantees = guarantees): void {
  for (const [at, [name, guarantee]] of Object.entries(some).entries()) {
    test(name, { timeout: LIMIT_MS }, async (context) => {
      const places = roots().map((root) => `${root}/guarantee-${at}`) as unknown as Places;
      mkdirSync(places[0]);
      chmodSync(places[0], 0o777);
      await guarantee(places, (figure) => context.diagnostic(figure));
    });
  }
}
