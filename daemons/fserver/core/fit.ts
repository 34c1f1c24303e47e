import { type Oid, version } from "../../core/brand.ts";
import type { Change } from "../../wire/messages.ts";
import type { Refused } from "./store.ts";

/**
 * Compares versions before anything of a change is done (rule C2).
 *
 * @param versionOf The version of an object, undefined where there is none.
 * @param doubtful The change may have been applied before, without being remembered.
 * @returns Why it is refused; ESTALE where it is about an object that is not there, since an earlier change of its client
 *   that should have made it failed, or removed it: that is an outcome, the same on every member; undefined: it fits.
 */
export function misfitOf(
  change: Change,
  versionOf: (oid: Oid) => number | undefined,
  doubtful = false,
): Refused | "ESTALE" | undefined {
  let isMissing = false;
  for (const { oid, version: want } of change.origin.touches) {
    const have = versionOf(oid);
    const isNew = change.kind === "create" && oid === change.oid;
    if (have === undefined && !isNew) isMissing = true;
    else if ((have ?? 0) === want - 1) continue;
    // An object that was made just before the process ended, and found by its xattr since.
    else if (doubtful && isNew && have === 1 && want === 1) continue;
    else return { kind: "version", oid, have: version(have ?? 0), want };
  }
  return isMissing ? "ESTALE" : undefined;
}
