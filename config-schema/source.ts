/** A file of the configuration, as read. */
export type Source = { readonly path: string; readonly text: string };

/** A stretch of a source. Offsets are those of the string, `end` is past the last character. */
export type Span = { readonly source: Source; readonly start: number; readonly end: number };

/** Where an offset lies: line and column count from 1, columns in characters (code points), as editors show them. */
export type Position = { readonly line: number; readonly column: number; readonly lineText: string };

/** @param offset Beyond the text means its end. */
export function positionOf(source: Source, offset: number): Position {
  const at = Math.min(Math.max(offset, 0), source.text.length);
  const lineStart = source.text.lastIndexOf("\n", at - 1) + 1;
  const newline = source.text.indexOf("\n", lineStart);
  const lineText = source.text.slice(lineStart, newline < 0 ? undefined : newline).replace(/\r$/, "");
  let line = 1;
  for (let found = source.text.indexOf("\n"); found >= 0 && found < lineStart; line++) {
    found = source.text.indexOf("\n", found + 1);
  }
  return { line, column: [...source.text.slice(lineStart, at)].length + 1, lineText };
}
