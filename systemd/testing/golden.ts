import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ConfigFiles, loadConfig } from "../../config-schema/load.ts";
import { renderDiagnostic } from "../../config-schema/render-diagnostic.ts";
import type { Made, Units } from "../core/units.ts";
import { type MadeFor, unitsFor } from "../core/units-for.ts";
import { whichHost } from "../core/which-host.ts";

const TESTDATA = join(dirname(fileURLToPath(import.meta.url)), "../testdata");

/** A folder of testdata: a configuration, the name of a host, and the tree that is expected. */
export type GoldenCase = { readonly name: string; readonly folder: string };

export const goldenCases = (): GoldenCase[] =>
  readdirSync(TESTDATA)
    .sort()
    .map((name) => ({ name, folder: join(TESTDATA, name) }));

/** The folder's files stand in for those in /etc. */
function filesIn(folder: string): ConfigFiles {
  const place = (path: string): string => path.replace("/etc", folder);
  return {
    read: (path) => readFileSync(place(path)),
    list: (path) => (existsSync(place(path)) ? readdirSync(place(path)) : []),
  };
}

export function makeCase({ folder }: GoldenCase): MadeFor {
  const loaded = loadConfig("/etc/pohmelfs.yaml", filesIn(folder));
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((one) => renderDiagnostic(one)).join("\n"));
  const host = readFileSync(join(folder, "host"), "utf8").trim();
  return unitsFor(loaded.model, whichHost(loaded.model, host));
}

/** A tree on disk, as the generator would have made it. */
export function readTree(folder: string): Units {
  const tree = new Map<string, Made>();
  const visit = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = join(below, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isSymbolicLink()) tree.set(path, { kind: "link", target: readlinkSync(join(folder, path)) });
      else if (basename(path) !== ".none")
        tree.set(path, { kind: "file", text: readFileSync(join(folder, path), "utf8") });
    }
  };
  if (existsSync(folder)) visit("");
  return tree;
}

/** Replaces a tree. git keeps no empty directories: one without units has a file `.none`. */
export function writeTree(folder: string, units: Units): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (units.size === 0) writeFileSync(join(folder, ".none"), "");
  for (const [name, made] of units) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (made.kind === "file") writeFileSync(path, made.text);
    else symlinkSync(made.target, path);
  }
}
