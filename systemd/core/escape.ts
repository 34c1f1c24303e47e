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

/** systemd.service(5), "COMMAND LINES": one word of ExecStart=. */
export const escapeWord = (text: string): string =>
  `"${escapeSpecifiers(text).replaceAll("$", "$$$$").replace(/["\\]/g, "\\$&")}"`;
