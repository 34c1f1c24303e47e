import type { ErrorCode } from "yaml";
import type { Finding } from "./diagnostic.ts";

/** What people can do about it, where the parser's own words do not say. */
const WORDS: Partial<Record<ErrorCode, { message?: string; hint?: string }>> = {
  TAB_AS_INDENT: { message: "a tab in the indentation", hint: "YAML indents with spaces" },
  BAD_INDENT: {
    message: "this is indented otherwise than what it belongs to",
    hint: "the keys of a map, and the items of a list, begin in the same column",
  },
  BAD_SCALAR_START: { hint: "quote it" },
  RESOURCE_EXHAUSTION: { message: "lists or maps are nested too deeply" },
  MULTIPLE_DOCS: { message: "a second document begins here", hint: "one file is one document: drop the '---'" },
  BLOCK_AS_IMPLICIT_KEY: { hint: "is this line indented too far, or is the value before it not quoted?" },
};

const UNCLOSED = {
  message: "a '{' or '[' before this is not closed",
  hint: "or its end is indented less than its key",
};

/** One code stands for several things: those that people meet, by the parser's words. */
const BY_MESSAGE: readonly (readonly [RegExp, { message: string; hint: string }])[] = [
  [/^flow (map|sequence)/i, UNCLOSED],
  [
    /^implicit (map )?keys need/i,
    { message: "a key without its ':'", hint: "write 'KEY: VALUE', with a space after the ':'" },
  ],
  [
    /^nested mappings are not allowed/i,
    { message: "a second ':' in this line", hint: "quote the value, if the ':' is part of it" },
  ],
];

/** Puts a complaint of the YAML parser into the words of a diagnostic. */
export function yamlFinding(code: ErrorCode, message: string): Finding {
  const words = BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? WORDS[code];
  const plain = message.charAt(0).toLowerCase() + message.slice(1);
  return {
    code: `yaml-${code.toLowerCase().replaceAll("_", "-")}`,
    message: words?.message ?? plain,
    hint: words?.hint,
  };
}
