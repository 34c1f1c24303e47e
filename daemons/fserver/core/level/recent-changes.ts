import type { ClientId, Oid, Sequence } from "../../../core/brand.ts";
import { encodeFrame } from "../../../wire/frame.ts";
import { FIRST_EPOCH, type Change, type MessageOfKind } from "../../../wire/messages.ts";
import { frameOf } from "../change-frame.ts";

/** Data of larger writes is read back from the file when it is asked for, rather than kept. */
const KEEP_BYTES = 65_536;
/** Of one session; past it the oldest are given up. A client has less under way: `cache.dirty`. */
const SESSION_BYTES_MAX = 128 * 1_048_576;
/** About what is kept of a write without its data. */
const PLACE_BYTES = 512;
const NOTHING = new Uint8Array(0);

type Recent = Buffer | { readonly write: MessageOfKind<"write">; readonly length: number };
type OfSession = { readonly changes: Map<Sequence, Recent>; bytes: number };

/** Reads what a file has at a place now, as far as it goes. */
export type ReadBack = (oid: Oid, offset: number, length: number) => Uint8Array;

/**
 * The changes that a member has applied and that may not be on every other one: each tells in `origin.settled` which are.
 *
 * Of a large write only the place is kept. Read back later, the file may have other bytes there, by a later change of the
 * same session: nobody else could change it. That change follows, and whoever gets both ends with the same file.
 */
export class RecentChanges {
  readonly #sessions = new Map<ClientId, OfSession>();

  /** A change was applied, whatever it came to. */
  add(client: ClientId, change: Change): void {
    this.#put(client, change, change.kind === "write" ? change.data.length : 0, change.origin.settled);
  }

  /** The same of one that is read back: what was everywhere by then may not be everywhere any more. See {@link TellChange}. */
  addBack(client: ClientId, change: Change, length: number): void {
    this.#put(client, change, length, 0);
  }

  #put(client: ClientId, change: Change, length: number, settled: number): void {
    const session = this.#sessions.get(client) ?? { changes: new Map<Sequence, Recent>(), bytes: 0 };
    this.#sessions.set(client, session);
    const { seq } = change.origin;
    const recent = recentOf(change, length);
    const before = session.changes.get(seq);
    session.changes.set(seq, recent);
    session.bytes += bytesOf(recent) - (before === undefined ? 0 : bytesOf(before));
    // They lie in the order of their numbers.
    for (const [old, kept] of session.changes) {
      if (old > settled && session.bytes <= SESSION_BYTES_MAX) break;
      session.changes.delete(old);
      session.bytes -= bytesOf(kept);
    }
  }

  /** @returns The frame of a change; undefined where it is not remembered. */
  frameOf(client: ClientId, seq: Sequence, readBack: ReadBack): Buffer | undefined {
    const recent = this.#sessions.get(client)?.changes.get(seq);
    if (recent === undefined || Buffer.isBuffer(recent)) return recent;
    const { write, length } = recent;
    const data = new Uint8Array(length);
    data.set(readBack(write.oid, write.offset, length));
    return encodeFrame({ ...write, data }, 0, FIRST_EPOCH);
  }

  /** All of a session's are everywhere, or it is over. */
  forget(client: ClientId): void {
    this.#sessions.delete(client);
  }
}

function recentOf(change: Change, length: number): Recent {
  if (change.kind !== "write" || (length <= KEEP_BYTES && length === change.data.length))
    return Buffer.from(frameOf(change));
  // Nothing else of it views the memory that it was decoded from.
  return { write: { ...change, data: NOTHING }, length };
}

const bytesOf = (recent: Recent): number => (Buffer.isBuffer(recent) ? recent.length : PLACE_BYTES);
