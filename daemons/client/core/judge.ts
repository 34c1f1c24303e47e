/** What the members say of a change, and what is known of its objects from then on. */
import { S_IFDIR, S_IFMT, type Attributes } from "../../core/attributes.ts";
import { version, type Oid } from "../../core/brand.ts";
import { isSameTime } from "../../core/time.ts";
import type { Invalidation } from "../../fuse/core/invalidation.ts";
import type { Making } from "./change.ts";
import type { ChangeOutcome } from "./change-entry.ts";
import type { Context } from "./context.ts";
import { heldIn, type Held, type Known } from "./held-lease.ts";
import { carryOut } from "./predict/prediction.ts";

/** Compares the outcome of a change that was answered ahead with what was predicted. @param outcome Undefined: nobody knows. */
export function judge(c: Context, making: Making, outcome: ChangeOutcome | undefined): void {
  const { order, helds } = making;
  if (outcome?.kind !== "changed") {
    c.late.failed(order.touched, "EIO", order.body.kind, nowMs(c));
    return forget(c, making);
  }
  if (outcome.errno !== undefined) {
    c.late.mispredicted();
    c.late.failed(order.touched, outcome.errno, order.body.kind, nowMs(c));
    return forget(c, making);
  }
  const told = outcome.attributes;
  const foretold = told === undefined ? undefined : predictedOf(making, told.oid);
  if (told === undefined || foretold === undefined) return;
  // Asked once more, a member tells how the object is now: after later changes.
  if (told.version > (making.touches.find(({ oid }) => oid === told.oid)?.version ?? 0)) return;
  if (!isAsPredicted(foretold, told)) {
    c.late.mispredicted();
    return forget(c, making);
  }
  refine(heldIn(helds, told.oid), told);
}

const predictedOf = ({ prediction }: Making, oid: Oid): Attributes | undefined =>
  prediction?.after.find(([touched]) => touched === oid)?.[1]?.attributes;

/**
 * All but how much space it takes, when the member's own file system made it, and when it was read last: each member keeps
 * that for itself, and whoever reads in an export changes it.
 */
function isAsPredicted(predicted: Attributes, told: Attributes): boolean {
  const isDirectory = (told.mode & S_IFMT) === S_IFDIR;
  return (
    predicted.mode === told.mode &&
    predicted.nlink === told.nlink &&
    predicted.uid === told.uid &&
    predicted.gid === told.gid &&
    predicted.rdev === told.rdev &&
    (isDirectory || predicted.size === told.size) &&
    isSameTime(predicted.mtime, told.mtime) &&
    isSameTime(predicted.ctime, told.ctime)
  );
}

/** What could not be told before; but for the time of its birth, unless the object has been changed again since. */
function refine(held: Held | undefined, told: Attributes): void {
  if (held?.known === undefined) return;
  learnBirth(held.known, told);
  if (held.version !== told.version) return;
  const { size, blocks, blockSize } = told;
  held.known.attributes = { ...held.known.attributes, size, blocks, blockSize };
}

/** A member has told of an object that this client has made. */
export function learnBirth(known: Known, { btime }: Attributes): void {
  known.attributes = { ...known.attributes, btime };
  known.isBirthGuessed = false;
}

/** All that was told of the objects may be wrong: here, and to the kernel. */
function forget(c: Context, { order, helds, prediction }: Making): void {
  const what: Invalidation[] = [];
  for (const { directory, name } of prediction?.names ?? []) what.push({ kind: "name", parent: directory, name });
  for (const oid of order.touched) {
    const held = heldIn(helds, oid);
    if (held !== undefined) held.known = undefined;
    what.push({ kind: "all", oid });
  }
  c.ports.invalidate(what, () => {});
}

/** For people, who go by the clock of the host. */
export function nowMs({ ports }: Context): number {
  const { sec, nsec } = ports.realtime();
  return sec * 1_000 + Math.floor(nsec / 1_000_000);
}

/** Learns of a change that was waited for. @param outcome Undefined: nobody knows, or not yet. */
export function learn({ order, helds, prediction }: Making, outcome: ChangeOutcome | undefined): void {
  const set = (oid: Oid, known: Known | undefined): void => {
    const held = heldIn(helds, oid);
    if (held !== undefined) held.known = known;
  };
  if (outcome?.kind !== "changed") {
    for (const oid of order.touched) set(oid, undefined);
  } else if (outcome.errno !== undefined) {
    for (const oid of order.touched) count(heldIn(helds, oid));
  } else if (prediction !== undefined && isStillTrue()) carryOut(prediction, set);
  else {
    const isOfOne = order.touched.length === 1;
    for (const oid of order.touched) {
      const before = heldIn(helds, oid)?.known;
      const told = isOfOne && outcome.attributes?.oid === oid ? outcome.attributes : undefined;
      set(oid, before === undefined || told === undefined ? undefined : { ...before, ...bareness(), attributes: told });
    }
  }

  /** Nothing that it was predicted from has turned out to be wrong meanwhile. */
  function isStillTrue(): boolean {
    const made = order.body.kind === "create" ? order.body.oid : undefined;
    return order.touched.every((oid) => oid === made || heldIn(helds, oid)?.known !== undefined);
  }

  function bareness(): Partial<Known> {
    return order.body.kind === "setXattr" ? { isBare: false } : {};
  }
}

/** It failed, which counts; and nothing else is changed by it. */
function count(held: Held | undefined): void {
  if (held?.known === undefined) return;
  const { attributes } = held.known;
  held.known.attributes = { ...attributes, version: version(held.version) };
}
