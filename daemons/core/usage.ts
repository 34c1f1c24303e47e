import { COLUMNS, twoColumns, wrap } from "./wrap.ts";

/** One option: what `parseArgs` of node:util needs of it, and what people read. */
export type UsageOption = {
  readonly type: "boolean" | "string";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for its value, such as `FILE`; where the type is `string`. */
  readonly value?: string;
  /** The values that there are, where they are few. */
  readonly choices?: readonly string[];
  /** What it does, in a line or two. */
  readonly text: string;
  /** It begins a new part of the list. */
  readonly newPart?: true;
};

export type UsageOptions = Readonly<Record<string, UsageOption>>;

/** How a program is called that reads its words by itself. `--help`, its manual and completions are made from this. */
export type Usage = {
  readonly program: string;
  /** Its ways to be called, without its name. */
  readonly calls: readonly string[];
  /** What it is, in less than a line. */
  readonly purpose: string;
  /** What it does, in sentences; a paragraph each. */
  readonly about: readonly string[];
  /** By their long names; one whose name is a single letter has no long name. */
  readonly options: UsageOptions;
  /** What else is given to it: names as in `calls`. */
  readonly arguments: readonly (readonly [name: string, text: string])[];
  /** What it ends with, and when. */
  readonly exitCodes: readonly (readonly [code: number, when: string])[];
};

/** Of every program. */
export const HELP_OPTIONS = {
  help: { type: "boolean", short: "h", text: "this text" },
  version: { type: "boolean", short: "V", text: "the version" },
} as const satisfies UsageOptions;

/** @returns The names of an option with their dashes, the short one first. */
export const optionNames = (name: string, { short }: UsageOption): readonly string[] => [
  ...(short === undefined ? [] : [`-${short}`]),
  ...(name.length === 1 ? [] : [`--${name}`]),
];

function optionRows(options: UsageOptions): (readonly [string, string])[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const names = optionNames(name, option).join(", ");
    const left = `${option.short === undefined ? "      " : "  "}${names}${option.value ? ` ${option.value}` : ""}`;
    const row = [left, option.text] as const;
    return option.newPart ? [["", ""] as const, row] : [row];
  });
}

/** @returns What `--help` prints; lines fit a terminal, the last one ends with a newline. */
export function usageText({ program, calls, about, options, arguments: args, exitCodes }: Usage): string {
  const synopsis = calls.map((call, at) => `${at === 0 ? "Usage:" : "      "} ${program} ${call}\n`);
  const codes = exitCodes.map(([code, when]) => [`  ${code}`, when] as const);
  const words = args.map(([name, text]) => [`  ${name}`, text] as const);
  const parts = [
    synopsis.join(""),
    ...about.map((paragraph) => `${wrap(paragraph, COLUMNS).join("\n")}\n`),
    ...(words.length === 0 ? [] : [`Arguments:\n${twoColumns(words)}`]),
    `Options:\n${twoColumns(optionRows(options))}`,
    `Exit codes:\n${twoColumns(codes)}`,
  ];
  return parts.join("\n");
}
