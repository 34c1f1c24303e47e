import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Made, Units } from "./core/units.ts";

/** Where systemd has generators write what administrators may override, systemd.generator(7). */
export const GENERATOR_FOLDER = "/run/systemd/generator";

/** Reads a generator's folder. @returns Nothing where there is no such folder. */
export function readUnits(folder: string): Units {
  const made = new Map<string, Made>();
  const add = (inner: string): void => {
    for (const entry of list(join(folder, inner))) {
      const name = inner === "" ? entry.name : `${inner}/${entry.name}`;
      const path = join(folder, name);
      try {
        if (entry.isSymbolicLink()) made.set(name, { kind: "link", target: readlinkSync(path) });
        else if (entry.isFile()) made.set(name, { kind: "file", text: readFileSync(path, "utf8") });
        else if (entry.isDirectory() && inner === "") add(name);
      } catch {
        // Taken away in this moment: systemd is being told to reload.
      }
    }
  };
  add("");
  return made;
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
