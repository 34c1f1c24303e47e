import { type CST, isScalar } from "yaml";
import type { Entry, OpenText } from "./open-text.ts";
import type { Plain } from "./plain.ts";
import { columnOf, isFirstInLine, lineStart, newlineOf, nextLine, type Splice } from "./splice.ts";
import { blockScalarBody, itemStart, tokenEnd, valuePlace } from "./tokens.ts";
import { block, inline, isSingle } from "./write-value.ts";

/** Replaces the value of an entry. A new value takes the form of the old one: quotes, one line or several. */
export function setValue({ source: { text } }: OpenText, entry: Entry, value: Plain, isInFlow: boolean): Splice[] {
  const token = entry.item.value;
  const old = entry.value;
  const written = inline(value, isInFlow, isScalar(old) && old.type !== undefined ? old.type : undefined);
  // Nothing stands there yet, or the parser's stand-in for nothing.
  if (token == null || tokenEnd(token) === token.offset) return [put(valuePlace(entry.item), ` ${written}`)];
  if (token.type === "block-scalar") return overBlockScalar(text, token, written);
  if (token.type !== "block-map" && token.type !== "block-seq") {
    return [{ start: token.offset, end: tokenEnd(token), text: written }];
  }
  return overBlock(text, entry, token, value, written);
}

const put = (at: number, text: string): Splice => ({ start: at, end: at, text });

/** The sign goes, a comment beside it stays. */
function overBlockScalar(text: string, token: CST.BlockScalar, written: string): Splice[] {
  const header = token.props.find(({ type }) => type === "block-scalar-header");
  const sign = header !== undefined && "source" in header ? header.source.length : 1;
  const { start, end } = blockScalarBody(token);
  return [
    { start: token.offset, end: token.offset + sign, text: written },
    { start, end, text: text[start - 1] === "\n" ? "" : newlineOf(text) },
  ];
}

function overBlock(
  text: string,
  entry: Entry,
  token: CST.BlockMap | CST.BlockSequence,
  value: Plain,
  written: string,
): Splice[] {
  const [first] = token.items.flatMap((item) => itemStart(item) ?? []);
  const start = first ?? token.offset;
  const end = tokenEnd(token);
  if (isSingle(value) && isFirstInLine(text, start)) {
    return [
      put(valuePlace(entry.item), ` ${written}`),
      { start: lineStart(text, start), end: nextLine(text, end), text: "" },
    ];
  }
  const newline = newlineOf(text);
  const column = columnOf(text, start);
  const lines = isSingle(value) ? written : block(value, { column, step: 2, newline });
  return [{ start, end, text: text[end - 1] === "\n" ? lines + newline : lines }];
}
