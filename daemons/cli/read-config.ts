import type { Diagnostic } from "../../config-schema/diagnostic.ts";
import { loadConfig } from "../../config-schema/load.ts";
import type { Model } from "../../config-schema/model.ts";
import { renderDiagnostic } from "../../config-schema/render-diagnostic.ts";

/** Prints what a configuration's errors and warnings are, for people, on stderr; in colour on a terminal that likes it. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  const colour = process.stderr.isTTY === true && process.env["NO_COLOR"] === undefined;
  for (const diagnostic of diagnostics) console.error(renderDiagnostic(diagnostic, { colour }));
}

/** @returns The model, or undefined after its errors were printed. Warnings are printed too. */
export function readConfig(path: string): Model | undefined {
  const loaded = loadConfig(path);
  printDiagnostics(loaded.ok ? loaded.warnings : loaded.diagnostics);
  return loaded.ok ? loaded.model : undefined;
}
