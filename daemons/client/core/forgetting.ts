/** What the kernel is told under a lease, and how it is told to forget that. */
import type { FileName, Oid } from "../../core/brand.ts";
import type { Invalidation } from "../../fuse/core/invalidation.ts";
import type { Held, Told } from "./held-lease.ts";

/** More names of a directory are not forgotten one by one, where all names can be at once. */
const NAMES_MAX = 64;

/** The kernel is told something of an object that holds until then. */
export function tell(held: Held, untilMs: number): void {
  if (held.told === undefined) held.told = { untilMs, names: new Set(), pages: false };
  else held.told.untilMs = Math.max(held.told.untilMs, untilMs);
}

/** The kernel is told what a name of the directory means, or that it means nothing. */
export function tellName(held: Held, untilMs: number, name: FileName, canExpireNames: boolean): void {
  tell(held, untilMs);
  const { told } = held;
  if (told?.names === undefined) return;
  told.names.add(name);
  if (canExpireNames && told.names.size > NAMES_MAX) told.names = undefined;
}

/** The kernel may have pages of it from now on, or a listing. */
export function tellPages(held: Held): void {
  tell(held, 0);
  if (held.told !== undefined) held.told.pages = true;
  held.isPaged = true;
}

/** What the kernel may believe of any object, told by an earlier process: until when, and whether of names, too. */
export type Inherited = { readonly untilMs: number; readonly hasNames: boolean };

/** What it may believe of one, with what this process told it. */
export function withInherited(told: Told | undefined, { untilMs, hasNames }: Inherited): Told {
  const names = hasNames ? undefined : told === undefined ? new Set<FileName>() : told.names;
  return { untilMs: Math.max(untilMs, told?.untilMs ?? 0), names, pages: true };
}

export type Forgetting = {
  readonly nowMs: number;
  readonly canExpireNames: boolean;
  /** Requests of the kernel in this directory wait for leases: a single name could not be forgotten before their end. */
  readonly isBusy: boolean;
  /** A write to this file waits for its lease: pages could not be forgotten before its end. */
  readonly isWritten: boolean;
};

/** What the kernel must forget before a lease is given back; nothing where it believes nothing any more. */
export function forgettingOf(oid: Oid, told: Told | undefined, how: Forgetting): Invalidation[] {
  if (told === undefined) return [];
  const { nowMs, canExpireNames, isBusy, isWritten } = how;
  const isBelieved = told.untilMs > nowMs;
  const what: Invalidation[] = [];
  // Without its attributes it asks for them before it uses its pages, and drops those that are older.
  if (told.pages && !isWritten) what.push({ kind: "all", oid });
  else if (isBelieved || told.pages) what.push({ kind: "attributes", oid });
  if (!isBelieved) return what;
  if (canExpireNames && (told.names === undefined || (isBusy && told.names.size > 0))) what.push({ kind: "names" });
  else for (const name of told.names ?? []) what.push({ kind: "name", parent: oid, name });
  return what;
}
