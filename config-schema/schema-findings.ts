import { didYouMean } from "./did-you-mean.ts";
import type { Finding } from "./diagnostic.ts";
import type { SchemaError } from "./generated/validate.js";
import { PERMISSION_NUMBER } from "./model.ts";
import { type Path, pathText } from "./tree.ts";

/** How the file's kinds of value are called in messages. */
const KIND_WORDS: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  integer: "a whole number",
  null: "empty",
  number: "a number",
  object: "a map",
  string: "text",
};

type Offence = { readonly error: SchemaError; readonly path: Path; readonly value: unknown };

/** What to say about each keyword of the schema that is not kept. `propertyNames` is absent: it repeats a `pattern`. */
const FINDINGS: Readonly<Record<string, (offence: Offence) => Finding>> = {
  additionalProperties: unknownKey,
  required: missingKey,
  type: wrongType,
  enum: notAllowed,
  const: unknownVersion,
  minimum: outOfRange,
  maximum: outOfRange,
  pattern: malformed,
  minProperties: ({ path }) => ({ code: "empty", message: `${nameOf(path)} is empty` }),
  minItems: ({ path }) => ({ code: "empty", message: `${nameOf(path)} is empty` }),
  uniqueItems: ({ path }) => ({ code: "duplicate-item", message: `this stands in ${nameOf(path)} already` }),
};

/**
 * Puts what the validator says into the words of a diagnostic.
 * @param path To the value that the error is about.
 * @returns undefined when another error of the same value says it better.
 */
export function schemaFinding(error: SchemaError, path: Path, value: unknown): Finding | undefined {
  return FINDINGS[error.keyword]?.({ error, path, value });
}

const nameOf = (path: Path): string => (path.length === 0 ? "the file" : pathText(path));

function unknownKey({ error, path }: Offence): Finding {
  const key = String(error.params["additionalProperty"]);
  const known = Object.keys(error.parentSchema.properties ?? {});
  const message = `unknown key '${clipped(key)}' in ${nameOf(path)}`;
  const code = "unknown-key";
  const like = meantKey(key, error.parentSchema);
  if (like === "on" && key === "true") {
    return { code, message, hint: "a program that reads YAML 1.1 has turned 'on' into 'true'; write 'on:'" };
  }
  if (key.startsWith(`${like}:`)) return { code, message, hint: `put a space after '${like}:'` };
  const hint = like === undefined ? `known here: ${known.join(", ")}` : `did you mean '${like}'?`;
  return { code, message, hint };
}

/** The key of a map that an unknown one seems to mean. */
export function meantKey(key: string, { properties = {} }: SchemaError["parentSchema"]): string | undefined {
  const known = Object.keys(properties);
  // In YAML 1.1 'on' is a switch, which programs write back as 'true'.
  if (key === "true" && known.includes("on")) return "on";
  return known.find((name) => key.startsWith(`${name}:`)) ?? didYouMean(key, known);
}

function missingKey({ error, path }: Offence): Finding {
  const key = String(error.params["missingProperty"]);
  const schema: unknown = Object.entries(error.parentSchema.properties ?? {}).find(([name]) => name === key)?.[1];
  const examples = typeof schema === "object" && schema !== null && "examples" in schema ? schema.examples : [];
  const example: unknown = Array.isArray(examples) ? examples[0] : undefined;
  const hint =
    typeof example === "object" || example === undefined ? undefined : `such as '${key}: ${String(example)}'`;
  return { code: "missing-key", message: `${nameOf(path)} has no '${key}'`, hint };
}

function wrongType({ error, path, value }: Offence): Finding {
  const wanted = [error.params["type"]].flat().map(String);
  const words = wanted.filter((type) => type !== "null").map((type) => KIND_WORDS[type] ?? type);
  const message = `${nameOf(path)} must be ${words.join(" or ")}, not ${kindOf(value)}`;
  return { code: "wrong-type", message, hint: typeHint(wanted, value) };
}

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "string"
    ? `text ('${clipped(value)}')`
    : `${typeof value === "number" ? "the number" : "the switch"} ${value}`;
}

function typeHint(wanted: readonly string[], value: unknown): string | undefined {
  const scalar = value !== null && typeof value !== "object";
  if (wanted.includes("array") && scalar) return `write [${clipped(String(value))}]`;
  if (wanted.includes("array") && kindOf(value) === "a map") return "begin each item with '- '";
  if (wanted.includes("object") && Array.isArray(value)) return "write 'NAME:' in place of '- NAME'";
  if (wanted.includes("string") && !wanted.includes("number") && scalar) return `quote it: '${value}'`;
  // YAML 1.1 had more words for them.
  if (wanted.includes("boolean") && typeof value === "string" && /^(yes|on|no|off|true|false)$/i.test(value))
    return `write ${/^(yes|on|true)$/i.test(value)}`;
  if (wanted.includes("integer") && typeof value === "string" && /^[0-9]+$/.test(value))
    return `without quotes: ${value}`;
  return undefined;
}

function notAllowed({ error, path, value }: Offence): Finding {
  const allowed = (error.params["allowedValues"] as readonly unknown[]).map(String);
  const like = typeof value === "string" ? didYouMean(value, allowed) : undefined;
  const [word] =
    Object.entries(PERMISSION_NUMBER).find(([name, number]) => number === value && allowed.includes(name)) ?? [];
  const hint =
    like !== undefined ? `did you mean '${like}'?` : word !== undefined ? `${value} is '${word}'` : undefined;
  const message = `${nameOf(path)} must be one of ${allowed.join(", ")}, not '${clipped(String(value))}'`;
  return { code: "not-allowed", message, hint };
}

function unknownVersion({ error, value }: Offence): Finding {
  const known = String(error.params["allowedValue"]);
  const message = `the file is of version ${clipped(JSON.stringify(value))}; this pohmelfs reads version ${known}`;
  return { code: "unknown-version", message };
}

function outOfRange({ error, path, value }: Offence): Finding {
  const { minimum, maximum } = error.parentSchema as { minimum?: number; maximum?: number };
  return { code: "out-of-range", message: `${nameOf(path)} must be ${minimum} to ${maximum}, not ${String(value)}` };
}

function malformed({ error, value }: Offence): Finding {
  const { title, patternErrorMessage } = error.parentSchema as { title?: string; patternErrorMessage?: string };
  const text = error.propertyName ?? String(value);
  const message = `'${clipped(text)}' is no ${(title ?? "proper value").toLowerCase()}`;
  return { code: "malformed", message, hint: patternErrorMessage };
}

/** Texts in messages are shortened: the line is shown anyway. */
function clipped(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
