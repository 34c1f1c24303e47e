import type { Oid } from "../../core/brand.ts";
import type { Change } from "../../wire/messages.ts";

/** @returns The file whose content a change writes, if it does. */
export function contentOf(change: Change): Oid | undefined {
  switch (change.kind) {
    case "write":
    case "allocate":
      return change.oid;
    case "copyRange":
      return change.to;
    default:
      return undefined;
  }
}
