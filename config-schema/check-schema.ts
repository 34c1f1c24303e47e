import { type Diagnostic, diagnosticAt } from "./diagnostic.ts";
import type { Draft } from "./draft.ts";
import type { ConfigFile } from "./generated/config-file.ts";
import { type SchemaError, validate } from "./generated/validate.js";
import { meantKey, schemaFinding } from "./schema-findings.ts";
import { keyAt, type Path, plainOf, type Tree, valueAt } from "./tree.ts";

export type SchemaChecked = {
  /** The content, when it has no fault that the schema knows. */
  readonly file: ConfigFile | undefined;
  /** The content without its faulty parts, for the checks that go beyond the schema. */
  readonly draft: Draft;
  readonly diagnostics: readonly Diagnostic[];
};

export function checkSchema(tree: Tree): SchemaChecked {
  const plain = plainOf(tree);
  if (validate(plain)) return { file: plain, draft: plain, diagnostics: [] };
  const errors = validate.errors ?? [];
  // Of a file of another version nothing else can be said.
  const version = errors.filter(
    (error) => error.instancePath === "/version" && typeof plainAt(plain, ["version"]) === "number",
  );
  const relevant = version.length > 0 ? version : errors;
  const byPlace = new Map<string, SchemaError[]>();
  for (const error of relevant) {
    const beside = byPlace.get(error.instancePath);
    if (beside === undefined) byPlace.set(error.instancePath, [error]);
    else beside.push(error);
  }
  const told = relevant.filter((error) => !isRepeated(error, byPlace.get(error.instancePath) ?? []));
  const diagnostics = told.flatMap((error) => diagnose(tree, plain, error));
  const draft = version.length > 0 ? {} : withoutFaults(plain, errors);
  return { file: undefined, draft, diagnostics };
}

/** Whether another error of the same value names the cause better. @param all Errors of that value. */
function isRepeated({ keyword, params, parentSchema }: SchemaError, all: readonly SchemaError[]): boolean {
  const beside = (better: string): boolean => all.some((other) => other.keyword === better);
  if (keyword === "type") return beside("enum");
  if (keyword === "const") return beside("type");
  // What looks missing is there, misspelled.
  return (
    keyword === "required" &&
    all.some((other) => {
      if (other.keyword !== "additionalProperties") return false;
      return meantKey(String(other.params["additionalProperty"]), parentSchema) === params["missingProperty"];
    })
  );
}

function diagnose(tree: Tree, plain: unknown, error: SchemaError): Diagnostic[] {
  const path = pathOf(tree, error.instancePath);
  const finding = schemaFinding(error, path, plainAt(plain, path));
  return finding === undefined ? [] : [diagnosticAt(placeOf(tree, path, error), finding)];
}

/** Complaints about a key point at the key, about a lack at the key of what lacks it, about a value at the value. */
function placeOf(tree: Tree, path: Path, error: SchemaError) {
  const { additionalProperty, i, j } = error.params;
  if (typeof additionalProperty === "string") return keyAt(tree, [...path, additionalProperty]);
  if (error.propertyName !== undefined) return keyAt(tree, [...path, error.propertyName]);
  if (typeof i === "number" && typeof j === "number") return valueAt(tree, [...path, Math.max(i, j)]);
  if (error.keyword !== "required") return valueAt(tree, path);
  return path.length > 0 ? keyAt(tree, path) : firstKeyOf(tree);
}

function firstKeyOf(tree: Tree) {
  const [first] = tree.kind === "map" ? tree.entries.values() : [];
  return first?.key ?? tree.at;
}

/** A JSON pointer (RFC 6901) as a path; what stands in lists becomes a number. */
function pathOf(tree: Tree, pointer: string): Path {
  const path: (string | number)[] = [];
  let at: Tree | undefined = tree;
  for (const escaped of pointer.split("/").slice(1)) {
    const step = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(at?.kind === "list" ? Number(step) : step);
    at = at?.kind === "list" ? at.items[Number(step)] : at?.kind === "map" ? at.entries.get(step)?.value : undefined;
  }
  return path;
}

function plainAt(plain: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    return typeof value === "object" && value !== null && Object.hasOwn(value, step)
      ? Reflect.get(value, step)
      : undefined;
  }, plain);
}

/** What of an error makes its value useless; that a list says something twice, or a map too little, does not. */
const HARMLESS: ReadonlySet<string> = new Set([
  "required",
  "uniqueItems",
  "minItems",
  "minProperties",
  "propertyNames",
]);

/**
 * Sets faulty values to undefined, in place: their keys stay, since other parts may name them. After it, what is there
 * has the right type, which is what makes the cast true.
 */
function withoutFaults(plain: unknown, errors: readonly SchemaError[]): Draft {
  for (const { instancePath, keyword, propertyName } of errors) {
    if (instancePath === "") {
      if (keyword === "type") return {};
      continue;
    }
    if (HARMLESS.has(keyword) || keyword === "additionalProperties" || propertyName !== undefined) continue;
    const steps = instancePath
      .split("/")
      .slice(1)
      .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    const owner = plainAt(plain, steps.slice(0, -1));
    const last = steps.at(-1);
    if (typeof owner === "object" && owner !== null && last !== undefined) Reflect.set(owner, last, undefined);
  }
  return plain as Draft;
}
