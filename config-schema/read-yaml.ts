import { type Document, parseDocument } from "yaml";
import { type Diagnostic, diagnosticAt } from "./diagnostic.ts";
import type { Source } from "./source.ts";
import type { Tree } from "./tree.ts";
import { TreeReader } from "./tree-reader.ts";
import { yamlFinding } from "./yaml-findings.ts";

/** Larger files are refused before they are parsed. A thousand servers take about 100 KiB. */
const TEXT_LENGTH_MAX = 1024 * 1024;

const PARSING = {
  version: "1.2",
  strict: true,
  prettyErrors: false,
  // Doubled keys are looked for here: the parser takes `1` and `"1"` for two keys, the configuration does not.
  uniqueKeys: false,
} as const;

export type YamlRead = {
  /** Undefined for a file without content, and when the text has no structure to go by. */
  readonly tree: Tree | undefined;
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Reads YAML 1.2 (core schema) and refuses what is read one way by us and another by people or by YAML 1.1 tools:
 * doubled keys, merge keys, unknown tags, numbers with a leading zero, a second document. Never throws.
 */
export function readYaml(source: Source): YamlRead {
  if (source.text.length > TEXT_LENGTH_MAX) {
    const finding = { code: "too-large", message: `the file is larger than ${TEXT_LENGTH_MAX / 1024} KiB` };
    const at = { source, start: TEXT_LENGTH_MAX, end: TEXT_LENGTH_MAX };
    return { tree: undefined, diagnostics: [diagnosticAt(at, finding)] };
  }
  const document = parseDocument(source.text, PARSING);
  const diagnostics = complaintsOf(document, source);
  if (document.errors.length > 0 || document.contents === null) return { tree: undefined, diagnostics };
  const reader = new TreeReader(source, diagnostics);
  const tree = reader.read(document.contents);
  return { tree: reader.stopped || isEmpty(tree) ? undefined : tree, diagnostics };
}

/** The parser's errors and warnings, all of which are errors here. */
function complaintsOf(document: Document.Parsed, source: Source): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const { yaml } = document.directives;
  if (yaml.explicit === true && yaml.version !== "1.2") {
    const message = `the file asks to be read as YAML ${yaml.version}`;
    const start = Math.max(0, source.text.search(/^%YAML/m));
    const at = { source, start, end: start + "%YAML".length };
    diagnostics.push(diagnosticAt(at, { code: "yaml-version", message, hint: "drop the %YAML line" }));
  }
  const linesToldOf = new Set<number>();
  // Tags, known or not, are the reader's business.
  const warnings = document.warnings.filter(({ code }) => code !== "TAG_RESOLVE_FAILED");
  const problems = [...document.errors, ...warnings];
  for (const { code, message, pos } of rootCauses(problems)) {
    const diagnostic = diagnosticAt({ source, start: pos[0], end: pos[1] }, yamlFinding(code, message));
    // One slip makes the parser stumble several times in its line; the first time names it best.
    if (!linesToldOf.has(diagnostic.line)) diagnostics.push(diagnostic);
    linesToldOf.add(diagnostic.line);
  }
  return diagnostics;
}

/** A parser that has run out of its depth, or has met a tab, complains of what follows for no other reason. */
function rootCauses<T extends { readonly code: string }>(problems: readonly T[]): readonly T[] {
  const exhausted = problems.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (exhausted !== undefined) return [exhausted];
  const tabs = problems.filter(({ code }) => code === "TAB_AS_INDENT");
  return tabs.length > 0 ? tabs : problems;
}

const isEmpty = (tree: Tree): boolean => tree.kind === "scalar" && tree.value === null;
