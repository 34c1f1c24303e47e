import type { Attributes } from "../../core/attributes.ts";
import type { FileName, Oid, Version } from "../../core/brand.ts";

export type Want = { readonly oid: Oid; readonly mode: 1 | 2 };

/** Names of a directory, as far as they are known: the object that each means, or {@link NO_OBJECT}. */
export type Names = {
  readonly byName: Map<FileName, Oid>;
  /** All names of the directory are there: what is not, does not exist. */
  isComplete: boolean;
};

/** What a name means that is known not to exist. */
export const NO_OBJECT = 0 as Oid;

/**
 * What is known of an object under a lease: as the applications of this client see it, with all changes that this client
 * has made, whether members have them yet or not.
 */
export type Known = {
  /** Replaced as a whole, never changed in place. */
  attributes: Attributes;
  /** It has no extended attribute that a user could see, and so no ACL. */
  isBare: boolean;
  /** Of a directory. */
  names: Names | undefined;
  /** Of a symbolic link. */
  target: FileName | undefined;
  /** `btime` is the time at which it was asked for: a member's own clock, which counts, has not been heard of yet. */
  isBirthGuessed?: boolean;
};

/** What the kernel may still believe of an object, by what it was told under the lease. */
export type Told = {
  /** Until then at most, by the clock of the ports: its attributes, and what its names mean. */
  untilMs: number;
  /** Names of the directory of which it was told; undefined: too many to go through. */
  names: Set<FileName> | undefined;
  /** It may have pages of the file, or the directory's listing, for as long as their time of change stays the same. */
  pages: boolean;
};

/** A lease that this client holds. */
export type Held = {
  mode: 1 | 2;
  /** With all changes made so far, whether members have them or not. */
  version: Version;
  /** Undefined: the lead or a member is to be asked. */
  known: Known | undefined;
  /** Another client has the object open. */
  inUse: boolean;
  /** Made by this client under this lease: it has no xattr that nobody set. */
  fresh: boolean;
  /** Operations that use it now. With a write lease at most one. */
  users: number;
  /** Changes made under it whose application was told that their outcome is not known, and which are not settled. */
  doubts: number;
  /** Changes made under it that not every writable member has applied; those in doubt are among them. */
  unsettled: number;
  /** Counts the changes made under it: what was asked before one of them does not tell of it. */
  begun: number;
  /** Something was changed under it since all of it was durable on every writable member. */
  isDirty: boolean;
  /** The lead wants it back, down to this mode. */
  revoked: 0 | 1 | undefined;
  /** A step of giving it back is under way, or it is held no more. */
  isReturning: boolean;
  /** Its version is not known: the lead is asked again before the next change. */
  stale: boolean;
  /** Undefined: nothing that needs to be taken back. */
  told: Told | undefined;
  /** The kernel may have got pages, or a listing, under it. */
  isPaged: boolean;
  /** The kernel may believe of it, besides, what an earlier process told it. */
  inherits: boolean;
  /** It was opened under it: what the kernel has of it since then is still true. */
  isOpened: boolean;
  /** Of a directory: until when the kernel believes what it was told of all its names and their objects. */
  listedMs: number;
  /** Of a directory: how many of its objects were looked at without a lease, and how far that was seen to for others. */
  misses: number;
  walk: Iterator<Oid> | undefined;
  /** Extended attributes that were asked for under it; undefined where there is none of that name. See {@link begun}. */
  xattrs: { readonly begun: number; readonly values: Map<string, Uint8Array | undefined> } | undefined;
  /** What it was counted with when it was weighed last. */
  bytes: number;
};

/** A set of leases in the use of one operation, from {@link LeaseHolder.acquire} to {@link LeaseHolder.release}. */
export type Use = { readonly helds: readonly (readonly [Oid, Held])[] };

/** One of a set, which is small. */
export function heldIn(helds: Use["helds"], oid: Oid): Held | undefined {
  for (const one of helds) if (one[0] === oid) return one[1];
  return undefined;
}

export function newHeld(mode: 1 | 2, itsVersion: Version, known: Known | undefined): Held {
  return {
    mode,
    version: itsVersion,
    known,
    inUse: false,
    fresh: false,
    users: 0,
    doubts: 0,
    unsettled: 0,
    begun: 0,
    isDirty: false,
    revoked: undefined,
    isReturning: false,
    stale: false,
    told: undefined,
    isPaged: false,
    inherits: false,
    isOpened: false,
    listedMs: 0,
    misses: 0,
    walk: undefined,
    xattrs: undefined,
    bytes: 0,
  };
}

/** No operation uses it, and all that was changed under it is on every writable member, durably. */
export const isIdle = (held: Held): boolean =>
  held.users === 0 && held.doubts === 0 && held.unsettled === 0 && !held.isDirty && !held.isReturning;

/** Of an object on a heap of V8: its record, its place in a table, its attributes with four times. */
export const HELD_BYTES = 700;
/** Of a name: a short string, and its place in a table. */
export const NAME_BYTES = 96;

/** About how many bytes of memory a lease takes, with what is known under it. */
export function weightOf({ known, told }: Held): number {
  const names = (known?.names?.byName.size ?? 0) + (told?.names?.size ?? 0);
  return HELD_BYTES + names * NAME_BYTES + (known?.target?.length ?? 0);
}
