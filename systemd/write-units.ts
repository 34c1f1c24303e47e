import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Units } from "./core/units.ts";

/**
 * Writes units into a folder, each whole or not at all: another run may be writing the same. Goes on after a failure;
 * links come last, so what could not be written is not started either.
 *
 * @returns What went wrong, one line each.
 */
export function writeUnits(folder: string, units: Units): readonly string[] {
  const failures: string[] = [];
  for (const [name, made] of units) {
    const path = join(folder, name);
    // Not derived from the name, which may be as long as a name can be. systemd does not read it.
    const fresh = join(dirname(path), `.pohmelfs-${process.pid}`);
    try {
      mkdirSync(dirname(path), { recursive: true });
      rmSync(fresh, { force: true });
      if (made.kind === "file") writeFileSync(fresh, made.text, { mode: 0o644, flag: "wx" });
      else symlinkSync(made.target, fresh);
      renameSync(fresh, path);
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  return failures;
}
