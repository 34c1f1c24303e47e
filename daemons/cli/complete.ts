import { effectiveOf } from "../../config-schema/effective.ts";
import type { Plain } from "../../config-schema/edit/plain.ts";
import { loadConfig, readSources } from "../../config-schema/load.ts";
import { mergeTrees } from "../../config-schema/merge.ts";
import type { Model } from "../../config-schema/model.ts";
import { hostsOf } from "../../config-schema/queries.ts";
import { readYaml } from "../../config-schema/read-yaml.ts";
import { type Path, pathText, plainOf } from "../../config-schema/tree.ts";
import { EXIT } from "./core/exit-codes.ts";
import { configPath } from "./machine.ts";

/** What a shell asks for → the words that there are. */
const KINDS: Readonly<Record<string, (model: Model, file: string) => readonly string[]>> = {
  group: ({ groups }) => groups.map(({ name }) => name),
  index: ({ groups }) => groups.map(({ index }) => String(index)),
  server: ({ servers }) => servers.map(({ name }) => name),
  address: ({ servers }) => servers.map(({ address }) => address),
  host: hostsOf,
  key: keysIn,
};

/**
 * `pohmelfs __complete KIND`: one word a line. Silent where the configuration is wrong or not there: whoever presses Tab
 * does not want its errors.
 */
export function complete(kind: string, config: string | undefined): number {
  const file = configPath(config);
  const words = KINDS[kind];
  const loaded = words === undefined ? undefined : loadConfig(file);
  if (words === undefined || loaded === undefined || !loaded.ok) return EXIT.ok;
  const lines = new Set(words(loaded.model, file));
  process.stdout.write([...lines].map((line) => `${line}\n`).join(""));
  return EXIT.ok;
}

/** The paths that `get` and `set` take: of values, and of what holds them. */
function keysIn(model: Model, file: string): readonly string[] {
  const read = readSources(file);
  if (!read.ok) return [];
  const [first, ...rest] = [read.main, ...read.dropIns].flatMap((source) => readYaml(source).tree ?? []);
  if (first === undefined) return [];
  return pathsBelow(effectiveOf(plainOf(rest.reduce(mergeTrees, first)) as Plain, model), []).map(pathText);
}

function pathsBelow(value: Plain, at: Path): readonly Path[] {
  if (typeof value !== "object" || value === null) return [];
  const steps: readonly (readonly [string | number, Plain])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return steps.flatMap(([step, item]) => [[...at, step], ...pathsBelow(item, [...at, step])]);
}
