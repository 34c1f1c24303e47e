/** Listings of directories: known under a lease, fetched from the lead together with leases, or from any member. */
import { S_IFDIR, S_IFMT, type Attributes } from "../../core/attributes.ts";
import type { Oid } from "../../core/brand.ts";
import { ok, type Result } from "../../core/result.ts";
import { LEASE, type MessageOfKind } from "../../wire/messages.ts";
import type { Context } from "./context.ts";
import { EarlyAnswer, isTooEarly } from "./early-answer.ts";
import { expect } from "./expect.ts";
import { NO_OBJECT, type Held } from "./held-lease.ts";
import type { Listed, ListedUnder, Listing } from "./open-files.ts";
import type { Operation } from "./operation.ts";
import { PATIENCE_MS } from "./under-lease.ts";

/** How much of a listing is fetched at once, in bytes of frame: some 600 names; from the lead, who leases them, 3,000. */
const FETCH_BYTES = 131_072;
export const LEASED_BYTES = 524_288;
/** How often a directory may change hands before its listing is told as it came. */
const TRIES = 4;

const newListing = (entries: Listed[]): Listing => ({
  entries,
  under: undefined,
  member: undefined,
  cookie: 0,
  end: false,
  validMs: Number.POSITIVE_INFINITY,
  seen: undefined,
});

/** A listing that begins with what is known. Also ESTALE: the directory is no more. */
export function* beginListing(c: Context, oid: Oid): Operation<Result<Listing>> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const known = listKnown(c, oid);
    if (known !== undefined) return ok(known);
    if (yield* c.walker.settled(oid)) continue;
    const begun = yield* beginUnderLease(c, oid);
    if (!begun.ok) return begun.errno === "EIO" && !c.lead.ready ? ok(newListing([])) : begun;
    if (begun.value !== undefined) return ok(begun.value);
  }
  return ok(newListing([]));
}

/** All names of a directory, where its lease says that they are known. */
function listKnown(c: Context, oid: Oid): Listing | undefined {
  const names = c.leases.readable(oid)?.known?.names;
  if (names?.isComplete !== true) return undefined;
  const entries: Listed[] = [];
  for (const [name, object] of names.byName) {
    if (object !== NO_OBJECT) entries.push({ name, oid: object, type: 0, attributes: undefined });
  }
  return { ...newListing(entries), end: true };
}

/** @returns Undefined: something has changed meanwhile, and the caller looks again. */
function* beginUnderLease(c: Context, oid: Oid): Operation<Result<Listing | undefined>> {
  const early = new EarlyAnswer(c.lead.link, c.ports);
  const question = { kind: "listDirectory", oid, bytesMax: LEASED_BYTES, lease: 1, cookie: 0 } as const;
  const options = { leadPatienceMs: PATIENCE_MS, asked: () => early.ask(question) };
  const got = yield* c.leases.acquire([{ oid, mode: LEASE.read }], options);
  if (!got.ok) return got;
  const held = c.leases.get(oid);
  const begun = held?.begun ?? 0;
  const answer = yield* early.answerAfterGrant(question);
  c.leases.release(got.value);
  if (held?.known === undefined || answer.kind === "lost" || isTooEarly(answer)) return ok(undefined);
  const told = expect(answer, "entries");
  if (!told.ok) return told;
  // What this client has made since it asked is not in the answer.
  if (held.begun !== begun) return ok(undefined);
  const listing = listingUnder(held);
  add(c, oid, listing, told.value);
  return ok(listing);
}

/** An empty one, to be extended for as long as a lease is held and nothing changes under it. */
export const listingUnder = (held: Held): Listing => ({
  ...newListing([]),
  under: { held, begun: held.begun, names: new Map(), directories: [] },
});

/** Fetches more of a listing. */
export function* extendListing(c: Context, oid: Oid, listing: Listing): Operation<Result<void>> {
  if (listing.under !== undefined) {
    if (yield* extendUnder(c, oid, listing, LEASED_BYTES)) return ok(undefined);
    // The lease is gone, or the lead: the rest is told by whom can be asked, and what was told is told once.
    listing.under = undefined;
    listing.seen = new Set(listing.entries.map((entry) => entry.name));
    listing.cookie = 0;
  }
  const answer = yield* askAny(c, oid, listing);
  if (!answer.ok) return answer;
  addUncached(listing, answer.value);
  return ok(undefined);
}

/** @returns Whether more has come, all of it under the same lease. */
export function* extendUnder(c: Context, oid: Oid, listing: Listing, bytesMax: number): Operation<boolean> {
  if (!isWhole(c, oid, listing)) return false;
  const question = { kind: "listDirectory", oid, bytesMax, lease: 1, cookie: listing.cookie } as const;
  const answer = yield* c.lead.link.request(question);
  if (answer.kind !== "entries") return false;
  add(c, oid, listing, answer);
  return true;
}

/** Whether nothing has changed in the directory since the listing was begun. */
export const isWhole = (c: Context, oid: Oid, { under }: Listing): boolean =>
  under !== undefined && c.leases.get(oid) === under.held && under.held.begun === under.begun;

function add(c: Context, directory: Oid, listing: Listing, { entries, cookie, end }: MessageOfKind<"entries">): void {
  const { under } = listing;
  const known = under !== undefined && under.held.begun === under.begun ? under.held.known : undefined;
  if (known !== undefined) known.names ??= { byName: new Map(), isComplete: false };
  for (const { name, attributes, leased, bare } of entries) {
    if (leased === 1) c.leases.took(attributes, bare === 1);
    const { oid } = attributes;
    const type = attributes.mode & S_IFMT;
    under?.names.set(name, oid);
    if (type === S_IFDIR && leased === 1) under?.directories.push(oid);
    known?.names?.byName.set(name, oid);
    listing.entries.push({ name, oid, type, attributes: undefined });
  }
  listing.cookie = cookie;
  listing.end = end === 1;
  if (under !== undefined && listing.end) complete(c, directory, under);
  c.leases.shed();
}

/** All names are there: from now on they are known. */
function complete(c: Context, directory: Oid, { held, begun, names, directories }: ListedUnder): void {
  if (held.known === undefined || held.stale || held.begun !== begun) return;
  held.known.names = { byName: names, isComplete: true };
  held.walk = undefined;
  c.leases.weigh(held);
  c.walker.found(directory, directories);
}

function addUncached(listing: Listing, { entries, cookie, end }: MessageOfKind<"entries">): void {
  for (const { name, attributes } of entries) {
    if (listing.seen?.has(name)) continue;
    listing.seen?.add(name);
    listing.entries.push(uncached(name, attributes));
  }
  listing.cookie = cookie;
  listing.end = end === 1;
}

const uncached = (name: Listed["name"], attributes: Attributes): Listed => ({
  name,
  oid: attributes.oid,
  type: attributes.mode & S_IFMT,
  attributes,
});

/** Goes on at the member that the listing comes from; where that one is lost, from the beginning at another. */
function* askAny(c: Context, oid: Oid, listing: Listing): Operation<Result<MessageOfKind<"entries">>> {
  const same = c.readers.at(listing.member);
  const question = { kind: "listDirectory", oid, bytesMax: FETCH_BYTES, lease: 0 } as const;
  if (same !== undefined) {
    same.reads += 1;
    const answer = yield* same.request({ ...question, cookie: listing.cookie });
    if (answer.kind !== "lost") return expect(answer, "entries");
  }
  if (listing.member !== undefined) listing.seen = new Set(listing.entries.map((entry) => entry.name));
  return yield* c.readers.ask({ ...question, cookie: 0 }, "entries", (link) => {
    listing.member = link.place;
  });
}
