/** One place of a text where something else is to stand. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** @param splices Not overlapping, in any order; of two at one place the first given comes first. */
export function spliced(text: string, splices: readonly Splice[]): string {
  const inOrder = [...splices].sort((a, b) => a.start - b.start || a.end - b.end);
  let done = "";
  let at = 0;
  for (const { start, end, text: put } of inOrder) {
    done += text.slice(at, start) + put;
    at = end;
  }
  return done + text.slice(at);
}

/** The first character of the line that an offset is in. */
export const lineStart = (text: string, offset: number): number => {
  const at = text.lastIndexOf("\n", offset - 1) + 1;
  return at === 0 && text.startsWith("\ufeff") ? 1 : at;
};

/** Past the line break of the line that an offset is in; an offset just past one is there already. */
export function nextLine(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const newline = text.indexOf("\n", offset);
  return newline < 0 ? text.length : newline + 1;
}

/** Whether nothing but spaces stands before an offset in its line. */
export const isFirstInLine = (text: string, offset: number): boolean =>
  /^ *$/.test(text.slice(lineStart(text, offset), offset));

export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset);

/** How the text's lines end. */
export const newlineOf = (text: string): string => (/\r\n/.test(text) ? "\r\n" : "\n");

/** Puts whole lines after the line that an offset is in. @param lines Without the last line break. */
export function linesAfter(text: string, offset: number, lines: string): Splice {
  const at = nextLine(text, offset);
  const newline = newlineOf(text);
  const isEnded = at === 0 || text[at - 1] === "\n";
  return { start: at, end: at, text: isEnded ? lines + newline : newline + lines };
}
