import { type ArgumentWords, type OptionWords, type ProgramWords, withCommands } from "../manual/program-words.ts";

/**
 * What stands at a place of a command line. `none`: nobody can guess it. `group` to `key` are asked from
 * `pohmelfs __complete`.
 */
export type ValueKind =
  | "none"
  | "file"
  | "directory"
  | "group"
  | "index"
  | "server"
  | "address"
  | "host"
  | "key"
  | "mount"
  | "generation"
  | { readonly choices: readonly string[] };

/** By what stands for the value in help, wherever it is. */
const BY_WORD: Readonly<Record<string, ValueKind>> = {
  ACTION: { choices: ["add", "del", "modify", "show", "dump", "flush"] },
  ADDR: "none",
  ADDRESS: "address",
  DIR: "directory",
  DIRECTORY: "directory",
  FILE: "file",
  GENERATION: "generation",
  GROUP: "group",
  "HOST:/DIR": "none",
  INDEX: "index",
  LOG: "file",
  N: "none",
  "NAME=ADDRESS": "none",
  "NAME=ADDRESS[:PORT]": "none",
  NUMBER: "none",
  PERMISSIONS: { choices: ["1", "2", "3"] },
  PORT: "none",
  PRIORITY: "none",
  ROOT: "directory",
  SERVER: "server",
  TIME: "none",
  VALUE: "none",
};

/** Where the word says too little, or means something else. */
const BY_PLACE: Readonly<Record<string, ValueKind>> = {
  "cfg --group": "none",
  "cfg --name": "none",
  "flush PATH": "file",
  "pohmelfs diff FROM": "generation",
  "pohmelfs diff TO": "generation",
  "pohmelfs get PATH": "key",
  "pohmelfs init --group": "none",
  "pohmelfs mountstats DIRECTORY": "mount",
  "pohmelfs plan --host": "host",
  "pohmelfs set PATH": "key",
  "pohmelfs sync DIRECTORY": "mount",
};

/** @returns Undefined for a place that nobody has said anything of; a test finds those. */
function kindAt(place: string, word: string, choices: readonly string[] | undefined): ValueKind | undefined {
  return choices === undefined ? (BY_PLACE[place] ?? BY_WORD[word]) : { choices };
}

export function optionKind({ name }: ProgramWords, option: OptionWords): ValueKind | undefined {
  return kindAt(`${name} ${option.names.at(-1)}`, option.value ?? "", option.choices);
}

export function argumentKind(program: ProgramWords, argument: ArgumentWords): ValueKind | undefined {
  return kindAt(`${program.name} ${argument.name}`, argument.name, argument.choices);
}

/** Kinds that `pohmelfs __complete` knows. */
export const isAsked = (kind: ValueKind): kind is "group" | "index" | "server" | "address" | "host" | "key" =>
  typeof kind === "string" && ["group", "index", "server", "address", "host", "key"].includes(kind);

/** Places of a program and its commands of which nobody has said anything. */
export function unknownPlaces(program: ProgramWords): readonly string[] {
  return withCommands(program).flatMap((words) => [
    ...words.options
      .filter((option) => option.value !== undefined && optionKind(words, option) === undefined)
      .map(({ names, value }) => `${words.name} ${names.at(-1)} ${value}`),
    ...words.arguments
      .filter((argument) => argumentKind(words, argument) === undefined)
      .map(({ name }) => `${words.name} ${name}`),
  ]);
}
