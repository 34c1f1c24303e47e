import type { Diagnostic } from "./diagnostic.ts";

/** Characters of a line that are shown; of a longer one, the part around the place. */
const WIDTH_MAX = 100;
const RED = "\u001b[1;31m";
const YELLOW = "\u001b[1;33m";
const RESET = "\u001b[0m";

/**
 * A diagnostic for people, without a line end after it:
 *
 *     /etc/pohmelfs.yaml:4:15: error: unknown key 'prot' in servers.host-75; did you mean 'port'?
 *       4 |   host-75: { prot: 1025 }
 *         |              ^^^^
 */
export function renderDiagnostic(diagnostic: Diagnostic, options: { readonly colour?: boolean } = {}): string {
  const { path, line, column, endColumn, severity, message, hint, source } = diagnostic;
  const paint = (text: string): string => {
    return options.colour === true ? `${severity === "error" ? RED : YELLOW}${text}${RESET}` : text;
  };
  const place = line > 0 ? `${path}:${line}:${column}` : path;
  const head = `${place}: ${paint(`${severity}:`)} ${visible(message)}${hint === undefined ? "" : `; ${visible(hint)}`}`;
  if (line === 0) return head;
  const { text, from } = around(source, column);
  const margin = `  ${line} | `;
  const lead = [...text].slice(0, column - 1 - from).map((character) => (character === "\t" ? "\t" : " "));
  const width = Math.max(1, Math.min(endColumn, from + [...text].length + 1) - column);
  return `${head}\n${margin}${text}\n${" ".repeat(margin.length - 2)}| ${lead.join("")}${paint("^".repeat(width))}`;
}

/** The part of a line that is shown. @returns `from`: how many characters were left out before it. */
function around(source: string, column: number): { text: string; from: number } {
  const characters = [...visible(source)];
  if (characters.length <= WIDTH_MAX) return { text: characters.join(""), from: 0 };
  const from = Math.max(0, Math.min(column - 1 - WIDTH_MAX / 2, characters.length - WIDTH_MAX));
  return { text: characters.slice(from, from + WIDTH_MAX).join(""), from };
}

/** One character for each, none of which a terminal obeys: a configuration may come from anywhere. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => (character === "\t" ? character : "\ufffd"));
}
