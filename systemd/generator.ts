import { lstatSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { CONFIG_PATH } from "../config-schema/load.ts";
import { type BootLog, openBootLog } from "./boot-log.ts";
import { generate, keep } from "./generate.ts";
import { parseGeneratorArguments } from "./generator-arguments.ts";
import { GENERATOR_USAGE } from "./generator-usage.ts";
import { usageText } from "../daemons/core/usage.ts";
import { VERSION } from "../daemons/core/version.ts";
import { forgetLastGood } from "./last-good.ts";
import { printUnits } from "./print-units.ts";
import { programsBeside } from "./programs.ts";
import { writeUnits } from "./write-units.ts";

/** The exit codes of all programs. systemd goes on whatever a generator says. */
const EXIT = { ok: 0, failed: 1, usage: 2, configuration: 3 } as const;

/** Not even a link that leads nowhere, as yet. */
const isMissing = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) === undefined;

function run(args: readonly string[], log: BootLog): number {
  const parsed = parseGeneratorArguments(args);
  if (parsed.kind === "wrong") {
    process.stderr.write(`pohmelfs-generator: ${parsed.because}\n${usageText(GENERATOR_USAGE)}`);
    return EXIT.usage;
  }
  if (parsed.kind === "help" || parsed.kind === "version") {
    process.stdout.write(parsed.kind === "help" ? usageText(GENERATOR_USAGE) : `pohmelfs-generator ${VERSION}\n`);
    return EXIT.ok;
  }
  const path = resolve(parsed.config ?? process.env["POHMELFS_CONFIG"] ?? CONFIG_PATH);
  if (parsed.kind === "keep") {
    const { good, kept } = keep(path, log);
    return good ? (kept ? EXIT.ok : EXIT.failed) : EXIT.configuration;
  }
  const { host, folder } = parsed;
  const order = { path, host: host ?? hostname(), programs: programsBeside(import.meta.url) };
  if (folder === undefined) {
    const { units, good } = generate({ ...order, lastGood: false }, log);
    process.stdout.write(printUnits(units));
    return good ? EXIT.ok : EXIT.configuration;
  }
  // A host without a configuration has nothing to make; what an earlier one declared is over.
  if (isMissing(path)) {
    const because = forgetLastGood(path);
    if (because !== undefined) log("warning", `the copy of the last good file cannot be removed: ${because}`);
    return EXIT.ok;
  }
  const { units, works } = generate({ ...order, lastGood: true }, log);
  const failures = writeUnits(folder, units);
  for (const failure of failures) log("error", failure);
  return works && failures.length === 0 ? EXIT.ok : EXIT.failed;
}

function main(): number {
  // It runs for a moment, while all of the host starts: compiling its functions once more, and better, costs more than that
  // gains, also for the longest file.
  setFlagsFromString("--no-opt");
  const log = openBootLog();
  try {
    return run(process.argv.slice(2), log);
  } catch (error) {
    log("error", `a bug: ${(error as Error).stack ?? String(error)}`);
    return EXIT.failed;
  }
}

process.exitCode = main();
