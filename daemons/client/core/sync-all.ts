import { ROOT_OID } from "../../core/brand.ts";
import type { SyncLeft } from "../../core/report.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { makeDurable } from "./make-durable.ts";
import type { Context } from "./context.ts";
import { run, wait, type Operation } from "./operation.ts";

/** How often it is looked whether all changes have gone: soon at first, since most take milliseconds, then less often. */
const LOOK_FIRST_MS = 1;
const LOOK_MOST_MS = 50;
/** A member that is away is asked again after so long. */
const AGAIN_MS = 200;

/** A barrier that somebody waits at. */
export type Barrier = {
  /** What must still get to members, which are told by their names. */
  left(): SyncLeft;
  /** Nobody waits any more. */
  giveUp(): void;
};

type Patience = { readonly isOver: () => boolean };

/**
 * Begins the barrier of `pohmelfs sync`: see {@link syncAll}.
 * @param done Called once, unless it is given up.
 */
export function beginSync(c: Context, done: (result: Result<void>) => void): Barrier {
  const upTo = c.replicator.newest;
  let isOver = false;
  run(syncAll(c, upTo, { isOver: () => isOver }), (result) => {
    if (!isOver) done(result);
  });
  return {
    left: () => barrierLeft(c, upTo),
    giveUp() {
      isOver = true;
    },
  };
}

/** What of the changes up to a number not every writable member has. */
export function barrierLeft(c: Context, upTo: number): SyncLeft {
  const { changes, bytes, members } = c.replicator.left(upTo);
  const names = c.writable.filter(({ place }) => members.includes(place)).map(({ server }) => server);
  return { changes, bytes, members: names };
}

/**
 * Waits until every change that was answered before is durable on all writable members.
 * It waits for members that are away as long as whoever asked does.
 *
 * @param upTo The newest change then: {@link Replicator.newest}.
 * @returns EIO when it can never be: a member cannot follow any more, or the session has ended; EINTR when nobody waits.
 */
function* syncAll(c: Context, upTo: number, patience: Patience): Operation<Result<void>> {
  const session = c.lead.client;
  const isVoid = (): boolean => c.lead.client !== session && session !== 0;
  let lookMs = LOOK_FIRST_MS;
  // Somebody waits now: nothing waits for company any more.
  c.replicator.sendStaged();
  while (!isVoid() && c.replicator.left(upTo).changes > 0) {
    if (patience.isOver()) return fail("EINTR");
    yield* pause(c, lookMs);
    lookMs = Math.min(LOOK_MOST_MS, lookMs * 2);
  }
  for (;;) {
    if (patience.isOver()) return fail("EINTR");
    if (isVoid()) return fail("EIO", "the session in which they were made has ended: see the log of the mount");
    const stuck = diverged(c);
    if (stuck !== "") return fail("EIO", stuck);
    const done = yield* makeDurable(c, ROOT_OID, false);
    if (done.ok) return ok(undefined);
    // All of them are there: it is no matter of patience.
    if (c.replicator.stopped === "") return done;
    yield* pause(c, AGAIN_MS);
  }
}

function* pause(c: Context, ms: number): Operation<void> {
  yield* wait<void>((resume) => {
    c.ports.after(ms, () => resume());
    return undefined;
  });
}

const diverged = (c: Context): string =>
  c.writable.some(({ place }) => c.replicator.isDiverged(place)) ? c.replicator.stopped : "";
