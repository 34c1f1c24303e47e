import type { ClientId, Oid } from "../../core/brand.ts";
import { LEASE } from "../../wire/messages.ts";
import type { HeldMode } from "./lead-events.ts";

/** A set of leases that a client waits for. */
export type Waiting = {
  readonly client: ClientId;
  readonly request: number;
  /** As asked, in its order; the answer has the same. */
  readonly wants: readonly { readonly oid: Oid; readonly mode: number }[];
  /** The same without repetitions, the stronger mode counting. */
  readonly needs: ReadonlyMap<Oid, HeldMode>;
  /** What it would like to have as well. */
  readonly extras: readonly { readonly oid: Oid; readonly mode: number }[];
  /** It was not granted at once: what it gets changes hands. */
  waited: boolean;
};

const NOBODY: readonly Waiting[] = [];

/** Who holds one object, and who waits for it. Mostly that is one holder and nobody: kept small. */
export class LeaseEntry {
  #holder: ClientId | 0 = 0;
  #mode: HeldMode | 0 = 0;
  /** Further holders: then all of them only read. */
  #readers: readonly ClientId[] | undefined;
  /** In order of arrival. A set waits in the queue of each of its objects. */
  #queue: Waiting[] | undefined;

  /** @param reader Who holds a read lease. */
  constructor(reader?: ClientId) {
    if (reader !== undefined) this.hold(reader, LEASE.read);
  }

  /** Nobody holds it, or waits for it. */
  get isEmpty(): boolean {
    return this.#mode === 0 && this.#readers === undefined && this.#queue === undefined;
  }

  get queue(): readonly Waiting[] {
    return this.#queue ?? NOBODY;
  }

  /** @returns 0 where the client holds nothing. */
  modeOf(client: ClientId): HeldMode | 0 {
    if (this.#holder === client) return this.#mode;
    return this.#readers?.includes(client) === true ? LEASE.read : 0;
  }

  /** To be called only where no other holder is {@link inTheWay}. */
  hold(client: ClientId, mode: HeldMode): void {
    if (this.#holder === client || this.#mode === 0) {
      this.#holder = client;
      this.#mode = mode;
      this.#forget(client);
      // In an array just as long as it must be: there are as many of them as objects that several clients read.
    } else if (this.#readers === undefined) this.#readers = [client];
    else if (!this.#readers.includes(client)) this.#readers = [...this.#readers, client];
  }

  /** The client holds nothing of it any more. */
  drop(client: ClientId): void {
    if (this.#holder === client) {
      this.#holder = 0;
      this.#mode = 0;
    } else this.#forget(client);
  }

  /** The other holders that keep a client from having it. */
  inTheWay(client: ClientId, mode: HeldMode): ClientId[] {
    if (mode === LEASE.read && this.#mode !== LEASE.write) return [];
    const first = this.#holder === 0 || this.#holder === client ? [] : [this.#holder];
    return this.#readers === undefined ? first : [...first, ...this.#readers.filter((reader) => reader !== client)];
  }

  enqueue(waiting: Waiting): void {
    this.#queue ??= [];
    this.#queue.push(waiting);
  }

  dequeue(waiting: Waiting): void {
    const place = this.#queue?.indexOf(waiting) ?? -1;
    if (place >= 0) this.#queue?.splice(place, 1);
    if (this.#queue?.length === 0) this.#queue = undefined;
  }

  /** Those that only holders keep from this object: the first, or all readers at the front. */
  next(oid: Oid): Waiting[] {
    const next: Waiting[] = [];
    for (const waiting of this.queue) {
      const reads = waiting.needs.get(oid) === LEASE.read;
      if (reads || next.length === 0) next.push(waiting);
      if (!reads) break;
    }
    return next;
  }

  /** Whether a set is among {@link next}. */
  isNext(oid: Oid, mode: HeldMode, waiting: Waiting): boolean {
    if (mode === LEASE.write) return this.queue[0] === waiting;
    for (const earlier of this.queue) {
      if (earlier === waiting) return true;
      if (earlier.needs.get(oid) === LEASE.write) return false;
    }
    return false;
  }

  #forget(client: ClientId): void {
    if (this.#readers?.includes(client) !== true) return;
    const others = this.#readers.filter((reader) => reader !== client);
    this.#readers = others.length === 0 ? undefined : others;
  }
}
