/** The columns of a terminal that every text of ours fits. */
export const COLUMNS = 80;

/**
 * Breaks a text into lines at its spaces. A word that is longer than a line stays whole, on a line of its own.
 *
 * @param text Without newlines.
 * @param columns What a line may have; columns are counted as UTF-16 units, which is right for the words we print.
 */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/**
 * Two columns, as in a list of options: the right one is wrapped, so that the whole fits a terminal.
 *
 * @param rows Left and right text; a row whose right text is empty has the left alone, and `["", ""]` is an empty line.
 */
export function twoColumns(rows: readonly (readonly [left: string, right: string])[], columns = COLUMNS): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
  return rows
    .flatMap(([left, right]) =>
      wrap(right, Math.max(columns - width, 1)).map((line, at) =>
        `${(at === 0 ? left : "").padEnd(width)}${line}`.trimEnd(),
      ),
    )
    .map((line) => `${line}\n`)
    .join("");
}
