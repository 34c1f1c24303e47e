/** Completion for bash, which does without the package bash-completion. */
import { withCommands, type ProgramWords } from "../manual/program-words.ts";
import { argumentKind, optionKind, type ValueKind } from "./value-kinds.ts";

/** What is the same for all programs. `PROGRAM` is replaced, since functions of bash have no scope. */
const COMMON = `
# Sets 'reply' to the words of a kind, one a line. A configuration is asked for its names once in ten seconds.
_PROGRAM_words() {
  local asked="$1 $2"
  case $1 in
    mount) reply=$(awk '$3 == "fuse.pohmelfs" { print $2 }' /proc/self/mounts) ;;
    generation) reply=$(cd "\${POHMELFS_STATE:-/var/lib/pohmelfs}/generations" 2>/dev/null && printf '%s\\n' [0-9]*) ;;
    *)
      if [[ $asked != "\${_PROGRAM_asked-}" || $((SECONDS - \${_PROGRAM_when:-0})) -ge 10 ]]; then
        _PROGRAM_told=$("$pohmelfs" __complete "$1" \${2:+--config "$2"} 2>/dev/null)
        _PROGRAM_asked=$asked
        _PROGRAM_when=$SECONDS
      fi
      reply=$_PROGRAM_told
      ;;
  esac
}

# Offers the lines of 'reply' that begin with the word under the cursor.
_PROGRAM_offer() {
  local line
  while IFS= read -r line; do
    [[ -n $line && $line == "$cur"* ]] || continue
    [[ $line == *'"'* ]] && printf -v line %q "$line"
    COMPREPLY+=("$line")
  done <<<"$reply"
}

# Offers what can stand at a place: 'reply' is a kind, or choices behind an equals sign.
_PROGRAM_value() {
  local IFS=$'\\n'
  case $reply in
    '' | none) ;;
    =*)
      reply=\${reply#=}
      _PROGRAM_offer
      ;;
    file)
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$cur"))
      ;;
    directory)
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -d -- "$cur"))
      ;;
    *)
      _PROGRAM_words "$reply" "$config"
      _PROGRAM_offer
      ;;
  esac
}

_PROGRAM() {
  local pohmelfs=pohmelfs config= cur option= at=PROGRAM count=0 i word ended= reply
  local -a words=()
  [[ \${COMP_WORDS[0]##*/} == pohmelfs ]] && pohmelfs=\${COMP_WORDS[0]}
  # Bash takes the equals sign for a word of its own.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ \${#words[@]} -gt 0 && ($word == "=" || \${COMP_WORDS[i - 1]} == "=") ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
  done
  cur=\${words[\${#words[@]} - 1]}
  unset 'words[\${#words[@]} - 1]'
  for word in "\${words[@]}"; do
    if [[ -n $option ]]; then
      [[ $option == --config || $option == -c ]] && config=$word
      option=
    elif [[ -n $ended ]]; then
      count=$((count + 1))
    elif [[ $word == -- ]]; then
      ended=1
    elif [[ $word == --config=* ]]; then
      config=\${word#*=}
    elif [[ $word == -* ]]; then
      _PROGRAM_kind "$at $word"
      [[ -n $reply ]] && option=$word
    else
      _PROGRAM_commands "$at"
      if [[ $'\\n'$reply$'\\n' == *$'\\n'"$word"$'\\n'* ]]; then at="$at $word"; else count=$((count + 1)); fi
    fi
  done
  COMPREPLY=()
  if [[ -n $option ]]; then
    _PROGRAM_kind "$at $option"
    _PROGRAM_value
  elif [[ -z $ended && $cur == --*=* ]]; then
    option=\${cur%%=*} cur=\${cur#*=}
    _PROGRAM_kind "$at $option"
    _PROGRAM_value
    # Where COMP_WORDBREAKS has no equals sign, the option is part of what is replaced.
    [[ \${COMP_WORDS[COMP_CWORD]} == --*=* ]] && COMPREPLY=("\${COMPREPLY[@]/#/$option=}")
  elif [[ -z $ended && $cur == -* ]]; then
    _PROGRAM_options "$at"
    _PROGRAM_offer
  else
    _PROGRAM_commands "$at"
    if [[ -n $reply ]]; then
      _PROGRAM_offer
    else
      _PROGRAM_kind "$at $count"
      _PROGRAM_value
    fi
  fi
}
complete -F _PROGRAM PROGRAM
`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const kindWord = (kind: ValueKind): string => (typeof kind === "string" ? kind : `=${kind.choices.join("\n")}`);

/** A function that sets `reply` to the text for a place, and to nothing for others. Places are patterns. */
function table(name: string, rows: readonly (readonly [places: readonly string[], text: string])[]): string {
  const cases = rows.map(([places, text]) => `    ${places.join(" | ")}) reply=${quoted(text)} ;;\n`);
  return `${name}() {\n  reply=\n  case $1 in\n${cases.join("")}    *) ;;\n  esac\n}\n`;
}

/** @returns The file that bash loads when the program is completed first. */
export function bashCompletion(program: ProgramWords): string {
  const all = withCommands(program);
  const kinds = all.flatMap((words) => [
    ...words.options
      .filter(({ value, valueOptional }) => value !== undefined && !valueOptional)
      .map((option) => {
        const places = option.names.map((name) => quoted(`${words.name} ${name}`));
        return [places, kindWord(optionKind(words, option) ?? "none")] as const;
      }),
    ...words.arguments.map((argument, at) => {
      const place = argument.many ? `${quoted(`${words.name} `)}[0-9]*` : quoted(`${words.name} ${at}`);
      return [[place], kindWord(argumentKind(words, argument) ?? "none")] as const;
    }),
  ]);
  const options = all.map(
    ({ name, options: own }) => [[quoted(name)], own.flatMap(({ names }) => names).join("\n")] as const,
  );
  const commands = all
    .filter((words) => words.commands.length > 0)
    .map(({ name, commands: below }) => {
      const names = below.map((one) => one.name.slice(name.length + 1));
      return [[quoted(name)], names.join("\n")] as const;
    });
  return [
    `# Completion of ${program.name} for bash, made by scripts/make-completions.ts.\n`,
    table("_PROGRAM_commands", commands),
    table("_PROGRAM_options", options),
    table("_PROGRAM_kind", kinds),
    COMMON.trimStart(),
  ]
    .join("\n")
    .replaceAll("PROGRAM", program.name);
}
