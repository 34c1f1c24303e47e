import { effectiveOf } from "../../../config-schema/effective.ts";
import { type Plain, plainAt } from "../../../config-schema/edit/plain.ts";
import { readSources, type TextRead } from "../../../config-schema/load.ts";
import { mergeTrees } from "../../../config-schema/merge.ts";
import { parseConfig } from "../../../config-schema/parse-config.ts";
import { parsePath } from "../../../config-schema/parse-path.ts";
import { readYaml } from "../../../config-schema/read-yaml.ts";
import { positionOf } from "../../../config-schema/source.ts";
import { type Path, pathText, plainOf, type Tree, valueAt } from "../../../config-schema/tree.ts";
import { EXIT } from "../core/exit-codes.ts";
import { missingPath } from "../core/edit/missing-path.ts";
import { valueText } from "../core/edit/value-text.ts";
import { configPath } from "../machine.ts";
import { printDiagnostics } from "../read-config.ts";

export type GetOptions = {
  readonly config: string | undefined;
  readonly json: boolean;
  /** With the defaults of what is not written. */
  readonly effective: boolean;
  /** The paths of all single values beneath, in place of the value. */
  readonly paths: boolean;
};

/**
 * `pohmelfs get [PATH]`: a value of the configuration, drop-ins included, as it is written.
 *
 * @returns The code to end with.
 */
export function get(text: string | undefined, options: GetOptions): number {
  const path = pathOf(text);
  if (path === undefined) return EXIT.usage;
  const file = configPath(options.config);
  const tree = readTree(file);
  if (tree === undefined) return EXIT.configuration;
  const written = plainOf(tree.merged) as Plain;
  const effective = effectiveIn(file, tree.texts, written);
  if (options.effective && effective === undefined) {
    printDiagnostics(tree.errors());
    return EXIT.configuration;
  }
  const from = options.effective && effective !== undefined ? effective : written;
  const value = plainAt(from, path);
  if (value === undefined) {
    console.error(`pohmelfs: ${file}: ${whyNot(written, effective, path)}`);
    return EXIT.nothingThere;
  }
  if (options.paths)
    process.stdout.write(
      pathsIn(value, path)
        .map((one) => `${pathText(one)}\n`)
        .join(""),
    );
  else if (options.json)
    process.stdout.write(asJson(value, path, plainAt(written, path) === undefined ? undefined : tree.merged));
  else process.stdout.write(valueText(value));
  return EXIT.ok;
}

function pathOf(text: string | undefined): Path | undefined {
  if (text === undefined) return [];
  const parsed = parsePath(text);
  if (parsed.ok) return parsed.path;
  console.error(`pohmelfs: '${text}' is no path: at character ${parsed.column}, ${parsed.because}`);
  return undefined;
}

function readTree(file: string) {
  const read = readSources(file);
  if (!read.ok) {
    printDiagnostics(read.diagnostics);
    return undefined;
  }
  const texts = [read.main, ...read.dropIns];
  const reads = texts.map(readYaml);
  const faults = reads.flatMap(({ diagnostics }) => diagnostics);
  const errors = () => {
    const loaded = parseConfig(file, read.main.text, read.dropIns);
    return loaded.ok ? [] : loaded.diagnostics;
  };
  if (faults.length > 0) {
    printDiagnostics(errors());
    return undefined;
  }
  const empty: Tree = { kind: "map", at: { source: read.main, start: 0, end: 0 }, entries: new Map() };
  return { texts, errors, merged: reads.map(({ tree }) => tree ?? empty).reduce(mergeTrees) };
}

/** @returns Undefined when the configuration has errors. */
function effectiveIn(file: string, [main, ...dropIns]: readonly TextRead[], written: Plain): Plain | undefined {
  const loaded = parseConfig(file, main?.text ?? "", dropIns);
  return loaded.ok ? effectiveOf(written, loaded.model) : undefined;
}

function whyNot(written: Plain, effective: Plain | undefined, path: Path): string {
  const holds = effective === undefined ? undefined : plainAt(effective, path);
  if (holds === undefined) return missingPath(effective ?? written, path);
  const value = typeof holds === "object" ? "" : `, ${holds},`;
  return `${pathText(path)} is not set; its default${value} holds (--effective shows it)`;
}

function pathsIn(value: Plain, at: Path): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  const steps: (readonly [string | number, Plain])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return steps.length === 0 ? [at] : steps.flatMap(([step, item]) => pathsIn(item, [...at, step]));
}

/** @param tree Undefined when the value is a default: then no file says it. */
function asJson(value: Plain, path: Path, tree: Tree | undefined): string {
  const span = tree === undefined ? undefined : valueAt(tree, path);
  const place = span === undefined ? undefined : positionOf(span.source, span.start);
  const from =
    span === undefined || place === undefined
      ? null
      : { path: span.source.path, line: place.line, column: place.column };
  return `${JSON.stringify({ version: 1, key: pathText(path), value, from }, undefined, 2)}\n`;
}
