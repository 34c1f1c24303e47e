import type { ErrorCode } from "yaml";
import type { Finding } from "./diagnostic.ts";

/** What people can do about it, where the parser's own words do not say. */
const WORDS: Partial<Record<ErrorCode, { message?: string; hint?: string }>> = {
  TAB_AS_INDENT: { message: "a tab in the indentation", hint: "YAML indents with spaces" },
  BAD_INDENT: { hint: "the keys of a map begin in the same column" },
  RESOURCE_EXHAUSTION: { message: "lists or maps are nested too deeply" },
  MULTIPLE_DOCS: { message: "a second document begins here", hint: "one file is one document: drop the '---'" },
  MULTILINE_IMPLICIT_KEY: { hint: "is a ':' missing, or the space after it?" },
  BLOCK_AS_IMPLICIT_KEY: { hint: "is this line indented too far, or is the value before it not quoted?" },
};

const UNCLOSED = {
  message: "a '{' or '[' before this is not closed",
  hint: "or its end is indented less than its key",
};

/** Puts a complaint of the YAML parser into the words of a diagnostic. */
export function yamlFinding(code: ErrorCode, message: string): Finding {
  const words = /^flow (map|sequence)/i.test(message) ? UNCLOSED : WORDS[code];
  const plain = message.charAt(0).toLowerCase() + message.slice(1);
  return {
    code: `yaml-${code.toLowerCase().replaceAll("_", "-")}`,
    message: words?.message ?? plain,
    hint: words?.hint,
  };
}
