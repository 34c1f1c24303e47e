import { isIPv6 } from "node:net";
import { canonicalAddress } from "./address.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { Finding } from "./diagnostic.ts";
import type { SchemaError } from "./generated/validate.js";
import { PERMISSION_NUMBER } from "./model.ts";
import { permissionsMeant, synonymOf } from "./synonyms.ts";
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
  // What holds for all is easily written at the top.
  const isDefault = path.length === 0 && ["port", "priority", "permissions", "workers"].includes(key);
  const others = isDefault
    ? "it stands under 'defaults:', or in a server or member"
    : `known here: ${known.join(", ")}`;
  return { code, message, hint: like === undefined ? others : `did you mean '${like}'?` };
}

/** The key of a map that an unknown one seems to mean. */
export function meantKey(key: string, { properties = {} }: SchemaError["parentSchema"]): string | undefined {
  const known = Object.keys(properties);
  // In YAML 1.1 'on' is a switch, which programs write back as 'true'.
  if (key === "true" && known.includes("on")) return "on";
  return known.find((name) => key.startsWith(`${name}:`)) ?? didYouMean(key, known) ?? synonymOf(key, known);
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
  return { code: "wrong-type", message, hint: typeHint(wanted, value) ?? requiredHint(error, value) };
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
  if (wanted.includes("object") && Array.isArray(value)) return namesHint(value[0]);
  if (wanted.includes("object") && typeof value === "string" && canonicalAddress(value) !== undefined)
    return `write { address: "${value}" }`;
  if (wanted.includes("string") && Array.isArray(value) && isIPv6(String(value[0])))
    return `an IPv6 address stands without brackets: "${value[0]}"`;
  if (wanted.includes("string") && !wanted.includes("number") && scalar) return `quote it: '${value}'`;
  // YAML 1.1 had more words for them.
  if (wanted.includes("boolean") && typeof value === "string" && /^(yes|on|no|off|true|false)$/i.test(value))
    return `write ${/^(yes|on|true)$/i.test(value)}`;
  if (wanted.includes("integer") && typeof value === "string" && /^[0-9]+$/.test(value))
    return `without quotes: ${value}`;
  return undefined;
}

/** How to write the first item of a list that should be a map. */
function namesHint(item: unknown): string {
  if (typeof item === "string") return `write '${clipped(item)}:' in place of '- ${clipped(item)}'`;
  const name: unknown = typeof item === "object" && item !== null && "name" in item ? item.name : undefined;
  if (typeof name === "string") return `write '${clipped(name)}:' in place of '- name: ${clipped(name)}'`;
  const [key = "NAME"] = typeof item === "object" && item !== null ? Object.keys(item) : [];
  return `write '${clipped(key)}:' in place of '- ${clipped(key)}:'`;
}

/** What a map that is empty has to have. */
function requiredHint({ parentSchema }: SchemaError, value: unknown): string | undefined {
  const { required } = parentSchema as { required?: readonly string[] };
  if (value !== null || required === undefined) return undefined;
  return `it needs ${required.map((key) => `'${key}'`).join(" and ")}`;
}

function notAllowed({ error, path, value }: Offence): Finding {
  const allowed = (error.params["allowedValues"] as readonly unknown[]).map(String);
  const like = typeof value === "string" ? (permissionsMeant(value, allowed) ?? didYouMean(value, allowed)) : undefined;
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
  const isCurly = /^[“”„‘’«»]|[“”‘’«»]$/.test(text);
  return {
    code: "malformed",
    message,
    hint: isCurly ? "quotes are \" or ', not those of a letter" : patternErrorMessage,
  };
}

/** Texts in messages are shortened: the line is shown anyway. */
function clipped(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
