/** Prints a page in the language of man(7), which every man(1) shows and lints. */
import { COLUMNS, wrap } from "../../daemons/core/wrap.ts";
import type { Block, Page } from "./page.ts";

/** groff_char(7): what roff would take for something else, or print as another character. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "`": "\\(ga",
  "'": "\\(aq",
  "^": "\\(ha",
  "~": "\\(ti",
};

function escaped(text: string, isCode: boolean): string {
  return text.replace(/[\\`'^~-]|[^\x20-\x7e]/gu, (one) => {
    // What is to be typed has the hyphen of the keyboard; between words it is for the printer to choose.
    if (one === "-") return isCode ? "\\-" : "-";
    if (one === "'" && !isCode) return one;
    return ESCAPES[one] ?? `\\[u${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}

/** Words that are to be copied are not broken at the end of a line: groff(7), "\\%". */
const whole = (text: string): string => escaped(text, true).replace(/(?<=^| )(?=[^ ]*[a-z]{4})/g, "\\%");

/** Spans of Markdown, links to other documents and references such as systemd.mount(5). */
const SPAN = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\([^)]+\)|([a-zA-Z][\w.-]*)\(([1-8])\)/g;

/** "\\%" within a word would allow a break in place of forbidding it: `[**--json**]` is one word from its bracket on. */
function withBold(before: string, bold: string): string {
  const begun = /[^ ]+$/.exec(before)?.[0] ?? "";
  if (begun === "" || !bold.startsWith("\\%")) return `${before}\\fB${bold}\\fR`;
  return `${before.slice(0, -begun.length)}\\%${begun}\\fB${bold.slice(2)}\\fR`;
}

/** One line of Markdown with roff's fonts. */
export function inline(text: string): string {
  let made = "";
  let at = 0;
  for (const match of text.matchAll(SPAN)) {
    const [span, code, strong, emphasis, link, page, section] = match;
    made += escaped(text.slice(at, match.index), false);
    const bold = code ?? strong;
    if (bold !== undefined) made = withBold(made, whole(bold));
    else if (emphasis !== undefined) made += `\\fI${escaped(emphasis, true)}\\fR`;
    else if (link !== undefined) made += inline(link);
    else made += `\\fB${whole(page ?? "")}\\fR(${section})`;
    at = match.index + span.length;
  }
  return made + escaped(text.slice(at), false);
}

/** Lines of a text: a dot or an apostrophe at the beginning of one would be a request. */
const guarded = (line: string): string => (/^[.']/.test(line) ? `\\&${line}` : line);
const lines = (text: string): readonly string[] => wrap(text, COLUMNS).map(guarded);

/** A newline in a text stays one. */
const broken = (text: string): readonly string[] =>
  text.split("\n").flatMap((part, at) => [...(at === 0 ? [] : [".br"]), ...lines(inline(part))]);

const argument = (text: string): string => `"${text.replaceAll('"', "\\(dq")}"`;

function block(one: Block, isFirst: boolean): readonly string[] {
  const space = isFirst ? [] : [".PP"];
  switch (one.kind) {
    case "paragraph":
      return [...space, ...broken(one.text)];
    case "heading":
      return [`.SS ${argument(inline(one.text))}`];
    case "list":
      return one.items.flatMap((item) => [".IP \\(bu 2", ...lines(inline(item))]);
    case "terms":
      return one.entries.flatMap(([term, text]) => [".TP", guarded(inline(term)), ...broken(text)]);
    case "code": {
      const text = one.lines.map((line) => guarded(escaped(line, true)));
      return [...space, ".RS 4", ".EX", ...text, ".EE", ".RE"];
    }
  }
}

function blocks(all: readonly Block[]): readonly string[] {
  return all.flatMap((one, at) => block(one, at === 0 || all[at - 1]?.kind === "heading"));
}

/**
 * @param date When it was made, as 2026-11-24.
 * @param source What it belongs to, such as `pohmelfs 0.1.0`.
 */
export function roff(page: Page, date: string, source: string): string {
  const manual = { 5: "File Formats", 7: "Miscellaneous", 8: "System Administration" }[page.section];
  const heads = [page.name.toUpperCase(), String(page.section), date, source, manual];
  const all = [
    `.TH ${heads.map(argument).join(" ")}`,
    // Paths, names of units and options are to be copied: no hyphens in them, and no spaces stretched.
    ".nh",
    ".ad l",
    ".SH NAME",
    `${escaped(page.name, true)} \\- ${inline(page.purpose)}`,
    ...page.sections.flatMap((section) => [`.SH ${argument(section.title)}`, ...blocks(section.blocks)]),
  ];
  return `${all.join("\n")}\n`;
}
