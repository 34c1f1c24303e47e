import type { Made, Units } from "../core/units.ts";

const linesOf = (made: Made | undefined): readonly string[] => {
  if (made === undefined) return [];
  return made.kind === "link" ? [`-> ${made.target}`] : made.text.trimEnd().split("\n");
};

/**
 * What differs between two trees, as diff(1) would say it: `-` for lines expected only, `+` for those made only, `  ` for
 * the headings of sections above them. Empty when they are equal.
 */
export function treeDiff(expected: Units, made: Units): string {
  const names = [...new Set([...expected.keys(), ...made.keys()])].sort();
  return names.map((name) => fileDiff(name, expected.get(name), made.get(name))).join("");
}

function fileDiff(name: string, expected: Made | undefined, made: Made | undefined): string {
  const [before, after] = [linesOf(expected), linesOf(made)];
  if (expected?.kind === made?.kind && before.join("\n") === after.join("\n")) return "";
  const what = expected === undefined ? " (not expected)" : made === undefined ? " (not made)" : "";
  return `${name}${what}\n${align(before, after).join("\n")}\n`;
}

/** By the longest common run of lines; units are short. */
function align(before: readonly string[], after: readonly string[]): string[] {
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const longest = Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
      common[i * width + j] = before[i] === after[j] ? (common[(i + 1) * width + j + 1] ?? 0) + 1 : longest;
    }
  const shown: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && before[i] === after[j]) {
      if (before[i]?.startsWith("[") === true) shown.push(`    ${before[i]}`);
      i += 1;
      j += 1;
    } else if (
      j >= after.length ||
      (i < before.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      shown.push(`  - ${before[i]}`);
      i += 1;
    } else {
      shown.push(`  + ${after[j]}`);
      j += 1;
    }
  }
  return shown;
}
