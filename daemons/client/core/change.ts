import type { Attributes } from "../../core/attributes.ts";
import { version, type Oid, type Sequence, type Version } from "../../core/brand.ts";
import type { Caller } from "../../core/caller.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Header } from "../../fuse/core/request.ts";
import type { Change } from "../../wire/messages.ts";
import type { ChangeBody } from "./change-body.ts";
import type { ChangeOutcome, Work } from "./change-entry.ts";
import type { Context } from "./context.ts";
import { heldIn, type Held, type Use } from "./held-lease.ts";
import { judge, learn } from "./judge.ts";
import { isNearFull } from "./near-full.ts";
import { attributesOf } from "./op-read.ts";
import { wait, type Operation } from "./operation.ts";
import { predict } from "./predict/predict.ts";
import { carryOut, type By, type Prediction } from "./predict/prediction.ts";

export type ChangeOrder = {
  readonly caller: Caller;
  /** The kernel's request whose answer its outcome is; absent where there is none. */
  readonly answers?: Header | undefined;
  /** The leases that it is made under. What comes of it may be known long after the operation has ended: they last. */
  readonly under: readonly Use[];
  /** The objects that it changes, new ones included: all of them among those leases. */
  readonly touched: readonly Oid[];
  readonly body: ChangeBody;
  /** The object that loses a name by it, perhaps its last one. */
  readonly loses?: Oid | undefined;
  /** Called once, perhaps long after the operation has ended: see `Work.settled`. */
  readonly settled?: (outcome: ChangeOutcome | undefined) => void;
  /** Called once, last: nothing that its body views is needed any more. */
  readonly released?: (() => void) | undefined;
};

/** A change that is about to be made. */
export type Making = {
  readonly order: ChangeOrder;
  readonly helds: Use["helds"];
  readonly by: By;
  /** What it will come to; undefined: the members must say. */
  readonly prediction: Prediction | undefined;
  /** The versions that its objects have after it, once it has a number. */
  touches: Change["origin"]["touches"];
};

/**
 * Makes a change of objects whose write leases the operation holds. Where it is known what it will come to, that is the
 * outcome at once (write-back): by then the change is written down and on its way. Else it is the outcome of all
 * writable members, which is waited for.
 */
export function* change(c: Context, order: ChangeOrder): Operation<ChangeOutcome> {
  const { dirty } = c.replicator;
  if (!dirty.hasRoom && mayGoAhead(c, order)) yield* wait<void>((resume) => dirty.await(resume));
  const making = foresee(c, order);
  return making.prediction !== undefined && mayGoAhead(c, order) ? goAhead(c, making) : yield* goInStep(c, making);
}

/** As {@link change}, where nothing is waited for. @returns Undefined, and nothing is done: it may have to wait. */
export function changeNow(c: Context, order: ChangeOrder): ChangeOutcome | undefined {
  if (!c.replicator.dirty.hasRoom || !mayGoAhead(c, order)) return undefined;
  const making = foresee(c, order);
  return making.prediction === undefined ? undefined : goAhead(c, making);
}

function foresee(c: Context, order: ChangeOrder): Making {
  const { under } = order;
  const by = { time: c.ports.realtime(), caller: order.caller };
  const helds = under.length === 1 && under[0] !== undefined ? under[0].helds : under.flatMap((use) => use.helds);
  const facts = (oid: Oid) => {
    const held = heldIn(helds, oid);
    return held?.stale === true ? undefined : held?.known;
  };
  return { order, helds, by, prediction: predict(facts, order.body, by), touches: [] };
}

/** Nothing that is known now stands against a change: no member is away, and all have room. */
const mayGoAhead = (c: Context, { under, body }: ChangeOrder): boolean =>
  c.replicator.stopped === "" && under.every((use) => c.leases.isValid(use)) && !isNearFull(c, body);

/** What was asked for is the outcome. What the members say of it later is compared with that. */
function goAhead(c: Context, making: Making): ChangeOutcome {
  const { order, helds, prediction } = making;
  const { under, body } = order;
  for (const use of under) c.leases.began(use);
  c.replicator.submit({
    isAnswered: true,
    build: (seq) => number(c, making, seq),
    done: () => {},
    settled: (outcome) => {
      order.settled?.(outcome);
      judge(c, making, outcome);
      for (const use of under) c.leases.ended(use);
    },
    merged: (touches) => {
      making.touches = touches;
      for (const { oid, version: now } of touches) setVersion(heldIn(helds, oid), now);
    },
    released: order.released,
    kept: keptOf(making),
  });
  if (prediction !== undefined) foretell(c, helds, prediction);
  const about = "oid" in body ? heldIn(helds, body.oid)?.known?.attributes : undefined;
  return { kind: "changed", errno: undefined, count: 0, attributes: about };
}

const keptOf = ({ order, helds }: Making): NonNullable<Work["kept"]> => ({
  unique: order.answers?.unique ?? 0,
  under: helds.map(([oid]) => oid),
});

/** From now on this client sees what will be. */
function foretell(c: Context, helds: Use["helds"], prediction: Prediction): void {
  carryOut(prediction, (oid, known) => {
    const held = heldIn(helds, oid);
    if (held !== undefined) held.known = known;
    if (held?.known?.attributes.version !== held?.version) setVersion(held, held?.version ?? version(0));
    // Whoever wants it from now on asks the lead, which hears of its end first.
    if (known === undefined) c.leases.doubt(oid);
  });
}

function setVersion(held: Held | undefined, now: Version): void {
  if (held === undefined) return;
  held.version = now;
  if (held.known !== undefined) held.known.attributes = { ...held.known.attributes, version: now };
}

/** Gives a change its number, and its objects their next versions: each change counts, whatever comes of it. */
function number(c: Context, making: Making, seq: Sequence): Change {
  const { order, helds, by } = making;
  making.touches = order.touched.map((oid) => {
    const held = heldIn(helds, oid);
    const next = version((held?.version ?? 0) + 1);
    if (held !== undefined) held.version = next;
    return { oid, version: next };
  });
  return {
    ...order.body,
    origin: { seq, settled: c.replicator.settledUpTo, ...by, touches: making.touches },
  } as Change;
}

/** Waits for the members. */
function* goInStep(c: Context, making: Making): Operation<ChangeOutcome> {
  const { order } = making;
  const { under } = order;
  if (order.loses !== undefined) c.leases.doubt(order.loses);
  for (const use of under) c.leases.began(use);
  let isSettled = false;
  let inDoubt = false;
  const build = (seq: Sequence): Change | undefined =>
    under.every((use) => c.leases.isValid(use)) ? number(c, making, seq) : undefined;
  const settled = (outcome: ChangeOutcome | undefined): void => {
    isSettled = true;
    learn(making, outcome);
    order.settled?.(outcome);
    for (const use of under) {
      if (inDoubt) c.leases.settled(use);
      c.leases.ended(use);
    }
  };
  const { released } = order;
  const kept = keptOf(making);
  const outcome = yield* wait<ChangeOutcome>((resume) =>
    c.replicator.submit({ build, done: resume, settled, released, kept }),
  );
  if (!isSettled) {
    inDoubt = true;
    learn(making, undefined);
    for (const use of under) c.leases.doubtUntilSettled(use);
  }
  return outcome;
}

export const isDone = (outcome: ChangeOutcome | undefined): boolean =>
  outcome?.kind === "changed" && outcome.errno === undefined;

/** What an object is after a change that was done; asked, where no member remembered to say so. */
export function* attributesAfter(c: Context, oid: Oid, outcome: ChangeOutcome): Operation<Result<Attributes>> {
  if (outcome.kind === "changed" && outcome.attributes !== undefined) return ok(outcome.attributes);
  return yield* attributesOf(c, oid);
}
