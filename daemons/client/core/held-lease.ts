import type { Oid, Version } from "../../core/brand.ts";

export type Want = { readonly oid: Oid; readonly mode: 1 | 2 };

/** A lease that this client holds. */
export type Held = {
  mode: 1 | 2;
  version: Version;
  /** Of a regular file, under a write lease; undefined when it must be asked. */
  size: number | undefined;
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

export function newHeld(mode: 1 | 2, itsVersion: Version, size: number): Held {
  return {
    mode,
    version: itsVersion,
    size,
    inUse: false,
    fresh: false,
    users: 0,
    doubts: 0,
    revoked: undefined,
    stale: false,
  };
}
