/** Completion for zsh: one file for all programs, zshcompsys(1), "_arguments". */
import { type OptionWords, type ProgramWords, withCommands } from "../manual/program-words.ts";
import { argumentKind, isAsked, optionKind, type ValueKind } from "./value-kinds.ts";

const COMMON = `
# The names of a kind; a configuration is asked once in ten seconds.
_pohmelfs_names() {
  local asked="$1 \${opt_args[--config]}"
  case $1 in
    mount) compadd -- \${(f)"$(awk '$3 == "fuse.pohmelfs" { print $2 }' /proc/self/mounts)"} ;;
    generation) compadd -- \${POHMELFS_STATE:-/var/lib/pohmelfs}/generations/<->(N:t) ;;
    *)
      if [[ $asked != $_pohmelfs_asked ]] || (( SECONDS - \${_pohmelfs_when:-0} >= 10 )); then
        typeset -g _pohmelfs_told="$(pohmelfs __complete $1 \${opt_args[--config]:+--config \${(Q)opt_args[--config]}} 2>/dev/null)"
        typeset -g _pohmelfs_asked=$asked _pohmelfs_when=$SECONDS
      fi
      compadd -- \${(f)_pohmelfs_told}
      ;;
  esac
}
`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** In the specifications of _arguments, colons and brackets mean something. */
const plain = (text: string): string => text.replace(/[:[\]\\]/g, "\\$&");

function action(kind: ValueKind | undefined): string {
  if (kind === undefined || kind === "none") return " ";
  if (typeof kind !== "string") return `(${kind.choices.join(" ")})`;
  if (kind === "file") return "_files";
  if (kind === "directory") return "_files -/";
  // After a space, or _arguments would put options of its own between the function and its argument.
  return isAsked(kind) || kind === "mount" || kind === "generation" ? ` _pohmelfs_names ${kind}` : " ";
}

function optionSpec(words: ProgramWords, option: OptionWords): string {
  const { names, value, valueOptional, many, text } = option;
  const again = many ? "*" : "";
  const colon = valueOptional ? "::" : ":";
  const tail = value === undefined ? "" : `${colon}${plain(value)}:${action(optionKind(words, option))}`;
  const mark = (name: string): string => (value === undefined || !name.startsWith("--") ? name : `${name}=`);
  const body = quoted(`[${plain(text)}]${tail}`);
  if (names.length === 1) return `${quoted(`${again}${mark(names[0] ?? "")}`)}${body}`;
  const others = again === "" ? quoted(`(${names.join(" ")})`) : quoted("*");
  return `${others}{${names.map(mark).join(",")}}${body}`;
}

const functionName = (name: string): string => `_${name.replace(/[ .-]+/g, "_")}_words`;

function argumentSpecs(words: ProgramWords): readonly string[] {
  return words.arguments.map((argument, at) => {
    const place = argument.many ? "*" : `${at + 1}`;
    const colon = argument.needed || argument.many ? ":" : "::";
    return quoted(`${place}${colon}${plain(argument.name)}:${action(argumentKind(words, argument))}`);
  });
}

/** The function that completes the words after a program's or a command's name. */
function functionOf(words: ProgramWords): string {
  const { name, commands } = words;
  const below = commands.length > 0 ? ["'1:command:->command'", "'*::argument:->argument'"] : argumentSpecs(words);
  const specs = [...words.options.map((option) => optionSpec(words, option)), ...below];
  const lines = [`${functionName(name)}() {`, "  local context state state_descr line", "  typeset -A opt_args"];
  lines.push(`  _arguments -C -s ${["", ...specs].join(" \\\n    ")}`);
  if (commands.length > 0) {
    const short = (one: ProgramWords): string => one.name.slice(name.length + 1);
    const described = commands.map((one) => `      ${quoted(`${plain(short(one))}:${one.purpose}`)}`);
    const cases = commands.map((one) => `        ${short(one)}) ${functionName(one.name)} ;;`);
    lines.push("  case $state in", "    command)", "      local -a commands=(", ...described.map((one) => `  ${one}`));
    lines.push("      )", "      _describe command commands", "      ;;", "    argument)", "      case $words[1] in");
    lines.push(...cases, "      esac", "      ;;", "  esac");
  }
  return `${[...lines, "}"].join("\n")}\n`;
}

/** @returns The file `_pohmelfs` of a folder of $fpath. */
export function zshCompletion(programs: readonly ProgramWords[]): string {
  const names = programs.map(({ name }) => name);
  const cases = names.map((name) => `  ${name}) ${functionName(name)} "$@" ;;`);
  return [
    `#compdef ${names.join(" ")}\n# Completion for zsh, made by scripts/make-completions.ts.\n`,
    COMMON.trimStart(),
    ...programs.flatMap(withCommands).map(functionOf),
    `case $service in\n${cases.join("\n")}\nesac\n`,
  ].join("\n");
}
