/** What there is, as far as this client knows it for sure: out of its leases, for which it asks the lead. */
import type { Attributes } from "../../core/attributes.ts";
import { version, type FileName, type Oid } from "../../core/brand.ts";
import { ok, type Result } from "../../core/result.ts";
import { LEASE } from "../../wire/messages.ts";
import type { Context } from "./context.ts";
import { tell, tellName } from "./forgetting.ts";
import type { Held } from "./held-lease.ts";
import type { Operation } from "./operation.ts";
import { waitAtMost } from "./patience.ts";

/** Any version will do: what is asked while the lead is away is believed for no time. */
const ANY = version(0);
/** A lead that is away for longer is not waited for by who only reads. Most broken connections are remade sooner. */
export const PATIENCE_MS = 1_000;
/** What holds for so short a time is not worth being told. */
const WORTH_MS = 20;
/** For so long the kernel's dropping of old pages is waited for. */
const PAGES_MS = 1_000;
/** How often the lease may be lost meanwhile. */
const TRIES = 4;
/** Leases that are asked for as one, where one object after the other of a directory is looked at. */
const SIBLINGS = 63;

/** What is known of an object, at this moment. `held` undefined: told by a member while the lead is away. */
export type Seen = { readonly attributes: Attributes; readonly held: Held | undefined };

/** The directory in which the kernel looks up an object, and has locked for that; and its lease, if its names are known. */
export type Within = { readonly oid: Oid; readonly held: Held | undefined };

/** @returns A lease under which an object is known at this moment; undefined while the lead is away. ESTALE, EIO, EINTR. */
export function* leaseOf(c: Context, oid: Oid, within?: Within): Operation<Result<Held | undefined>> {
  const known = c.leases.readable(oid);
  if (known !== undefined) return ok(known);
  const others = within?.held === undefined ? [] : siblings(c, oid, within.held);
  const options = { leadPatienceMs: PATIENCE_MS, within: within?.oid };
  if (others.length > 0) {
    const wants = [oid, ...others].map((one) => ({ oid: one, mode: LEASE.read }));
    const got = yield* c.leases.acquire(wants, options);
    if (got.ok) return ok(lookedAt(c, oid, got.value));
    if (got.errno === "EINTR") return got;
  }
  const got = yield* c.leases.acquire([{ oid, mode: LEASE.read }], options);
  if (got.ok) return ok(lookedAt(c, oid, got.value));
  return got.errno === "EIO" && !c.lead.ready ? ok(undefined) : got;
}

/** What is known at the moment of the grant; afterwards it may be given back. */
function lookedAt(c: Context, oid: Oid, use: Parameters<Context["leases"]["release"]>[0]): Held | undefined {
  const held = c.leases.get(oid);
  const copy = held === undefined || held.known === undefined ? undefined : held;
  c.leases.release(use);
  return copy;
}

/** Whoever looks at a second object of a directory that another client holds will look at more of them. */
function siblings(c: Context, oid: Oid, directory: Held): Oid[] {
  directory.misses += 1;
  const names = directory.known?.names;
  if (directory.misses < 2 || names === undefined) return [];
  const found: Oid[] = [];
  directory.walk ??= names.byName.values();
  while (found.length < SIBLINGS) {
    const next = directory.walk.next();
    if (next.done === true) {
      directory.walk = undefined;
      break;
    }
    if (next.value !== 0 && next.value !== oid && c.leases.get(next.value) === undefined) found.push(next.value);
  }
  return found;
}

/** Waits until the kernel has no pages of an object that are older than what it is about to be told of it. */
export function* awaitPages(c: Context, oid: Oid): Operation<void> {
  const { oldPages } = c.leases;
  if (!oldPages.has(oid)) return;
  yield* waitAtMost<undefined>(c.ports, PAGES_MS, (resume) => {
    oldPages.await(oid, () => resume(undefined));
    return undefined;
  });
}

/** What an object is. @returns Also ESTALE: it is no more. */
export function* see(c: Context, oid: Oid, within?: Within): Operation<Result<Seen>> {
  let held = yield* leaseOf(c, oid, within);
  for (let tries = 0; held.ok && held.value !== undefined && c.leases.oldPages.has(oid) && tries < TRIES; tries += 1) {
    yield* awaitPages(c, oid);
    held = yield* leaseOf(c, oid, within);
  }
  if (!held.ok) return held;
  if (held.value?.known !== undefined) return ok({ attributes: held.value.known.attributes, held: held.value });
  const answer = yield* c.readers.ask({ kind: "getAttributes", oid, versionFloor: ANY }, "attributesAre");
  return answer.ok ? ok({ attributes: answer.value.attributes, held: undefined }) : answer;
}

/** For how long the kernel may believe what it is told of an object under a lease now, in seconds; 0 without one. */
export function secondsOf(c: Context, held: Held | undefined): number {
  const ms = held === undefined ? 0 : c.leases.validMs(held);
  if (held === undefined || ms < WORTH_MS) return 0;
  tell(held, c.ports.now() + ms);
  return ms / 1_000;
}

/** The same, of what a name of a directory means. */
export function secondsOfName(c: Context, parent: Oid, directory: Held | undefined, name: FileName): number {
  const ms = directory === undefined || c.leases.isCrowded(parent) ? 0 : c.leases.validMs(directory);
  if (directory === undefined || ms < WORTH_MS) return 0;
  tellName(directory, c.ports.now() + ms, name, c.ports.canExpireNames);
  return ms / 1_000;
}
