/**
 * What outlives a mount's daemon: enough for the next one to go on where it was killed. Each call returns once that is
 * written down, in memory that stays when this process ends.
 */
import type { ClientId, Oid, Sequence } from "../../core/brand.ts";
import type { Change } from "../../wire/messages.ts";

/** A session with the members of the group. */
export type KeptSession = {
  readonly client: ClientId;
  /** Of the lead: how often it had started. */
  readonly run: number;
  /** Servers that know the session. */
  readonly known: readonly string[];
};

/** A handle that the kernel has, or is about to get. */
export type KeptFile = {
  readonly fh: number;
  readonly oid: Oid;
  /** The request that it answers. */
  readonly unique: number;
  /** A lock set through it is lost, see `OpenFile.lockLost`. */
  readonly isBroken: boolean;
};

/** What one owner has locked of one object. */
export type KeptLocks = {
  readonly oid: Oid;
  readonly flock: boolean;
  /** 8 bytes, as latin1. */
  readonly owner: string;
  readonly ranges: readonly {
    readonly start: number;
    readonly end: number;
    readonly type: number;
    readonly pid: number;
  }[];
  /** Handles through which it was locked. */
  readonly handles: readonly number[];
  /** The lead may believe something else. */
  readonly isUnsure: boolean;
};

/** A change, from before it is first sent until every member has it and whoever asked for it has the answer. */
export type KeptChange = {
  readonly change: Change;
  /** The kernel's request whose answer its outcome is; 0: nobody's. */
  readonly unique: number;
  /** The leases that it is made under. */
  readonly under: readonly Oid[];
  /** What every member said, once all have. */
  readonly outcome: { readonly errno: number; readonly count: number } | undefined;
  /** It is durable on all members: only its outcome is still of use. */
  readonly isDurable: boolean;
};

export interface KeptState {
  session(session: KeptSession): void;
  /** Before the kernel hears of it. */
  opened(file: KeptFile): void;
  /** Before the kernel hears that it is gone. */
  closed(fh: number): void;
  /** All that an owner has locked of an object; without ranges, and sure: it is forgotten. */
  locked(locks: KeptLocks): void;
  /**
   * Before it is sent to anyone. Said again of the same number: it has become one with another, before anyone heard of
   * it. Its data may be a view, which is not needed once this returns.
   */
  changing(change: KeptChange): void;
  /** It will not be made after all, and nobody has heard of it: its number is free again. It is the last one. */
  unmade(seq: Sequence): void;
  /** All that every member has, up to a number, is durable there. */
  durable(upTo: number): void;
  /** Every member has it, or it is void (undefined). */
  settled(seq: Sequence, outcome: KeptChange["outcome"]): void;
  /** The kernel has the answer to a request: it will not be repeated. */
  answered(unique: number): void;
}

/** What the daemon before this one left. */
export type Inheritance = {
  /** Undefined: it cannot be gone on with. Then its changes are over, whatever became of them. */
  readonly session: KeptSession | undefined;
  readonly files: readonly KeptFile[];
  readonly locks: readonly KeptLocks[];
  /** In the order of their numbers. */
  readonly changes: readonly KeptChange[];
  /** The highest number that a change had. */
  readonly lastSequence: number;
};
