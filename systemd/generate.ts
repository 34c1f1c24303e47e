import { type ConfigFiles, loadConfig } from "../config-schema/load.ts";
import { diagnosticOfFile } from "../config-schema/diagnostic.ts";
import type { Loaded } from "../config-schema/parse-config.ts";
import { renderDiagnostic } from "../config-schema/render-diagnostic.ts";
import type { BootLog } from "./boot-log.ts";
import { bootFiles } from "./config-files.ts";
import { errorUnit } from "./core/error-unit.ts";
import { layOut, type Units } from "./core/units.ts";
import { type Options, type Programs, unitsFor } from "./core/units-for.ts";
import { whichHost } from "./core/which-host.ts";
import { keepLastGood, lastGoodPath } from "./last-good.ts";

/** What is to be made. */
export type Order = {
  /** The configuration, absolute. */
  readonly path: string;
  /** The host's name as the kernel has it. */
  readonly host: string;
  readonly programs: Programs;
  /** Whether the last good copy is kept, and used when the file is wrong. */
  readonly lastGood: boolean;
};

export type Generated = {
  readonly units: Units;
  /** The file is right, and every unit that it asks for is there. */
  readonly good: boolean;
  /** The units are those of a good configuration, be it the last one. */
  readonly works: boolean;
};

/** The loader throws nothing; should it, a boot must not depend on that. */
function load(path: string, files: ConfigFiles): Loaded {
  try {
    return loadConfig(path, files);
  } catch (error) {
    const message = `the file cannot be read because of a bug: ${(error as Error).message}`;
    return { ok: false, diagnostics: [diagnosticOfFile(path, { code: "bug", message })] };
  }
}

/** Keeps a copy of the file if it is right. @returns Whether it is, and is kept. */
export function keep(path: string, log: BootLog): { readonly good: boolean; readonly kept: boolean } {
  const files = bootFiles();
  const loaded = load(path, files);
  if (!loaded.ok) {
    for (const diagnostic of loaded.diagnostics) log("error", renderDiagnostic(diagnostic));
    return { good: false, kept: false };
  }
  const because = keepLastGood(path, files.seen, loaded.model.hash);
  if (because !== undefined) log("error", `no copy of ${path} could be kept: ${because}`);
  return { good: true, kept: because === undefined };
}

/** The units of this host by the file; if it is wrong, by its last good copy, with a unit that fails and says so. */
export function generate(order: Order, log: BootLog): Generated {
  const { path, programs } = order;
  const files = bootFiles();
  const loaded = load(path, files);
  for (const diagnostic of loaded.ok ? loaded.warnings : loaded.diagnostics)
    log(diagnostic.severity, renderDiagnostic(diagnostic));
  if (!loaded.ok) {
    const lines = loaded.diagnostics.map((one) => renderDiagnostic(one));
    return order.lastGood ? fromLastGood(order, lines, log) : { units: layOut([]), good: false, works: false };
  }
  const { units, problems } = unitsFor(loaded.model, whichHost(loaded.model, order.host), { programs });
  for (const problem of problems) log("error", `${path}: ${problem}`);
  const unkept = order.lastGood ? keepLastGood(path, files.seen, loaded.model.hash) : undefined;
  if (unkept !== undefined) log("notice", `no copy of ${path} could be kept: ${unkept}`);
  return { units, good: problems.length === 0, works: true };
}

/** @param errors What is wrong with the file. */
function fromLastGood({ path, host, programs }: Order, errors: readonly string[], log: BootLog): Generated {
  const copy = lastGoodPath(path);
  const last = load(copy, bootFiles());
  if (!last.ok) {
    const title = `pohmelfs: ${path} has errors, nothing is started`;
    log("error", `${path} has errors and there is no good copy of an earlier one: nothing is started`);
    return { units: layOut([errorUnit(path, title, errors)]), good: false, works: false };
  }
  const use = `the last good one, ${copy}, is used instead`;
  log("error", `${path} has errors: ${use}`);
  const alarm = { path, title: `pohmelfs: ${path} has errors, the last good one is used`, lines: [...errors, use] };
  const options: Options = { programs, alarm };
  return { units: unitsFor(last.model, whichHost(last.model, host), options).units, good: false, works: true };
}
