import type { Collection, Entry, OpenText } from "./open-text.ts";
import { isFirstInLine, lineStart, nextLine, type Splice } from "./splice.ts";
import { tokenEnd, valuePlace } from "./tokens.ts";

/**
 * Takes an entry out. Comments in its own lines go with it; those on lines of their own before and after it stay.
 *
 * @param owner What has the collection as its value; undefined for the file itself.
 */
export function removeEntry(
  { source: { text } }: OpenText,
  from: Collection,
  entry: Entry,
  owner: Entry | undefined,
): Splice[] {
  if (from.isFlow) return removeFromFlow(text, from, entry);
  const at = from.entries.indexOf(entry);
  const next = from.entries[at + 1];
  const isOwnLine = isFirstInLine(text, entry.start);
  if (from.entries.length === 1) return emptied(text, from, entry, isOwnLine ? owner : undefined);
  if (isOwnLine) return [{ start: lineStart(text, entry.start), end: nextLine(text, entry.end), text: "" }];
  // The first key behind a `- `, say. What comes next takes its place, unless a comment stands between them.
  const isBare = next !== undefined && /^[\s,]*$/.test(restWithoutComment(text, entry.end, next.start));
  if (isBare) return [{ start: entry.start, end: next.start, text: "" }];
  const spaces = /[ \t]*$/.exec(text.slice(0, entry.start))?.[0].length ?? 0;
  return [{ start: entry.start - spaces, end: lineEnd(text, entry.end), text: "" }];
}

/** What lies between two entries but for the comment in the line of the first, which goes with it. */
const restWithoutComment = (text: string, end: number, next: number): string =>
  text.slice(Math.min(nextLine(text, end), next), next);

const lineEnd = (text: string, offset: number): number => {
  const next = nextLine(text, offset);
  return text[next - 1] !== "\n" ? next : text[next - 2] === "\r" ? next - 2 : next - 1;
};

/** A block of which nothing is left: `{}` or `[]` in its place, or behind its key. */
function emptied(text: string, { kind }: Collection, entry: Entry, owner: Entry | undefined): Splice[] {
  const nothing = kind === "map" ? "{}" : "[]";
  if (owner !== undefined) {
    const place = valuePlace(owner.item);
    return [
      { start: place, end: place, text: ` ${nothing}` },
      { start: lineStart(text, entry.start), end: nextLine(text, entry.end), text: "" },
    ];
  }
  return [{ start: entry.start, end: lineEnd(text, entry.end), text: nothing }];
}

function removeFromFlow(text: string, from: Collection, entry: Entry): Splice[] {
  const at = from.entries.indexOf(entry);
  const next = from.entries[at + 1];
  const before = from.entries[at - 1];
  const own = { start: entry.start, end: entry.end, text: "" };
  const comma = commaBehind(text, entry.end, next?.start ?? tokenEnd(from.token) - 1);
  if (comma !== undefined) {
    if (next !== undefined && /^ *$/.test(text.slice(comma + 1, next.start))) return [{ ...own, end: next.start }];
    return tidied(
      text,
      comma === entry.end ? [{ ...own, end: comma + 1 }] : [own, { start: comma, end: comma + 1, text: "" }],
    );
  }
  if (before === undefined) {
    const [opening, closing] = [from.token.offset + 1, tokenEnd(from.token) - 1];
    const around = text.slice(opening, entry.start) + text.slice(entry.end, closing);
    return around.trim() === "" ? [{ start: opening, end: closing, text: "" }] : tidied(text, [own]);
  }
  if (text.slice(before.end, entry.start).replace(",", "").trim() === "") return [{ ...own, start: before.end }];
  const commaBefore = commaBehind(text, before.end, entry.start);
  return tidied(text, [
    ...(commaBefore === undefined ? [] : [{ start: commaBefore, end: commaBefore + 1, text: "" }]),
    own,
  ]);
}

/** The comma behind an item; what stands before it in its line can only be space, or it would lie in a comment. */
function commaBehind(text: string, from: number, to: number): number | undefined {
  for (let line = from; line < to; line = nextLine(text, line + 1)) {
    const found = /^[ \t\r]*,/.exec(text.slice(line, to));
    if (found !== null) return line + found[0].length - 1;
    if (nextLine(text, line + 1) >= to) break;
  }
  return undefined;
}

/** When a line has nothing left but a comment, it goes too. */
function tidied(text: string, splices: readonly Splice[]): Splice[] {
  return splices.map((splice) => {
    const [start, end] = [lineStart(text, splice.start), nextLine(text, splice.end)];
    const left = text.slice(start, splice.start) + text.slice(splice.end, end);
    return /^(#.*)?$/.test(left.trim()) && isFirstInLine(text, splice.start) ? { start, end, text: "" } : splice;
  });
}
