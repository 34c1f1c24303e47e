import type { Oid } from "../../core/brand.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Context } from "./context.ts";
import { everywhere } from "./everywhere.ts";
import type { Operation } from "./operation.ts";

/**
 * Waits until all that was done to an object is durable on all writable members (fsync(2)). A member makes everything
 * durable that came before, so nothing is asked where this client has changed nothing since that was done last: what
 * other clients have changed was durable before this one got its lease (rule L2).
 *
 * @returns EIO when a member is away for too long; EINTR.
 */
export function* makeDurable(c: Context, oid: Oid, dataOnly: boolean): Operation<Result<void>> {
  const { replicator } = c;
  if (replicator.isDurable && replicator.stopped === "" && c.leases.get(oid) !== undefined) return ok(undefined);
  const upTo = replicator.newest;
  const session = c.lead.client;
  const done = yield* everywhere(c, { kind: "syncObject", oid, dataOnly: dataOnly ? 1 : 0 });
  if (done.ok && c.lead.client === session) replicator.durable(upTo);
  if (replicator.isDurable) c.leases.allDurable();
  return done;
}
