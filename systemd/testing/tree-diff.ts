import { diffLines } from "../../daemons/core/line-diff.ts";
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

/** Of what is the same, the headings alone. */
const align = (before: readonly string[], after: readonly string[]): string[] =>
  diffLines(before, after).flatMap(({ kind, text }) => {
    if (kind === "same") return text.startsWith("[") ? [`    ${text}`] : [];
    return [kind === "gone" ? `  - ${text}` : `  + ${text}`];
  });
