/** One line of a comparison: in both texts, only in the first, only in the second. */
export type DiffLine = { readonly kind: "same" | "gone" | "new"; readonly text: string };

/**
 * The longest common run of two lists of lines, and what differs from it.
 *
 * @param before Hundreds of lines at most: time and memory grow with the product of the two lengths.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const longest = Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
      common[i * width + j] = before[i] === after[j] ? (common[(i + 1) * width + j + 1] ?? 0) + 1 : longest;
    }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [gone, come] = [before[i], after[j]];
    const stay = gone !== undefined && gone === come;
    const goneNext =
      come === undefined ||
      (gone !== undefined && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0));
    if (stay || goneNext) i += 1;
    if (stay || !goneNext) j += 1;
    lines.push(
      stay
        ? { kind: "same", text: gone }
        : goneNext
          ? { kind: "gone", text: gone ?? "" }
          : { kind: "new", text: come ?? "" },
    );
  }
  return lines;
}

const MARK = { same: " ", gone: "-", new: "+" } as const;
/** Lines of both texts that are shown around a difference, as diff(1) -u has it. */
const CONTEXT = 3;

const linesOf = (text: string): readonly string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** `@@ -from,count +from,count @@`; a range without lines begins before the first, POSIX diff -u. */
const range = (from: number, count: number): string => `${count === 0 ? from : from + 1},${count}`;

/**
 * What differs between two texts, as diff(1) -u tells it, without the lines that name the files.
 *
 * @returns Lines that end with a newline; empty when the texts are equal.
 */
export function unifiedDiff(before: string, after: string): string {
  const lines = diffLines(linesOf(before), linesOf(after));
  const near = lines.map((_, at) => {
    return lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ kind }) => kind !== "same");
  });
  let text = "";
  let [i, j] = [0, 0];
  for (let at = 0; at < lines.length; ) {
    let end = at;
    while (end < lines.length && near[end] === near[at]) end += 1;
    const part = lines.slice(at, end);
    const [gone, come] = [part.filter(({ kind }) => kind !== "new"), part.filter(({ kind }) => kind !== "gone")];
    if (near[at] === true) {
      text += `@@ -${range(i, gone.length)} +${range(j, come.length)} @@\n`;
      text += part.map((one) => `${MARK[one.kind]}${one.text}\n`).join("");
    }
    i += gone.length;
    j += come.length;
    at = end;
  }
  return text;
}
