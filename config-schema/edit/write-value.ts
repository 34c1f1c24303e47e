import { Document, Scalar } from "yaml";
import type { Plain } from "./plain.ts";

/** Quotes that a text had, so that its successor has the same. */
export type Quotes = Scalar.Type | undefined;

/** A value in one line: maps as `{ a: 1 }`, lists as `[a, b]`, texts in quotes where they need them. */
export function inline(value: Plain, inFlow: boolean, quotes?: Quotes): string {
  if (Array.isArray(value)) return `[${value.map((item) => inline(item, true)).join(", ")}]`;
  if (typeof value !== "object" || value === null)
    return scalar(value as string | number | boolean | null, inFlow, quotes);
  const entries = Object.entries(value).map(([key, item]) => `${keyText(key)}: ${inline(item, true)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

export type Layout = { readonly column: number; readonly step: number; readonly newline: string };

/**
 * A collection on lines of its own, the first of which goes on where it is put; what lies in it and holds no further
 * collections stands in one line.
 */
export function block(value: Plain, { column, step, newline }: Layout): string {
  const below = (item: Plain, key: string): string => {
    if (isFlat(item)) return `${key}: ${inline(item, false)}`;
    return `${key}:${newline}${" ".repeat(column + step)}${block(item, { column: column + step, step, newline })}`;
  };
  const lines = Array.isArray(value)
    ? value.map(
        (item) => `- ${isFlat(item) ? inline(item, false) : block(item, { column: column + 2, step, newline })}`,
      )
    : Object.entries(value as object).map(([key, item]) => below(item as Plain, keyText(key)));
  return lines.join(newline + " ".repeat(column));
}

/** Whether a value reads well in one line: it holds no collections but empty ones. */
export function isFlat(value: Plain): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isSingle);
}

/** Whether a value is no collection, or an empty one. */
export const isSingle = (value: Plain): boolean =>
  typeof value !== "object" || value === null || Object.keys(value).length === 0;

/** What YAML needs is the parser's own business: it is asked to write the text into a collection of the same kind. */
function scalar(value: string | number | boolean | null, inFlow: boolean, quotes: Quotes): string {
  const node = new Scalar(value);
  // An IPv6 address needs no quotes, but looks like something else to people and to programs of YAML 1.1.
  if (typeof value === "string" && value.includes(":")) node.type = "QUOTE_DOUBLE";
  if (typeof value === "string" && quotes?.startsWith("QUOTE") === true) node.type = quotes;
  if (typeof value === "string" && /[\u0000-\u001f\u007f]/.test(value)) node.type = "QUOTE_DOUBLE";
  return inFlow ? written([node], true).slice(1, -1) : written({ k: node }, false).slice("k: ".length);
}

export const keyText = (key: string): string => written({ [key]: 0 }, true).slice(1, -": 0}".length);

function written(value: unknown, isFlow: boolean): string {
  return new Document(value, { version: "1.2" })
    .toString({
      collectionStyle: isFlow ? "flow" : "block",
      flowCollectionPadding: false,
      blockQuote: false,
      doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
      lineWidth: 0,
      // Long keys would get a line of their own, with a `?`.
      simpleKeys: true,
    })
    .trimEnd();
}
