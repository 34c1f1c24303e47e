/**
 * What a member does with its files. Two implementations share one suite: the export on disk, and one in memory for the
 * simulation.
 *
 * All calls are synchronous: a member applies changes one after the other, which is what makes the order of one client's
 * changes, and the check of versions, trivial to keep. What waits for the disk is done elsewhere: {@link Store.sync}.
 *
 * Guarantees: a failed call changed nothing. Names never lead outside the export, whatever symbolic links say.
 * `.pohmelfs` at the root is neither listed nor reachable (ENOENT), and objects without an oid (drift) are invisible.
 */
import type { Attributes } from "../../core/attributes.ts";
import type { ClientId, FileName, Oid, Sequence, Version } from "../../core/brand.ts";
import type { Caller } from "../../core/caller.ts";
import type { Result } from "../../core/result.ts";
import type { Change, MessageOfKind } from "../../wire/messages.ts";
import type { TellChange } from "./journal-past.ts";
import type { Standing } from "./positions.ts";

export type Entry = { readonly name: FileName; readonly attributes: Attributes };
export type Listing = { readonly entries: readonly Entry[]; readonly cookie: number; readonly end: boolean };

export type Outcome = {
  /** Positive errno, or 0. */
  readonly errno: number;
  /** Bytes copied by copyRange, else 0. */
  readonly count: number;
  /** After the change, where the kernel needs them: see `changed`. */
  readonly attributes?: Attributes;
};

/** Why a change was not even tried. */
export type Refused =
  /** The change is not the next of its client: `applied` is the position. */
  | { readonly kind: "gap"; readonly applied: Sequence }
  /** An object's version does not fit: drift, or a bug (rule C2). */
  | { readonly kind: "version"; readonly oid: Oid; readonly have: Version; readonly want: Version }
  | { readonly kind: "unknown-client" };

export type Applied =
  | { readonly kind: "applied"; readonly outcome: Outcome }
  /** It had been applied before: the outcome of that time. */
  | { readonly kind: "repeated"; readonly outcome: Outcome }
  | Refused;

export type Space = Omit<MessageOfKind<"spaceIs">, "kind">;

export interface Store {
  readonly storeId: Uint8Array;
  readonly run: number;

  // --- sessions and counters; what is drawn is durable before it is given out
  /** A client id that was never given out. */
  drawClientId(): ClientId;
  /** [from, to) of oids that were never given out. */
  drawOids(count: number): { readonly from: Oid; readonly to: Oid };
  /** Makes a session known, at position 0; a known one stays as it is, one that has ended stays so. */
  register(client: ClientId): void;
  /** Nothing more is to be taken from a session's client: {@link Standing}. One that is not known is made known. */
  fence(client: ClientId): void;
  /** A session is over, also one that was never known. */
  end(client: ClientId): void;
  /** Nothing but the oldest of many sessions that ended is forgotten. */
  standing(client: ClientId): Standing;
  /**
   * Tells changes of a session that were applied, in order, whatever came of them: at least those that are not durable,
   * also after the process has started anew, and as many before them as are still written down.
   */
  recall(client: ClientId, tell: TellChange): void;
  /** @returns The last sequence applied, or undefined for an unknown session. */
  position(client: ClientId): Sequence | undefined;
  /** @returns The last sequence that is durable; at most the position. */
  durable(client: ClientId): Sequence;
  /** All sessions known. */
  sessions(): readonly ClientId[];

  // --- reads
  /** Checks search permission of `parent` for `caller`. */
  lookup(parent: Oid, name: FileName, caller: Caller): Result<Attributes>;
  attributes(oid: Oid): Result<Attributes>;
  /** Whether an object has no extended attribute that root could see, and so no ACL; false where there is none. */
  isBare(oid: Oid): boolean;
  readLink(oid: Oid): Result<FileName>;
  /** @param bytesMax About how many bytes of frame the listing may fill. */
  list(oid: Oid, cookie: number, bytesMax: number): Result<Listing>;
  /**
   * @param into Where the bytes go, from its beginning.
   * @returns How many; fewer than `length` only at the end of the file.
   */
  read(oid: Oid, offset: number, length: number, into: Buffer): Result<number>;
  /** @param whence 3 SEEK_DATA, 4 SEEK_HOLE. */
  seek(oid: Oid, offset: number, whence: number): Result<number>;
  getXattr(oid: Oid, name: FileName, caller: Caller): Result<Uint8Array>;
  /** Names, each with a zero byte; trusted.* only for uid 0, and never ours. */
  listXattr(oid: Oid, caller: Caller): Result<Uint8Array>;
  space(): Result<Space>;
  /** fallocate KEEP_SIZE of a range, or with length 0 only asks whether an object could be made. ENOSPC, EDQUOT. */
  reserve(oid: Oid, offset: number, length: number): Result<void>;

  /**
   * An object whose file was removed or replaced past the system lives on in what lies at a name now, or in an empty file
   * where nothing does. For `flush`; a store that nobody can reach past the system has none.
   *
   * @returns ESTALE: no such object; EEXIST: it still has a file, or the name means another object; EINVAL: what lies
   *   there is of another type.
   */
  rebind?(parent: Oid, name: FileName, oid: Oid): Result<void>;
  /** About how many objects there are. */
  count(): number;
  /** Oids of the orphans that lie in `.pohmelfs/orphans`. */
  orphans(): readonly Oid[];

  // --- changes
  /**
   * Applies a change exactly once by (client, sequence), with the caller's identity, and takes its time as mtime, ctime
   * and atime where the kernel would take its own.
   */
  apply(client: ClientId, change: Change): Applied;

  // --- durability
  /** There is no room for a further change until some are on disk: `apply` must wait. */
  readonly full: boolean;
  /**
   * Makes what is applied of an object durable, and all that was applied before.
   * @param done Called once, perhaps before this returns.
   */
  sync(oid: Oid, done: (result: Result<void>) => void): void;
  /** Called once a second: what nobody waits for becomes durable too. */
  checkpoint(): void;
  close(): void;
}
