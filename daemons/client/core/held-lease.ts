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
  /** Changes made under it whose operation has ended, and which not every member has applied. */
  doubts: number;
  /** The lead wants it back, down to this mode. */
  revoked: 0 | 1 | undefined;
  /** Its version is not known: the lead is asked again before the next change. */
  stale: boolean;
};

/** A set of leases in the use of one operation, from {@link LeaseHolder.acquire} to {@link LeaseHolder.release}. */
export type Use = { readonly helds: readonly (readonly [Oid, Held])[] };

export function newHeld(mode: 1 | 2, itsVersion: Version, known: Known | undefined): Held {
  return {
    mode,
    version: itsVersion,
    known,
    inUse: false,
    fresh: false,
    users: 0,
    doubts: 0,
    revoked: undefined,
    stale: false,
  };
}
