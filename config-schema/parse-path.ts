import type { Path } from "./tree.ts";

export type ParsedPath =
  | { readonly ok: true; readonly path: Path }
  /** @property column From 1, in characters of the text. */
  | { readonly ok: false; readonly column: number; readonly because: string };

/** One step at a time: `.key` (the first without its dot), `."a.b"`, `['a.b']`, `[0]`. */
const STEP = /(?:^|\.)(?:([^.[\]"'\s]+)|"([^"]*)"|'([^']*)')|\[(?:([0-9]{1,9})|"([^"]*)"|'([^']*)')\]/y;

/**
 * Reads a path as people write it and `pathText` prints it: `servers.host-75.port`, `mounts[0].at`. A key with a dot, a
 * space, a bracket or a quote is quoted: `servers."a.example.org".port`. Numbers in brackets count from 0.
 */
export function parsePath(text: string): ParsedPath {
  const path: (string | number)[] = [];
  STEP.lastIndex = 0;
  for (let at = 0; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (found === null)
      return { ok: false, column: [...text.slice(0, at)].length + 1, because: reason(text.slice(at)) };
    const [, plain, double, single, number, ...bracketed] = found;
    if (number !== undefined) path.push(Number(number));
    else path.push(plain ?? double ?? single ?? bracketed.find((one) => one !== undefined) ?? "");
  }
  return path.length > 0 ? { ok: true, path } : { ok: false, column: 1, because: "it is empty" };
}

function reason(rest: string): string {
  if (/^\.?["']/.test(rest)) return "a quote is not closed, or does not stand after a '.'";
  if (rest.startsWith("[")) return "in brackets stands the number of an item, such as [0], or a key in quotes";
  if (/^\.(\.|$)/.test(rest) || rest.startsWith(".[")) return "a key is missing after the '.'";
  return "a '.' is missing, or a key with other characters is not quoted, such as servers.\"a.example.org\".port";
}
