/**
 * What the lead is told, and what it wants done. Rules L1, L2, L5 and L8 of docs/protocol.md.
 *
 * Order matters: events of one client come in the order in which its connection delivered them, and effects are carried
 * out, per client, in the order in which they are returned. The races between a revoke and a give-back are decided on
 * that ground.
 */
import type { ClientId, Oid } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";

/** A mode of LEASE that can be held: 1 read (shared), 2 write (exclusive). */
export type HeldMode = 1 | 2;
/** A mode that a holder may be left with: 0 none, 1 read. */
export type KeepMode = 0 | 1;

type At = {
  /** Milliseconds of any clock that counts suspends and never goes back. */
  readonly nowMs: number;
};
type From = At & { readonly client: ClientId };
type Request = From & {
  /** The wire's request id; the effect that answers carries it. */
  readonly request: number;
};

/** Whose locks: of fcntl(2) (by owner, ranges) or of flock(2) (by open file, always the whole file). The two never meet. */
export type LockOwner = {
  readonly oid: Oid;
  readonly flock: boolean;
  /** The kernel's lock owner: 8 bytes as latin1 characters, unique within one client. */
  readonly owner: string;
};
export type LockRange = LockOwner & {
  /** First and last byte. */
  readonly start: number;
  readonly end: number;
  /** A value of LOCK. */
  readonly type: number;
};

/** A lease that is asked for: a mode of LEASE. */
type Want = { readonly oid: Oid; readonly mode: number };

export type AcquireEvent = Request & {
  readonly kind: "acquire";
  readonly wants: readonly Want[];
  /** Granted with the wants, each if nobody is in its way. */
  readonly extras: readonly Want[];
};

export type LeadEvent =
  /** The first event. `knownClients`: sessions that the store has, which may hold leases of the lead before this one. */
  | (At & { readonly kind: "started"; readonly knownClients: readonly ClientId[]; readonly orphans: readonly Oid[] })
  /** A new session. */
  | (From & { readonly kind: "sessionOpened" })
  /** The session is over, on all members: it said bye, or lapsed and was fenced. */
  | (From & { readonly kind: "sessionEnded" })
  /** The session's connection broke: its requests can no longer be answered, what it holds stays. */
  | (From & { readonly kind: "disconnected" })
  /** The session has a connection again: what it may have missed is said again. No event of the old one may follow. */
  | (From & { readonly kind: "connected" })
  /** Numbers for objects to be made: from (inclusive) to (exclusive), each under the client's write lease until given back. */
  | (From & { readonly kind: "oidsGiven"; readonly from: Oid; readonly to: Oid })
  /** Answered by `grant`, or `failed` EINVAL (no mode of LEASE), EBUSY (too many waiting), EINTR (cancelled). */
  | AcquireEvent
  /** Who keeps nothing (0) says by `inUse` whether it has the object open; else `inUse` true does. */
  | (From & { readonly kind: "giveBack"; readonly oid: Oid; readonly keep: number; readonly inUse: boolean })
  /**
   * All that the client holds and has open, in parts; sent whenever it is connected again, before anything else. What it
   * had open before and does not name, it has closed meanwhile.
   */
  | (From & {
      readonly kind: "reclaim";
      /** Mode 0: not held, but open (`inUse`). */
      readonly leases: readonly { readonly oid: Oid; readonly mode: number; readonly inUse: boolean }[];
      readonly last: boolean;
    })
  /** The last name went while it was open somewhere; the client that removed it counts as one that has it open. */
  | (From & { readonly kind: "orphaned"; readonly oid: Oid })
  | (From & { readonly kind: "unused"; readonly oid: Oid })
  /** A change of the client took the object's last name, and nothing is left of it. */
  | (From & { readonly kind: "removed"; readonly oid: Oid })
  /** An orphan got a name: link(2) of an O_TMPFILE file. */
  | (At & { readonly kind: "named"; readonly oid: Oid })
  /** A purge was applied. */
  | (At & { readonly kind: "purged"; readonly oid: Oid })
  /** Answered by `done`, or `failed` EAGAIN (not `wait`), EDEADLK, EINTR (cancelled), EINVAL, ENOLCK (too many). */
  | (Request &
      LockRange & {
        readonly kind: "lock";
        readonly wait: boolean;
        /** It was held of the lead before this one: set before any new one is, and never waited for. */
        readonly again?: boolean;
        readonly pid: number;
      })
  /** `request` is that of the lock or the set of leases; nothing happens when it has been answered. */
  | (Request & { readonly kind: "cancel" })
  /** Answered by `lockHolder`, or `failed` EINVAL. */
  | (Request & LockRange & { readonly kind: "lockTest" })
  /** Answered by `done`. Locks that the owner waits for are not touched. */
  | (Request & LockOwner & { readonly kind: "lockDrop" })
  /** Time passes: several times a second while anything waits. */
  | (At & { readonly kind: "tick" });

export type Grant = {
  readonly oid: Oid;
  /** What the client holds now: at least what it wanted. */
  readonly mode: HeldMode;
  /** Another client has it open. */
  readonly inUse: boolean;
};

export type LeadEffect =
  /** Answers `acquire`: all of its wants, in their order, then the extras that could be had. */
  | { readonly kind: "grant"; readonly client: ClientId; readonly request: number; readonly grants: readonly Grant[] }
  | { readonly kind: "revoke"; readonly client: ClientId; readonly oid: Oid; readonly keep: KeepMode }
  /** Once per revoke that was not answered in `revokeMs`: the client is to be fenced (L3). */
  | { readonly kind: "late"; readonly client: ClientId; readonly oid: Oid }
  | { readonly kind: "purge"; readonly client: ClientId; readonly oid: Oid }
  | { readonly kind: "done"; readonly client: ClientId; readonly request: number }
  | { readonly kind: "failed"; readonly client: ClientId; readonly request: number; readonly errno: ErrnoName }
  | {
      readonly kind: "lockHolder";
      readonly client: ClientId;
      readonly request: number;
      /** A value of LOCK; LOCK.unlock when nobody is in the way. */
      readonly type: number;
      readonly start: number;
      readonly end: number;
      /** 0 when the holder is another client's. */
      readonly pid: number;
    };

/** What a table calls to have something done. */
export type Emit = (effect: LeadEffect) => void;

export type LeadOptions = {
  /** How long a lead that has just started waits for clients that it knows to reclaim. The span `lapse`. */
  readonly lapseMs: number;
  /** How long a client may take to give back. `lease.revoke`. */
  readonly revokeMs: number;
  /** How long a client keeps what clients take from one another, before it is asked for it. `lease.hold`. */
  readonly holdMs: number;
  /** How long a lock waits behind others that wait and came first, when nothing that is held is in its way. */
  readonly fairMs: number;
  /** Leases of one client; past it the oldest are revoked. Those of objects it made are not counted. */
  readonly leasesPerClientMax: number;
  /** Sets of leases, and apart from that locks, that one client may be waiting for. */
  readonly waitingPerClientMax: number;
  /** Locked ranges of one client. */
  readonly locksPerClientMax: number;
};

export const LEAD_DEFAULTS: LeadOptions = {
  lapseMs: 4_100,
  revokeMs: 5_000,
  holdMs: 2,
  fairMs: 200,
  leasesPerClientMax: 1_000_000,
  waitingPerClientMax: 8_192,
  locksPerClientMax: 65_536,
};

/** For status. Leases of objects that a client made and never gave back are not counted. */
export type LeadCounts = { readonly leases: number; readonly locks: number; readonly waiting: number };
