import type { Attributes } from "../../../core/attributes.ts";
import { version, type FileName, type Oid } from "../../../core/brand.ts";
import type { Caller } from "../../../core/caller.ts";
import type { Time } from "../../../core/time.ts";
import { NO_OBJECT, type Known } from "../held-lease.ts";

/** What is known of an object under a lease; undefined: nothing. */
export type Facts = (oid: Oid) => Known | undefined;

/** For whom a change is made, and when. */
export type By = { readonly time: Time; readonly caller: Caller };

/** What a name means from now on: an object, or {@link NO_OBJECT}. */
export type NameChange = { readonly directory: Oid; readonly name: FileName; readonly oid: Oid };

/** What a change will come to: it succeeds. */
export type Prediction = {
  /**
   * All objects that it touches, as they are known after it; undefined: the object is no more. A directory keeps its
   * {@link Known.names}, which {@link carryOut} changes.
   */
  readonly after: readonly (readonly [oid: Oid, known: Known | undefined])[];
  readonly names: readonly NameChange[];
};

/** Every change of an object counts, and sets its ctime: whatever else it does. */
export function changed(known: Known, { time }: By, attributes: Partial<Attributes> = {}): Known {
  const before = known.attributes;
  return {
    ...known,
    attributes: { ...before, version: version(before.version + 1), ctime: time, ...attributes },
  };
}

/** @param set Takes what is known of an object now; undefined: it is no more. */
export function carryOut({ after, names }: Prediction, set: (oid: Oid, known: Known | undefined) => void): void {
  for (const [oid, known] of after) set(oid, known);
  for (const { directory, name, oid } of names) {
    const known = after.find(([touched]) => touched === directory)?.[1]?.names;
    if (known === undefined) continue;
    if (oid === NO_OBJECT && known.isComplete) known.byName.delete(name);
    else known.byName.set(name, oid);
  }
}
