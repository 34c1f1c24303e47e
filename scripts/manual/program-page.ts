/** The manual page of a program or of one of its commands. */
import type { ArgumentWords, OptionWords, ProgramWords } from "./program-words.ts";
import { type Block, inOrder, type Page, paragraph, type Section } from "./page.ts";

const term = (option: OptionWords): string => {
  const value = option.value === undefined ? "" : option.valueOptional ? ` [*${option.value}*]` : ` *${option.value}*`;
  return option.names.map((name) => `**${name}**`).join(", ") + value;
};

/** Text of a table or tree begins small and has no full stop; in a manual it is a sentence. */
export function sentence(text: string): string {
  const begun = /^[a-z]+\b(?![.=])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

const withChoices = (text: string, choices: readonly string[] | undefined): string =>
  choices === undefined ? sentence(text) : `${sentence(text)} One of ${choices.map((one) => `**${one}**`).join(", ")}.`;

/** `[--json]`, `[--config FILE]`, `--as NAME`. */
function optionInCall(option: OptionWords): string {
  const name = option.names.at(-1) ?? "";
  const value = option.value === undefined ? "" : option.valueOptional ? ` [*${option.value}*]` : ` *${option.value}*`;
  const again = option.many ? "..." : "";
  return option.needed ? `**${name}**${value}${again}` : `[**${name}**${value}]${again}`;
}

const argumentInCall = ({ name, needed, many }: ArgumentWords): string => {
  const text = `*${name}*${many ? "..." : ""}`;
  return needed ? text : `[${text}]`;
};

/** Every program has these; in a synopsis they only hide the others. */
const isOfAll = ({ names }: OptionWords): boolean => names.some((name) => name === "--help" || name === "--version");

function synopsis(words: ProgramWords): readonly Block[] {
  const { name, calls, commands } = words;
  if (calls !== undefined)
    // Words in capitals stand for something.
    return calls.map((call) =>
      paragraph(
        `**${name}** ${call.replace(/\b[A-Z]{1,}\b(?!=)/g, (one, at: number) => (call[at - 1] === "-" ? one : `*${one}*`))}`,
      ),
    );
  const options = words.options.filter((option) => !isOfAll(option)).map(optionInCall);
  const args = words.arguments.map(argumentInCall);
  const below = commands.length === 0 ? [] : ["*COMMAND*", "[*ARGUMENTS*...]"];
  return [paragraph([`**${name}**`, ...options, ...args, ...below].join(" "))];
}

const pageName = (words: ProgramWords): string => words.name.replaceAll(" ", "-");

function made(words: ProgramWords): readonly Section[] {
  const { arguments: args, options, commands, exitCodes = [] } = words;
  const terms = (entries: readonly (readonly [string, string])[]): readonly Block[] =>
    entries.length === 0 ? [] : [{ kind: "terms", entries }];
  return [
    { title: "SYNOPSIS", blocks: synopsis(words) },
    {
      title: "ARGUMENTS",
      blocks: terms(args.map(({ name, text, choices }) => [`*${name}*`, withChoices(text, choices)])),
    },
    {
      title: "OPTIONS",
      blocks: terms(options.map((option) => [term(option), withChoices(option.text, option.choices)])),
    },
    {
      title: "COMMANDS",
      blocks: terms(commands.map((below) => [`${pageName(below)}(8)`, sentence(below.purpose)])),
    },
    { title: "EXIT STATUS", blocks: terms(exitCodes.map(([code, when]) => [`**${code}**`, sentence(when)])) },
  ];
}

/**
 * @param prose Sections that people wrote. Theirs of a made section come after what is made, but for DESCRIPTION and
 *   EXIT STATUS, which they replace.
 * @param common Sections that hold for a page that says nothing of that kind itself.
 */
export function programPage(words: ProgramWords, prose: readonly Section[], common: readonly Section[]): Page {
  const written = new Set(prose.map(({ title }) => title));
  const description = { title: "DESCRIPTION", blocks: words.about.map((text) => paragraph(sentence(text))) };
  const own = [...made(words), description].filter(
    ({ title }) => !((title === "DESCRIPTION" || title === "EXIT STATUS") && written.has(title)),
  );
  const has = new Set([...own.filter(({ blocks }) => blocks.length > 0).map(({ title }) => title), ...written]);
  const sections = inOrder([...own, ...prose, ...common.filter(({ title }) => !has.has(title))]);
  return { name: pageName(words), section: 8, purpose: words.purpose, sections };
}
