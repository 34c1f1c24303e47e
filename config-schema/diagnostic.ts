import { positionOf, type Span } from "./source.ts";

/** What is wrong, or looks wrong, in the configuration, and where. */
export type Diagnostic = {
  readonly path: string;
  /** From 1; 0 when it is about the file as a whole. */
  readonly line: number;
  /** From 1, in characters; 0 when it is about the file as a whole. */
  readonly column: number;
  /** Past the last character; at most the end of the line. */
  readonly endColumn: number;
  /** An error keeps the configuration from being used, a warning does not. */
  readonly severity: "error" | "warning";
  /** Stable word for the kind, such as `unknown-key`. */
  readonly code: string;
  /** One line, without full stop. */
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
  /** The line's text; empty when it is about the file as a whole. */
  readonly source: string;
};

const MESSAGE_LENGTH_MAX = 300;

/** What a check says; where is added by `diagnosticAt`. */
export type Finding = {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly severity?: "error" | "warning";
};

export function diagnosticAt(span: Span, finding: Finding): Diagnostic {
  const { line, column, lineText } = positionOf(span.source, span.start);
  const width = [...(span.source.text.slice(span.start, span.end).split(/\r?\n/, 1)[0] ?? "").trimEnd()].length;
  const where = { path: span.source.path, line, column, endColumn: column + Math.max(width, 1), source: lineText };
  return describe(where, finding);
}

/** About a file as a whole: it cannot be read, it is empty. */
export function diagnosticOfFile(path: string, finding: Finding): Diagnostic {
  return describe({ path, line: 0, column: 0, endColumn: 0, source: "" }, finding);
}

function describe(
  where: Pick<Diagnostic, "path" | "line" | "column" | "endColumn" | "source">,
  { code, message, hint, severity = "error" }: Finding,
): Diagnostic {
  // Names in the file may be as long as the file; the line is shown anyway.
  const short = message.length <= MESSAGE_LENGTH_MAX ? message : `${message.slice(0, MESSAGE_LENGTH_MAX)}...`;
  return { ...where, severity, code, message: short, ...(hint === undefined ? {} : { hint }) };
}
