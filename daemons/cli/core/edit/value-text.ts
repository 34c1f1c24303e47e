import type { Plain } from "../../../../config-schema/edit/plain.ts";
import { block, inline } from "../../../../config-schema/edit/write-value.ts";

/** A value for scripts and people: a text without quotes, a map or list as it could stand in a file. */
export function valueText(value: Plain): string {
  if (typeof value !== "object" || value === null) return `${value}\n`;
  if (Object.keys(value).length === 0) return `${inline(value, false)}\n`;
  return `${block(value, { column: 0, step: 2, newline: "\n" })}\n`;
}
