/** What a name of a directory means: as known under its lease, else asked of the lead together with that lease. */
import type { Attributes } from "../../core/attributes.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import type { FileName, Oid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { LEASE, type Message, type MessageOfKind } from "../../wire/messages.ts";
import type { Context } from "./context.ts";
import { EarlyAnswer, isTooEarly } from "./early-answer.ts";
import { expect } from "./expect.ts";
import { NO_OBJECT, type Held } from "./held-lease.ts";
import type { Operation } from "./operation.ts";
import type { Early } from "./patience.ts";
import type { Lost } from "./requests.ts";
import { PATIENCE_MS } from "./under-lease.ts";

/** How often a directory may change hands while one of its names is asked for, before that is given up. */
const TRIES = 64;

export type Meaning = {
  /** The object, or {@link NO_OBJECT}. */
  readonly oid: Oid;
  /** The lease under which that is known at this moment; undefined: it may be another one a moment later. */
  readonly directory: Held | undefined;
  /** As a member told them while the lead is away, or while another client may be changing them. */
  readonly attributes: Attributes | undefined;
};

/** @returns What is known of a name; undefined: the lead is to be asked. */
export function knownMeaning(directory: Held | undefined, name: FileName): Oid | undefined {
  const names = directory?.known?.names;
  return names?.byName.get(name) ?? (names?.isComplete === true ? NO_OBJECT : undefined);
}

/** @returns Also ESTALE, ENOTDIR: the directory is none (any more). */
export function* meaningOf(c: Context, parent: Oid, name: FileName): Operation<Result<Meaning>> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const held = c.leases.readable(parent);
    const oid = knownMeaning(held, name);
    if (tries === 0) c.walker.lookedUp(parent, oid !== undefined);
    if (oid !== undefined) return ok({ oid, directory: held, attributes: undefined });
    if (tries === 0 && held !== undefined && (yield* c.walker.settled(parent))) continue;
    const ready = yield* c.lead.awaitReady(PATIENCE_MS);
    if (!ready.ok) return ready.errno === "EINTR" ? ready : yield* uncached(c, parent, name);
    const asked = yield* askLead(c, parent, name);
    if (asked === undefined) continue;
    if (asked.ok || asked.errno !== "EIO" || c.lead.ready) return asked;
    return yield* uncached(c, parent, name);
  }
  return fail("EBUSY");
}

/** @returns Undefined: something has changed meanwhile, and the caller looks again. */
function* askLead(c: Context, parent: Oid, name: FileName): Operation<Result<Meaning> | undefined> {
  const question = { kind: "lookup", parent, name, caller: ROOT_CALLER, lease: 1 } as const;
  const held = c.leases.get(parent);
  const early = new EarlyAnswer(c.lead.link, c.ports);
  if (held?.known !== undefined && c.leases.readable(parent) === held) {
    // To give it back may wait for this very request. The lead hears of that later than of this, so what it says is right.
    if (held.revoked !== undefined) return yield* askOnce(c, question);
    const asked = { parent, name, held, begun: held.begun };
    early.ask(question);
    return learn(c, asked, yield* early.answer());
  }
  const options = { leadPatienceMs: PATIENCE_MS, asked: () => early.ask(question) };
  const got = yield* c.leases.acquire([{ oid: parent, mode: LEASE.read }], options);
  if (!got.ok) return got;
  // It is used until the answer is there: a directory that others want, too, would be gone each time.
  const granted = c.leases.get(parent);
  const asked = { parent, name, held: granted, begun: granted?.begun ?? 0 };
  const meaning = learn(c, asked, yield* early.answerAfterGrant(question));
  c.leases.release(got.value);
  return meaning;
}

/** What the lead says is used once: the directory is about to be another client's. */
function* askOnce(c: Context, question: MessageOfKind<"lookup">): Operation<Result<Meaning> | undefined> {
  const answer = yield* c.lead.link.request({ ...question, lease: 0 });
  if (answer.kind === "lost") return undefined;
  const told = expect(answer, "attributesAre");
  if (!told.ok && told.errno !== "ENOENT") return told;
  const oid = told.ok ? told.value.attributes.oid : NO_OBJECT;
  return ok({ oid, directory: undefined, attributes: undefined });
}

type Asked = {
  readonly parent: Oid;
  readonly name: FileName;
  /** As it was when the lead was asked. */
  readonly held: Held | undefined;
  readonly begun: number;
};

/** What the lead says enters what is known, unless this client has changed the directory since it was asked. */
function learn(
  c: Context,
  { parent, name, held, begun }: Asked,
  answer: Message | Lost | Early,
): Result<Meaning> | undefined {
  if (answer.kind === "lost" || isTooEarly(answer)) return undefined;
  const told = expect(answer, "attributesAre");
  if (!told.ok && told.errno !== "ENOENT") return told;
  if (told.ok && told.value.leased === 1) c.leases.took(told.value.attributes, told.value.bare === 1);
  const oid = told.ok ? told.value.attributes.oid : NO_OBJECT;
  const directory = c.leases.readable(parent);
  const own = knownMeaning(directory, name);
  if (own !== undefined) return ok({ oid: own, directory, attributes: undefined });
  // Right at some moment since it was asked for; but it cannot be known whether it still is.
  if (directory?.known === undefined) return ok({ oid, directory: undefined, attributes: undefined });
  if (directory !== held || directory.begun !== begun) return undefined;
  directory.known.names ??= { byName: new Map(), isComplete: false };
  directory.known.names.byName.set(name, oid);
  c.leases.weigh(directory);
  return ok({ oid, directory, attributes: undefined });
}

/** Any member is asked: the lead is away, and nothing is believed for any time. */
function* uncached(c: Context, parent: Oid, name: FileName): Operation<Result<Meaning>> {
  const answer = yield* c.readers.ask({ kind: "lookup", parent, name, caller: ROOT_CALLER, lease: 0 }, "attributesAre");
  if (answer.ok) {
    const { attributes } = answer.value;
    return ok({ oid: attributes.oid, directory: undefined, attributes });
  }
  return answer.errno === "ENOENT" ? ok({ oid: NO_OBJECT, directory: undefined, attributes: undefined }) : answer;
}
