/**
 * Strings in a buffer: names, one character a byte, and text as UTF-8.
 */

/** Up to so many characters a loop is faster than crossing into native code (measured with Node 20). */
const SHORT_WRITE = 48;
const SHORT_READ = 8;
/** Any character that a name cannot have. */
const NO_NAME = /[^\u0001-\u00ff]/;

/**
 * Writes a name, one byte a character.
 * @returns The offset after it, or -1 where a character is U+0000 or above U+00FF.
 */
export function writeName(into: Buffer, at: number, name: string): number {
  const { length } = name;
  if (length > SHORT_WRITE) {
    if (NO_NAME.test(name)) return -1;
    return at + into.write(name, at, "latin1");
  }
  for (let i = 0; i < length; i++) {
    const code = name.charCodeAt(i);
    if (code === 0 || code > 0xff) return -1;
    into[at + i] = code;
  }
  return at + length;
}

/** @returns The name in `start` to `end`, or undefined where a byte of it is zero. */
export function readName(from: Buffer, start: number, end: number): string | undefined {
  if (end - start > SHORT_READ) {
    const name = from.toString("latin1", start, end);
    return name.includes("\0") ? undefined : name;
  }
  let name = "";
  for (let i = start; i < end; i++) {
    const code = from[i] as number;
    if (code === 0) return undefined;
    name += String.fromCharCode(code);
  }
  return name;
}

/** Bytes of UTF-8 that {@link writeText} will write: those of `text`, less whole characters at its end, to be at most `max`. */
export function textBytes(text: string, max: number): number {
  const length = Buffer.byteLength(text, "utf8");
  if (length <= max) return length;
  const whole = Buffer.from(text, "utf8");
  let end = max;
  // RFC 3629: bytes 10xxxxxx go on with a character, they never begin one.
  while (end > 0 && ((whole[end] as number) & 0xc0) === 0x80) end--;
  return end;
}

/** @param length What {@link textBytes} said. @returns The offset after it. */
export function writeText(into: Buffer, at: number, text: string, length: number): number {
  into.write(text, at, length, "utf8");
  return at + length;
}

/** @returns The text in `start` to `end`, or undefined where it is no UTF-8. */
export function readText(from: Buffer, start: number, end: number): string | undefined {
  const text = from.toString("utf8", start, end);
  // The decoder puts U+FFFD for what is wrong; where that was in the input itself, encoding gives the same bytes again.
  if (text.includes("\ufffd") && from.compare(Buffer.from(text, "utf8"), 0, undefined, start, end) !== 0)
    return undefined;
  return text;
}
