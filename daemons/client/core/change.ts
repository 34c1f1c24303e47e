import type { Attributes } from "../../core/attributes.ts";
import { version, type Oid, type Sequence } from "../../core/brand.ts";
import type { Caller } from "../../core/caller.ts";
import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Header } from "../../fuse/core/request.ts";
import type { Change, Message } from "../../wire/messages.ts";
import type { Context } from "./context.ts";
import type { Held, Use } from "./held-lease.ts";
import type { MemberLink } from "./member-link.ts";
import { attributesOf } from "./op-read.ts";
import { wait, type Operation } from "./operation.ts";
import { waitAtMost } from "./patience.ts";
import type { ChangeOutcome } from "./change-entry.ts";
import type { Lost } from "./requests.ts";

/** A change less what {@link change} fills in. Distributes over the union, so each kind keeps its own fields. */
export type ChangeBody = Change extends infer One ? (One extends Change ? Omit<One, "origin"> : never) : never;

export type ChangeOrder = {
  readonly caller: Caller;
  /** The kernel's request whose answer its outcome is; absent where there is none. */
  readonly answers?: Header | undefined;
  /** The leases that it is made under. What comes of it may be known long after the operation has ended: they last. */
  readonly under: readonly Use[];
  /** The objects that it changes, new ones included: all of them among those leases. */
  readonly touched: readonly Oid[];
  readonly body: ChangeBody;
  /** Called once, perhaps long after the operation has ended: see `Work.settled`. */
  readonly settled?: (outcome: ChangeOutcome | undefined) => void;
};

/** Makes a change of objects whose write leases the operation holds, and waits until every writable member has applied it. */
export function* change(c: Context, order: ChangeOrder): Operation<ChangeOutcome> {
  const { under, touched } = order;
  const helds = new Map<Oid, Held>(under.flatMap((use) => use.helds));
  const time = c.ports.realtime();
  let isSettled = false;
  let inDoubt = false;
  const build = (seq: Sequence): Change | undefined => {
    if (!under.every((use) => c.leases.isValid(use))) return undefined;
    const touches = touched.map((oid) => ({ oid, version: version((helds.get(oid)?.version ?? 0) + 1) }));
    return { ...order.body, origin: { seq, time, caller: order.caller, touches } } as Change;
  };
  const settled = (outcome: ChangeOutcome | undefined): void => {
    isSettled = true;
    order.settled?.(outcome);
    if (inDoubt) for (const use of under) c.leases.settled(use);
  };
  const kept = { unique: order.answers?.unique ?? 0, under: [...helds.keys()] };
  const outcome = yield* wait<ChangeOutcome>((resume) => c.replicator.submit({ build, done: resume, settled, kept }));
  if (!isSettled) {
    inDoubt = true;
    for (const use of under) c.leases.doubtUntilSettled(use);
  }
  // A failed change counts, too: see the stores of the members.
  if (outcome.kind === "changed") {
    for (const oid of touched) {
      const held = helds.get(oid);
      if (held !== undefined) held.version = version(held.version + 1);
    }
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

/** Asks every writable member what may be asked twice, and waits until all have said `done`. */
export function* everywhere(c: Context, message: Message): Operation<Result<void>> {
  for (;;) {
    const failure = yield* wait<{ readonly errno: "EIO" | "EINTR"; readonly because: string } | undefined>((resume) =>
      c.replicator.whenReady(resume),
    );
    if (failure !== undefined) return fail(failure.errno, failure.because);
    const answers = yield* waitAtMost<readonly (Message | Lost)[]>(c.ports, undefined, (resume) => {
      askAll(c.writable, message, resume);
      return undefined;
    });
    if ("kind" in answers) return fail("EINTR");
    const bad = answers.find((answer) => answer.kind !== "done" && answer.kind !== "lost");
    if (bad?.kind === "failed") return fail(errnoName(bad.errno), bad.because);
    if (bad !== undefined) return fail("EIO", `a member answered ${bad.kind} to ${message.kind}`);
    if (answers.every((answer) => answer.kind === "done")) return ok(undefined);
  }
}

function askAll(
  links: readonly MemberLink[],
  message: Message,
  done: (answers: readonly (Message | Lost)[]) => void,
): void {
  const answers: (Message | Lost)[] = [];
  for (const link of links) {
    link.ask(message, (answer) => {
      answers.push(answer);
      if (answers.length === links.length) done(answers);
    });
  }
  if (links.length === 0) done(answers);
}
