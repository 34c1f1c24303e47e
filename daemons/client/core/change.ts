import { version, type Oid } from "../../core/brand.ts";
import type { Caller } from "../../core/caller.ts";
import { errnoNumber } from "../../core/errno.ts";
import type { Time } from "../../core/time.ts";
import type { Change, Message } from "../../wire/messages.ts";
import type { Context } from "./context.ts";
import { wait, type Operation } from "./operation.ts";
import type { ChangeOutcome } from "./replicator.ts";

/** A change less what {@link change} fills in. Distributes over the union, so each kind keeps its own fields. */
export type ChangeBody = Change extends infer One ? (One extends Change ? Omit<One, "origin"> : never) : never;

/**
 * Makes a change of objects whose write leases the operation holds, and waits until every writable member has applied it.
 * @param touched The objects that it changes, new ones included.
 */
export function* change(
  c: Context,
  caller: Caller,
  touched: readonly Oid[],
  body: ChangeBody,
  time: Time = c.ports.realtime(),
): Operation<ChangeOutcome> {
  const outcome = yield* wait<ChangeOutcome>((resume) => {
    c.replicator.submit((seq) => {
      const touches = touched.map((oid) => ({ oid, version: version((c.leases.get(oid)?.version ?? 0) + 1) }));
      return { ...body, origin: { seq, time, caller, touches } } as Change;
    }, resume);
    return undefined;
  });
  // A failed change changed nothing, on no member: versions stay.
  if (outcome.kind === "changed" && outcome.errno === undefined) {
    for (const oid of touched) {
      const held = c.leases.get(oid);
      if (held !== undefined) held.version = version(held.version + 1);
    }
  }
  if (outcome.kind === "unknown") for (const oid of touched) c.leases.doubt(oid);
  return outcome;
}

/** Asks every writable member, and waits for all answers. @returns Undefined, or why one did not do it. */
export function* everywhere(
  c: Context,
  message: Message,
): Operation<{ readonly errno: number; readonly because: string } | undefined> {
  type Bad = { readonly errno: number; readonly because: string };
  const stopped = yield* wait<string>((resume) => {
    c.replicator.whenReady(resume);
    return undefined;
  });
  if (stopped !== "") return { errno: errnoNumber("EIO"), because: stopped };
  return yield* wait<Bad | undefined>((resume) => {
    let left = c.writable.length;
    let bad: Bad | undefined;
    for (const link of c.writable) {
      link.ask(message, (answer) => {
        if (answer.kind === "failed") bad = { errno: answer.errno, because: answer.because };
        else if (answer.kind !== "done")
          bad = { errno: errnoNumber("EIO"), because: answer.kind === "lost" ? answer.because : answer.kind };
        left -= 1;
        if (left === 0) resume(bad);
      });
    }
    if (c.writable.length === 0) resume(undefined);
    return undefined;
  });
}
