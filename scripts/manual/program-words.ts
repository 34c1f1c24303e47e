/** How a program or a command of it is called, whoever reads its words: from here manuals and completions go on. */
import type { Argument, Command, Option } from "commander";
import { optionNames, type Usage } from "../../daemons/core/usage.ts";

export type OptionWords = {
  /** With their dashes, the short one first. */
  readonly names: readonly string[];
  /** What stands for its value, in capitals; undefined for a switch. */
  readonly value: string | undefined;
  /** The value may be left out. */
  readonly valueOptional: boolean;
  /** It may be given several times. */
  readonly many: boolean;
  readonly needed: boolean;
  /** The values that there are, where they are few. */
  readonly choices: readonly string[] | undefined;
  readonly text: string;
};

export type ArgumentWords = {
  /** In capitals. */
  readonly name: string;
  readonly needed: boolean;
  readonly many: boolean;
  readonly choices: readonly string[] | undefined;
  readonly text: string;
};

export type ProgramWords = {
  /** Program and commands, such as `pohmelfs check`. */
  readonly name: string;
  /** What it does, in less than a line, without a full stop. */
  readonly purpose: string;
  /** What it does, a paragraph each. */
  readonly about: readonly string[];
  readonly options: readonly OptionWords[];
  readonly arguments: readonly ArgumentWords[];
  readonly commands: readonly ProgramWords[];
  /** The ways to call it without its name, where they are not just its options and arguments. */
  readonly calls: readonly string[] | undefined;
  /** What it ends with, where it has a table of its own. */
  readonly exitCodes: Usage["exitCodes"] | undefined;
};

/** Without a full stop, and beginning small unless with a name or abbreviation. */
function purposeOf(text: string): string {
  const [first = ""] = text.split(/(?<=\.) /);
  const bare = first.replace(/\.$/, "");
  return /^[A-Z][a-z]*\b/.test(bare) ? bare.charAt(0).toLowerCase() + bare.slice(1) : bare;
}

function optionWords(option: Option): OptionWords {
  const [, value] = /[<[](.+?)(?:\.\.\.)?[>\]]$/.exec(option.flags) ?? [];
  return {
    names: [option.short, option.long].filter((name) => name !== undefined && name !== null),
    value: value?.toUpperCase(),
    valueOptional: option.optional && !option.required,
    many: option.variadic || Array.isArray(option.defaultValue),
    needed: option.mandatory,
    choices: option.argChoices,
    text: option.description,
  };
}

const argumentWords = (argument: Argument): ArgumentWords => ({
  name: argument.name().toUpperCase(),
  needed: argument.required,
  many: argument.variadic,
  choices: argument.argChoices,
  text: argument.description,
});

/** Of what commander reads; what is hidden, and the command `help`, are left out. */
export function wordsOfCommand(command: Command, above = ""): ProgramWords {
  const help = command.createHelp();
  const name = `${above}${command.name()}`;
  const text = command.description();
  return {
    name,
    purpose: purposeOf(command.summary() || text),
    about: text.split("\n\n").map((paragraph) => paragraph.replaceAll("\n", " ")),
    options: help.visibleOptions(command).map(optionWords),
    arguments: command.registeredArguments.map(argumentWords),
    commands: help
      .visibleCommands(command)
      .filter((below) => below.name() !== "help")
      .map((below) => wordsOfCommand(below, `${name} `)),
    calls: undefined,
    exitCodes: undefined,
  };
}

/** Of a program that reads its words by a table. */
export function wordsOfUsage(usage: Usage): ProgramWords {
  return {
    name: usage.program,
    purpose: usage.purpose,
    about: usage.about,
    options: Object.entries(usage.options).map(([name, option]) => ({
      names: optionNames(name, option),
      value: option.value,
      valueOptional: false,
      many: option.multiple === true,
      needed: false,
      choices: option.choices,
      text: option.text,
    })),
    arguments: usage.arguments.map(([name, text]) => ({ name, needed: false, many: false, choices: undefined, text })),
    commands: [],
    calls: usage.calls,
    exitCodes: usage.exitCodes,
  };
}

/** It and all commands below it, each before those below it. */
export const withCommands = (words: ProgramWords): readonly ProgramWords[] => [
  words,
  ...words.commands.flatMap(withCommands),
];

/** What of a program has no text, in words for whoever added it. */
export function lackingText(words: ProgramWords): readonly string[] {
  return withCommands(words).flatMap(({ name, purpose, options, arguments: args }) => [
    ...(purpose === "" ? [`${name} has no description`] : []),
    ...options.filter(({ text }) => text === "").map(({ names }) => `${name}: ${names.join(", ")} has no description`),
    ...args.filter(({ text }) => text === "").map((argument) => `${name}: ${argument.name} has no description`),
  ]);
}
