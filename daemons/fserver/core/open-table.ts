import type { ClientId, Oid } from "../../core/brand.ts";
import type { Emit } from "./lead-events.ts";

/**
 * Which clients have objects open without holding a lease of them, and the orphans: objects without a name, kept until
 * the last of those has closed them.
 *
 * Whoever removes the last name holds the write lease, so everybody else has given back, and said then whether it has
 * the object open. So the users known here are all there are, but for the remover, who adds itself with `orphaned`.
 *
 * An orphan without users is purged by *some* client, in its own sequence, since only clients make changes: the one that
 * closed it last, else any that is connected. The order stands until `purged`, and passes on when its client's session
 * ends.
 */
export class OpenTable {
  readonly #users = new Map<Oid, Set<ClientId>>();
  readonly #opened = new Map<ClientId, Set<Oid>>();
  readonly #orphans = new Set<Oid>();
  /** Orphans without users: who has the order to purge them, undefined while nobody is connected. */
  readonly #purging = new Map<Oid, ClientId | undefined>();
  readonly #connected = new Set<ClientId>();
  readonly #emit: Emit;
  /** Until all clients of the lead before this one have told what they have open, nothing is purged. */
  #settled = false;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  isOpenElsewhere(oid: Oid, client: ClientId): boolean {
    const users = this.#users.get(oid);
    if (users === undefined) return false;
    return users.size > (users.has(client) ? 1 : 0);
  }

  used(client: ClientId, oid: Oid): void {
    // Only one that tells late, after another run of the lead, can use an orphan that nobody else did.
    if (this.#purging.has(oid) && this.#purging.get(oid) === undefined) this.#purging.delete(oid);
    entryOf(this.#users, oid).add(client);
    entryOf(this.#opened, client).add(oid);
  }

  unused(client: ClientId, oid: Oid): void {
    const users = this.#users.get(oid);
    if (users === undefined || !users.delete(client)) return;
    const opened = this.#opened.get(client);
    opened?.delete(oid);
    if (opened?.size === 0) this.#opened.delete(client);
    if (users.size > 0) return;
    this.#users.delete(oid);
    if (this.#settled && this.#orphans.has(oid)) this.#order(oid, client);
  }

  /** A client has said all that it has open: the rest of what it had before, it has closed. */
  onlyUses(client: ClientId, told: ReadonlySet<Oid>): void {
    for (const oid of [...(this.#opened.get(client) ?? [])]) if (!told.has(oid)) this.unused(client, oid);
  }

  /** @param client Who removed the name and has the object open; undefined: it is not known who has (a lead's start). */
  orphaned(oid: Oid, client?: ClientId): void {
    this.#orphans.add(oid);
    if (client !== undefined) this.used(client, oid);
  }

  /** It has a name again: no orphan. Who has it open stays known. */
  named(oid: Oid): void {
    this.#orphans.delete(oid);
    this.#purging.delete(oid);
  }

  /** It is gone. */
  purged(oid: Oid): void {
    this.named(oid);
    for (const client of [...(this.#users.get(oid) ?? [])]) this.unused(client, oid);
  }

  /** All who may have something open have said so. */
  settle(): void {
    this.#settled = true;
    for (const oid of this.#orphans) if (!this.#users.has(oid)) this.#order(oid, undefined);
  }

  /** The client can be given orders; those it had are repeated. */
  connected(client: ClientId): void {
    this.#connected.add(client);
    for (const [oid, by] of this.#purging) if (by === undefined || by === client) this.#order(oid, client);
  }

  disconnected(client: ClientId): void {
    this.#connected.delete(client);
  }

  isConnected(client: ClientId): boolean {
    return this.#connected.has(client);
  }

  sessionEnded(client: ClientId): void {
    this.#connected.delete(client);
    for (const oid of [...(this.#opened.get(client) ?? [])]) this.unused(client, oid);
    for (const [oid, by] of this.#purging) if (by === client) this.#order(oid, undefined);
  }

  /** Objects that something is kept about. */
  get size(): number {
    return this.#users.size + this.#orphans.size;
  }

  #order(oid: Oid, preferred: ClientId | undefined): void {
    const able = preferred !== undefined && this.#connected.has(preferred);
    const client = able ? preferred : this.#connected.values().next().value;
    this.#purging.set(oid, client);
    if (client !== undefined) this.#emit({ kind: "purge", client, oid });
  }
}

function entryOf<Key, Value>(map: Map<Key, Set<Value>>, key: Key): Set<Value> {
  let entry = map.get(key);
  if (entry === undefined) {
    entry = new Set();
    map.set(key, entry);
  }
  return entry;
}
