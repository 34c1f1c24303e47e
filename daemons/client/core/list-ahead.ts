/** Directories are listed before anybody asks: what they are is known already, under their leases. */
import type { Oid } from "../../core/brand.ts";
import type { Context } from "./context.ts";
import { HELD_BYTES, NAME_BYTES } from "./held-lease.ts";
import { listUnder } from "./listing.ts";
import { run } from "./operation.ts";

/** Of a name and of its object's lease. */
const CHILD_BYTES = HELD_BYTES + NAME_BYTES;

/**
 * Begins to list a directory, where its lease is held and its names are not known; to its end, or for as long as nothing
 * changes in it.
 * @param done Called once, with about how many bytes of memory that took.
 * @returns Whether it has begun.
 */
export function listAhead(c: Context, directory: Oid, done: (bytes: number) => void): boolean {
  const held = c.leases.get(directory);
  if (held?.known === undefined || held.known.names?.isComplete === true || held.stale) return false;
  if (held.revoked !== undefined || held.isReturning || !c.lead.ready || !c.lead.valid) return false;
  run(listUnder(c, directory, held), (names) => done(names * CHILD_BYTES));
  return true;
}
