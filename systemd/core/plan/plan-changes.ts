import { unifiedDiff } from "../../../daemons/core/line-diff.ts";
import { textOf, unitNames, wantedBy } from "../own-units.ts";
import { UNIT_VARIABLE } from "../service-text.ts";
import type { Change, Desired, Facts } from "./plan-types.ts";
import type { Units } from "../units.ts";

const DIGEST = new RegExp(`^Environment=${UNIT_VARIABLE}=.*\n`, "m");

/** The text of a unit and, as a last line, what wants it: that stands in links, and is a part of what a unit does. */
function wholeText(units: Units, unit: string): string | undefined {
  const text = textOf(units, unit);
  if (text === undefined) return undefined;
  const wanting = wantedBy(units, unit);
  // A digest of the rest: it tells people nothing.
  return `${text.replace(DIGEST, "")}# ${wanting.length === 0 ? "Nothing starts it at boot." : `Started at boot by ${wanting.join(", ")}.`}\n`;
}

/** What becomes of the files of units; `also` are units that run although nothing has a file for them. */
export function changesOf({ units }: Desired, { loaded }: Facts, also: readonly string[]): Change[] {
  const names = [...new Set([...unitNames(units), ...unitNames(loaded), ...also])].sort();
  return names.flatMap((unit): Change[] => {
    const [before, after] = [wholeText(loaded, unit), wholeText(units, unit)];
    if (before === after) return after === undefined ? [{ kind: "removed", unit, diff: "" }] : [];
    const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
    return [{ kind, unit, diff: unifiedDiff(before ?? "", after ?? "") }];
  });
}
