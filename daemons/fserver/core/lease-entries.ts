import type { ClientId, Oid } from "../../core/brand.ts";
import { LeaseEntry } from "./lease-entry.ts";

/**
 * The objects that somebody holds or waits for. Most are read by one client, who got them with a listing: of those no more
 * is kept than its number.
 */
export class LeaseEntries {
  readonly #entries = new Map<Oid, LeaseEntry | ClientId>();

  get size(): number {
    return this.#entries.size;
  }

  get(oid: Oid): LeaseEntry | undefined {
    const known = this.#entries.get(oid);
    return typeof known === "number" ? this.#grow(oid, new LeaseEntry(known)) : known;
  }

  /** A new one, of an object that has none. */
  add(oid: Oid): LeaseEntry {
    return this.#grow(oid, new LeaseEntry());
  }

  /** The only one to hold the object has a read lease, and nobody waits for it. @returns Who, or undefined. */
  onlyReader(oid: Oid): ClientId | undefined {
    const known = this.#entries.get(oid);
    return typeof known === "number" ? known : undefined;
  }

  /** An object that nobody holds, or waits for, is read by a client from now on. */
  addReader(oid: Oid, client: ClientId): void {
    this.#entries.set(oid, client);
  }

  /** To be called when something has gone: keeps no record of nothing. */
  tidy(oid: Oid): void {
    const known = this.#entries.get(oid);
    if (known instanceof LeaseEntry && known.isEmpty) this.#entries.delete(oid);
  }

  delete(oid: Oid): void {
    this.#entries.delete(oid);
  }

  #grow(oid: Oid, entry: LeaseEntry): LeaseEntry {
    this.#entries.set(oid, entry);
    return entry;
  }
}
