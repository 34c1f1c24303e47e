/** Completion for fish: one file for each program, fish's complete(1). */
import { type OptionWords, type ProgramWords, withCommands } from "../manual/program-words.ts";
import { argumentKind, isAsked, optionKind, type ValueKind } from "./value-kinds.ts";

const COMMON = `
function __PROGRAM_names
    switch $argv[1]
        case mount
            awk '$3 == "fuse.pohmelfs" { print $2 }' /proc/self/mounts
        case generation
            set -q POHMELFS_STATE; and set -l state $POHMELFS_STATE; or set -l state /var/lib/pohmelfs
            command ls $state/generations 2>/dev/null
        case '*'
            pohmelfs __complete $argv[1] 2>/dev/null
    end
end
`;

const quoted = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;

/** What to offer for a value; fish offers files by itself where it is not told otherwise. */
function offered(program: string, kind: ValueKind | undefined): readonly string[] {
  if (kind === "file") return ["-F"];
  if (kind === "directory") return ["-x", "-a", quoted("(__fish_complete_directories)")];
  if (kind === undefined || kind === "none") return ["-x"];
  if (typeof kind !== "string") return ["-x", "-a", quoted(kind.choices.join(" "))];
  return isAsked(kind) || kind === "mount" || kind === "generation"
    ? ["-x", "-a", quoted(`(__${program}_names ${kind})`)]
    : ["-x"];
}

/** Whether the command line has come to a command. */
function condition(program: ProgramWords, words: ProgramWords): readonly string[] {
  const [, ...path] = words.name.split(" ");
  const tests = path.map((name) => `__fish_seen_subcommand_from ${name}`);
  if (words.commands.length > 0 && program.commands.length > 0) {
    const names = words.commands.map(({ name }) => name.split(" ").at(-1)).join(" ");
    tests.push(`not __fish_seen_subcommand_from ${names}`);
  }
  return tests.length === 0 ? [] : ["-n", quoted(tests.join("; and "))];
}

function nameFlags({ names }: OptionWords): readonly string[] {
  return names.flatMap((name) => (name.startsWith("--") ? ["-l", name.slice(2)] : ["-s", name.slice(1)]));
}

function lines(program: ProgramWords, words: ProgramWords): readonly string[] {
  const start = ["complete", "-c", program.name, ...condition(program, words)];
  const options = words.options.map((option) => {
    const value = option.value === undefined ? [] : offered(program.name, optionKind(words, option));
    const required = value[0] === "-F" && !option.valueOptional ? ["-r", ...value] : value;
    return [...start, ...nameFlags(option), ...required, "-d", quoted(option.text)];
  });
  const commands = words.commands.map((one) => [
    ...start,
    "-f",
    "-a",
    one.name.split(" ").at(-1) ?? "",
    "-d",
    quoted(one.purpose),
  ]);
  // The first argument is what people complete; fish does not count them.
  const args = words.arguments
    .slice(0, 1)
    .map((argument) => [
      ...start,
      ...offered(program.name, argumentKind(words, argument)).map((flag) => (flag === "-x" ? "-f" : flag)),
    ]);
  return [...options, ...commands, ...args].map((parts) => parts.join(" "));
}

/** @returns The file that fish loads when the program is completed first. */
export function fishCompletion(program: ProgramWords): string {
  const all = withCommands(program).flatMap((words) => lines(program, words));
  return [
    `# Completion of ${program.name} for fish, made by scripts/make-completions.ts.`,
    COMMON.replaceAll("PROGRAM", program.name),
    `complete -c ${program.name} -f`,
    ...all,
    "",
  ].join("\n");
}
