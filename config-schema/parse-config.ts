import { buildModel } from "./build-model.ts";
import { checkMeaning } from "./check-meaning.ts";
import { checkSchema } from "./check-schema.ts";
import { type Diagnostic, diagnosticAt, diagnosticOfFile } from "./diagnostic.ts";
import { mergeTrees } from "./merge.ts";
import type { Model } from "./model.ts";
import { readYaml } from "./read-yaml.ts";
import type { Source } from "./source.ts";
import type { Tree } from "./tree.ts";

/** Errors that are shown; who has more sees enough to begin with. */
const ERRORS_MAX = 100;

export type Loaded =
  | { readonly ok: true; readonly model: Model; readonly warnings: readonly Diagnostic[] }
  /** Its errors, all at once, in the order of the files. Warnings may be about what an error is about: they wait. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * The configuration from its texts: pure, never throws, shows all errors at once.
 * @param path Of the main file, for messages.
 * @param dropIns Laid over the file one after the other, in the order given.
 * @param hash SHA-256 of the texts, when the model is to have it; `loadConfig` gives it.
 */
export function parseConfig(
  path: string,
  text: string,
  dropIns: readonly Source[] = [],
  hash: Uint8Array = new Uint8Array(32),
): Loaded {
  const sources = [{ path, text }, ...dropIns];
  const reads = sources.map(readYaml);
  const yamlFaults = reads.flatMap(({ diagnostics }) => diagnostics);
  const trees = reads.flatMap(({ tree }) => (tree === undefined ? [] : [tree]));
  // Past a text without structure nothing else can be judged.
  if (reads.some(({ tree, diagnostics }) => tree === undefined && diagnostics.length > 0))
    return failed(yamlFaults, sources);
  if (reads[0]?.tree === undefined) {
    const hint = "it needs at least 'version', 'servers' and 'groups'";
    const at = { source: { path, text }, start: 0, end: 0 };
    return failed([diagnosticAt(at, { code: "empty", message: "the file says nothing", hint })], sources);
  }
  const merged = trees.reduce((under: Tree, over: Tree) => mergeTrees(under, over));
  const { file, draft, diagnostics } = checkSchema(merged);
  // What the reader had to leave out, such as an alias of nothing, looks wrong to the later checks as well.
  const places = new Set(yamlFaults.map(placeOf));
  const later = [...diagnostics, ...checkMeaning(merged, draft)].filter((one) => !places.has(placeOf(one)));
  const all = [...yamlFaults, ...later];
  if (file === undefined || all.some(({ severity }) => severity === "error")) return failed(all, sources);
  return { ok: true, model: buildModel(file, path, hash), warnings: ordered(all, sources) };
}

function failed(diagnostics: readonly Diagnostic[], sources: readonly Source[]): Loaded {
  const errors = ordered(diagnostics, sources).filter(({ severity }) => severity === "error");
  if (errors.length <= ERRORS_MAX) return { ok: false, diagnostics: errors };
  const message = `${errors.length - ERRORS_MAX} more errors are not shown`;
  const rest = diagnosticOfFile(sources[0]?.path ?? "", { code: "too-many", message });
  return { ok: false, diagnostics: [...errors.slice(0, ERRORS_MAX), rest] };
}

const placeOf = ({ path, line, column }: Diagnostic): string => `${path}:${line}:${column}`;

/** By file, line and column; what is said twice of one place is said once (a value may be used through an alias). */
function ordered(diagnostics: readonly Diagnostic[], sources: readonly Source[]): Diagnostic[] {
  const fileOf = new Map(sources.map(({ path }, i) => [path, i]));
  const rank = ({ path }: Diagnostic): number => fileOf.get(path) ?? -1;
  const seen = new Set<string>();
  return diagnostics
    .filter((one) => {
      const place = `${placeOf(one)} ${one.code}`;
      return !seen.has(place) && seen.add(place);
    })
    .sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}
