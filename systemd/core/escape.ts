/**
 * The name of a unit from a path, as systemd-escape(1) --path makes it; systemd refuses a mount unit that is named
 * otherwise than after its directory.
 *
 * @param path Absolute and normalised.
 */
export function escapePath(path: string): string {
  const inner = path.replace(/^\/+|\/+$/g, "");
  if (inner === "") return "-";
  return [...Buffer.from(inner, "utf8")].map(escapeByte).join("");
}

/** systemd.unit(5), "STRING ESCAPING FOR INCLUSION IN UNIT NAMES". */
function escapeByte(byte: number, at: number): string {
  const character = String.fromCharCode(byte);
  if (character === "/") return "-";
  if (/[a-zA-Z0-9:_]/.test(character) || (character === "." && at > 0)) return character;
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** systemd.unit(5), "SPECIFIERS": a percent sign that means itself. */
export const escapeSpecifiers = (text: string): string => text.replaceAll("%", "%%");

/**
 * One item of a list of paths, such as RequiresMountsFor=: quoted as systemd.syntax(7) has it.
 *
 * @param prefix `-` where the directive takes it: it may be missing.
 */
export const escapeItem = (text: string, prefix = ""): string =>
  `"${prefix}${escapeSpecifiers(text).replace(/["\\]/g, "\\$&")}"`;

/** systemd.service(5), "COMMAND LINES": one word of ExecStart=, which also knows variables. */
export const escapeWord = (text: string): string => escapeItem(text.replaceAll("$", "$$$$"));

/**
 * The whole value of a directive that takes one path. There is no quoting: spaces at the end would be taken off, and a
 * backslash there would join the next line (systemd.syntax(7)). A slash after them, which systemd takes off, keeps both.
 */
export const escapePathValue = (path: string): string => escapeSpecifiers(/[\s\\]$/u.test(path) ? `${path}/` : path);

/** One line of text for people, such as Description=. */
export function escapeText(text: string): string {
  const line = escapeSpecifiers(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").trimEnd());
  // A single backslash at the end would join the next line; of two, both are shown.
  const backslashes = /\\*$/.exec(line)?.[0].length ?? 0;
  return backslashes % 2 === 1 ? `${line}\\` : line;
}
