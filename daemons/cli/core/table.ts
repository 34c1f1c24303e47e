/**
 * Lines up rows of text in columns: no frames, so that awk(1) can read them too.
 *
 * @param rows The first is the header. Rows may differ in length.
 * @param right Columns whose cells are numbers: their ends line up.
 * @returns Lines without trailing spaces, joined by and ending with a newline; empty without rows.
 */
export function table(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (right.has(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join("  ")
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join("");
}
