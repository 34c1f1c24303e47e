import { isCollection, isScalar } from "yaml";
import type { Collection, Entry, OpenText } from "./open-text.ts";
import type { Plain } from "./plain.ts";
import { columnOf, isFirstInLine, linesAfter, newlineOf, nextLine, type Splice } from "./splice.ts";
import { tokenEnd, valuePlace } from "./tokens.ts";
import { block, inline, isFlat, keyText } from "./write-value.ts";

const STEP = 2;

/** Adds a key or an item behind the last one of a collection, in the collection's style and its neighbours'. */
export function addEntry(
  { source: { text } }: OpenText,
  to: Collection,
  step: string | number,
  value: Plain,
): Splice[] {
  const last = to.entries.at(-1);
  const head = typeof step === "number" ? "" : `${keyText(step)}: `;
  if (to.isFlow) return addToFlow(text, to, last, head + inline(value, true));
  if (last === undefined) return [];
  const column = columnOf(text, to.entries[0]?.start ?? 0);
  const lines = blockEntry(text, { column, step, value, isInline: isFlat(value) || likesOneLine(to) });
  const gap = column === 0 && hasBlankBefore(text, last.start) ? newlineOf(text) : "";
  return [linesAfter(text, last.end, gap + " ".repeat(column) + lines)];
}

/** Writes the first key or item of an entry that has no value yet. */
export function addFirst(
  { source: { text } }: OpenText,
  owner: Entry,
  step: string | number,
  value: Plain,
  isBlock: boolean,
): Splice[] {
  const content = typeof step === "number" ? [value] : { [step]: value };
  const token = owner.item.value;
  if (token != null && tokenEnd(token) > token.offset) {
    return [{ start: token.offset, end: tokenEnd(token), text: inline(content, true) }];
  }
  const at = valuePlace(owner.item);
  if (!isBlock) return [{ start: at, end: at, text: ` ${inline(content, true)}` }];
  const column = columnOf(text, owner.start) + STEP;
  return [
    linesAfter(text, at, " ".repeat(column) + blockEntry(text, { column, step, value, isInline: isFlat(value) })),
  ];
}

/** Writes the first key of a file that has none. */
export function addToNothing({ source: { text } }: OpenText, step: string, value: Plain): Splice[] {
  return [linesAfter(text, text.length, blockEntry(text, { column: 0, step, value, isInline: isFlat(value) }))];
}

type NewEntry = {
  readonly column: number;
  readonly step: string | number;
  readonly value: Plain;
  readonly isInline: boolean;
};

function blockEntry(text: string, { column, step, value, isInline }: NewEntry): string {
  if (isInline) return `${typeof step === "number" ? "- " : `${keyText(step)}: `}${inline(value, false)}`;
  const content = typeof step === "number" ? [value] : { [step]: value };
  return block(content, { column, step: STEP, newline: newlineOf(text) });
}

/** Whether a blank line stands before an entry and the comments over it: then its neighbours look best with one too. */
const hasBlankBefore = (text: string, start: number): boolean =>
  /\n\r?\n([ \t]*#[^\n]*\n)*[ \t]*$/.test(text.slice(0, start));

/** Whether the last neighbour that could have had lines of its own has one line. */
function likesOneLine({ entries }: Collection): boolean {
  const like = entries.findLast(({ value }) => isCollection(value) && value.items.length > 0);
  return isCollection(like?.value) && like.value.flow === true;
}

function addToFlow(text: string, to: Collection, last: Entry | undefined, entry: string): Splice[] {
  const opening = to.token.offset + 1;
  const closing = tokenEnd(to.token) - 1;
  if (last === undefined) {
    const isBare = text.slice(opening, closing).trim() === "";
    const padded = to.kind === "map" ? ` ${entry} ` : entry;
    return [
      isBare ? { start: opening, end: closing, text: padded } : { start: opening, end: opening, text: ` ${entry}` },
    ];
  }
  const comma = commaAfter(text, to, last);
  const hasOwnLines = isFirstInLine(text, last.start) && nextLine(text, last.end) <= closing;
  if (!hasOwnLines) return [{ start: last.end, end: last.end, text: `, ${entry}` }];
  const indent = " ".repeat(columnOf(text, last.start));
  return [
    ...(comma ? [] : [{ start: last.end, end: last.end, text: "," }]),
    linesAfter(text, last.end, `${indent}${entry}${comma ? "," : ""}`),
  ];
}

/** Whether a comma stands behind the last item. */
export function commaAfter(text: string, { token }: Collection, { end }: Entry): boolean {
  const closing = tokenEnd(token) - 1;
  // Comments may hold commas; what stands before them in each line may not.
  return text
    .slice(end, closing)
    .split("\n")
    .some((line) => /^\s*,/.test(line));
}

/** Whether an entry has nothing, or `null`, as its value. */
export const isNothing = ({ value }: Entry): boolean => value === null || (isScalar(value) && value.value === null);
