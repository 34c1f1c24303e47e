import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CONFIG_PATH, loadConfig } from "../config-schema/load.ts";
import { renderDiagnostic } from "../config-schema/render-diagnostic.ts";
import { VERSION } from "../daemons/core/version.ts";
import { makeUnits, type Units } from "./core/units.ts";

const USAGE = `Usage: pohmelfs-generator NORMAL [EARLY LATE]
       pohmelfs-generator --dry-run

Makes the units of this host from the configuration; see systemd.generator(7).

  --config FILE  the configuration (default: $POHMELFS_CONFIG or ${CONFIG_PATH})
  --host NAME    make those of another host
  --dry-run      print them instead
`;

/** Whole or not at all: another run may be writing the same. */
function write(folder: string, units: Units): void {
  for (const [name, made] of units) {
    const path = join(folder, name);
    const fresh = `${path}.${process.pid}`;
    mkdirSync(dirname(path), { recursive: true });
    if (made.kind === "file") writeFileSync(fresh, made.text);
    else symlinkSync(made.target, fresh);
    renameSync(fresh, path);
  }
}

function print(units: Units): void {
  for (const [name, made] of units) {
    process.stdout.write(made.kind === "file" ? `---${name}---\n${made.text}` : `---${name}--- -> ${made.target}\n`);
  }
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: "string" },
      host: { type: "string" },
      "dry-run": { type: "boolean" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "V" },
    },
  });

function main(args: readonly string[]): number {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch {
    process.stderr.write(USAGE);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help || values.version) {
    process.stdout.write(values.help ? USAGE : `pohmelfs-generator ${VERSION}\n`);
    return 0;
  }
  const [folder] = positionals;
  const dryRun = values["dry-run"] === true;
  if (folder === undefined && !dryRun) {
    process.stderr.write(USAGE);
    return 2;
  }
  const path = resolve(values.config ?? process.env["POHMELFS_CONFIG"] ?? CONFIG_PATH);
  // A host without a configuration has nothing to make: at boot that is no fault.
  if (!existsSync(path) && !dryRun) return 0;
  const loaded = loadConfig(path);
  for (const diagnostic of loaded.ok ? loaded.warnings : loaded.diagnostics)
    console.error(renderDiagnostic(diagnostic));
  if (!loaded.ok) return 1;
  const fserver = join(dirname(fileURLToPath(import.meta.url)), "fserver");
  const units = makeUnits(loaded.model, values.host ?? hostname(), fserver);
  if (dryRun) print(units);
  else if (folder !== undefined) write(folder, units);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
