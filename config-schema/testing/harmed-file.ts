import fc from "fast-check";

/** One way in which a file goes wrong, by the hand of a person, a program, a disk or an enemy. */
type Harm = (text: string, at: number, pick: number) => string;

const BYTES = [
  "\t",
  "\n",
  ":",
  "- ",
  "{",
  "}",
  "[",
  "]",
  "&a ",
  "*a",
  "<<: ",
  "!!binary ",
  "\u0000",
  "'",
  '"',
  "|",
  "%",
  "#",
  "@",
  "`",
  "\u202e",
  "\ufeff",
];
const WORDS = [
  "/../..",
  "$(reboot)",
  "%n",
  "\nExecStart=/bin/sh\n",
  "x".repeat(5000),
  "99999999999999999999",
  "-1",
  "0x",
  "1e999",
  "010",
  "192.0.2.300",
  "[[[[",
  "\n---\n",
  "\n  - \n",
  "\nversion: 2\n",
  " ? ",
];
/** What a value may be swapped for: of another type, or out of its range. */
const VALUES = [
  "",
  "null",
  "true",
  "yes",
  "-5",
  "70000",
  "1.5",
  "[]",
  "{}",
  "[1, 2]",
  "{ a: b }",
  "'text'",
  "relative/path",
  "/",
  "host-none",
  "::g",
  "1 week",
  "read-only-ish",
];

const onLine = (text: string, at: number, change: (line: string) => string | undefined): string => {
  const lines = text.split("\n");
  const i = at % lines.length;
  const changed = change(lines[i] ?? "");
  lines.splice(i, 1, ...(changed === undefined ? [] : [changed]));
  return lines.join("\n");
};

/** @param change Of the `at`-th thing in the text that a pattern finds. */
function onMatch(text: string, pattern: RegExp, at: number, change: (found: string) => string): string {
  const all = [...text.matchAll(pattern)];
  const one = all[at % Math.max(all.length, 1)];
  if (one === undefined) return text;
  return text.slice(0, one.index) + change(one[0]) + text.slice(one.index + one[0].length);
}

const KEY = /[A-Za-z][\w.-]*(?=:)/g;
const VALUE = /(?<=[\w"']: )[^\s{[#,}\]]+/g;

const HARMS: Readonly<Record<string, Harm>> = {
  deleteLine: (text, at) => onLine(text, at, () => undefined),
  duplicateLine: (text, at) => onLine(text, at, (line) => `${line}\n${line}`),
  indentLine: (text, at, pick) => onLine(text, at, (line) => " ".repeat((pick % 3) + 1) + line),
  dedentLine: (text, at, pick) => onLine(text, at, (line) => line.slice(1 + (pick % 2))),
  tabLine: (text, at) => onLine(text, at, (line) => line.replace(/^( {2})+/, "\t")),
  cutLine: (text, at, pick) => onLine(text, at, (line) => line.slice(0, pick % (line.length + 1))),
  truncate: (text, at) => text.slice(0, at % text.length),
  misspellKey: (text, at, pick) =>
    onMatch(text, KEY, at, (key) => {
      const i = pick % key.length;
      return pick % 2 === 0
        ? key.slice(0, i) + key.slice(i + 1)
        : `${key.slice(0, i)}${key[i]}${key[i]}${key.slice(i + 1)}`;
    }),
  dropColon: (text, at) => onMatch(text, /:(?= |$)/gm, at, () => ""),
  dropSpace: (text, at) => onMatch(text, /: /g, at, () => ":"),
  retype: (text, at, pick) => onMatch(text, VALUE, at, () => VALUES[pick % VALUES.length] ?? ""),
  swapValues: (text, at, pick) => {
    const all = [...text.matchAll(VALUE)].map(([found]) => found);
    return onMatch(text, VALUE, at, () => all[pick % Math.max(all.length, 1)] ?? "");
  },
  insertBytes: (text, at, pick) =>
    text.slice(0, at % text.length) + BYTES[pick % BYTES.length] + text.slice(at % text.length),
  insertWords: (text, at, pick) =>
    text.slice(0, at % text.length) + WORDS[pick % WORDS.length] + text.slice(at % text.length),
  overwrite: (text, at, pick) =>
    text.slice(0, at % text.length) + BYTES[pick % BYTES.length] + text.slice((at % text.length) + 1 + (pick % 20)),
  unquote: (text, at) => onMatch(text, /["{}[\]]/g, at, () => ""),
};

/** A file, and how it was harmed. */
export type HarmedFile = { readonly text: string; readonly harms: readonly string[] };

/** Right files, harmed in one to three ways. Some are right all the same. */
export function harmedFile(right: readonly string[]): fc.Arbitrary<HarmedFile> {
  const harm = fc.tuple(fc.constantFrom(...Object.keys(HARMS)), fc.nat(), fc.nat());
  const several = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(harm) },
    { weight: 1, arbitrary: fc.array(harm, { minLength: 2, maxLength: 3 }) },
  );
  return fc.tuple(fc.constantFrom(...right), several).map(([text, harms]) => ({
    harms: harms.map(([name]) => name),
    text: harms.reduce(
      (whole, [name, at, pick]) => (whole === "" ? whole : (HARMS[name]?.(whole, at, pick) ?? whole)),
      text,
    ),
  }));
}
