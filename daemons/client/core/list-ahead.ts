import type { Oid } from "../../core/brand.ts";
import type { Context } from "./context.ts";
import { HELD_BYTES, NAME_BYTES, type Held } from "./held-lease.ts";
import { extendUnder, isWhole, LEASED_BYTES, listingUnder } from "./listing.ts";
import type { Listing } from "./open-files.ts";
import { run, type Operation } from "./operation.ts";
import { putLatest } from "./put-latest.ts";

/** Of a name and of its object's lease. */
const CHILD_BYTES = HELD_BYTES + NAME_BYTES;
/** How much is fetched at once for who looks up names: some 1,000. */
const SOME_BYTES = 131_072;
/** A larger directory is left to who really comes to it. */
const NAMES_MAX = 20_000;
/** Listings that go on where names are asked for once more. */
const BEGUN_MAX = 16;

/** What of directories is listed before anybody asks. */
export class ListAhead {
  readonly #c: Context;
  /** Those that have not come to their end. Oldest first. */
  readonly #begun = new Map<Oid, Listing>();

  constructor(c: Context) {
    this.#c = c;
  }

  /**
   * Begins to list a directory, where its lease is held and its names are not known; for as long as nothing changes in it.
   * @param isWhole To its end; else some more of it.
   * @param done Called once, with about how many bytes of memory that took.
   * @returns Whether it has begun.
   */
  list(directory: Oid, isWhole: boolean, done: (bytes: number) => void): boolean {
    const { leases, lead } = this.#c;
    const held = leases.get(directory);
    if (held?.known === undefined || held.known.names?.isComplete === true || held.stale) return false;
    if (held.revoked !== undefined || held.isReturning || !lead.ready || !lead.valid) return false;
    const listing = this.#listing(directory, held);
    run(this.#extend(directory, listing, isWhole), () => {
      done(listing.entries.length * CHILD_BYTES);
      // They are known by now.
      listing.entries.length = 0;
    });
    return true;
  }

  #listing(directory: Oid, held: Held): Listing {
    const begun = this.#begun.get(directory);
    this.#begun.delete(directory);
    return begun !== undefined && isWhole(this.#c, directory, begun) ? begun : listingUnder(held);
  }

  *#extend(directory: Oid, listing: Listing, toItsEnd: boolean): Operation<void> {
    const bytesMax = toItsEnd ? LEASED_BYTES : SOME_BYTES;
    do {
      if (!(yield* extendUnder(this.#c, directory, listing, bytesMax))) return;
    } while (!listing.end && toItsEnd && listing.entries.length < NAMES_MAX);
    if (listing.end) return;
    putLatest(this.#begun, directory, listing, BEGUN_MAX);
  }
}
