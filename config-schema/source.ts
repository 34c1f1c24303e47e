/** A file of the configuration, as read. */
export type Source = { readonly path: string; readonly text: string };

/** A stretch of a source. Offsets are those of the string, `end` is past the last character. */
export type Span = { readonly source: Source; readonly start: number; readonly end: number };

/** Where an offset lies: line and column count from 1, columns in characters (code points), as editors show them. */
export type Position = { readonly line: number; readonly column: number; readonly lineText: string };

/** Where the lines of a text begin: a file may have thousands of faults, and each needs its line. */
const LINE_STARTS = new WeakMap<Source, readonly number[]>();

function lineStartsOf(source: Source): readonly number[] {
  const known = LINE_STARTS.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = source.text.indexOf("\n"); at >= 0; at = source.text.indexOf("\n", at + 1)) starts.push(at + 1);
  LINE_STARTS.set(source, starts);
  return starts;
}

/** @param offset Beyond the text means its end. */
export function positionOf(source: Source, offset: number): Position {
  const at = Math.min(Math.max(offset, 0), source.text.length);
  const starts = lineStartsOf(source);
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  const lineStart = starts[low] ?? 0;
  const lineText = source.text.slice(lineStart, (starts[low + 1] ?? source.text.length + 1) - 1).replace(/\r$/, "");
  return { line: low + 1, column: [...source.text.slice(lineStart, at)].length + 1, lineText };
}
