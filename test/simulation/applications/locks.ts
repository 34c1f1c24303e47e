import { fileName, ROOT_OID } from "../../../daemons/core/brand.ts";
import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import type { LockRequest } from "../../../daemons/fuse/core/request.ts";
import type { History } from "../history.ts";
import type { SimClient } from "../sim-client.ts";
import type { World } from "../world.ts";
import { append, ask, close, openForSure, type File } from "./calls.ts";

const FILE_END = Number.MAX_SAFE_INTEGER;
const READ = 0;
const WRITE = 1;
const UNLOCK = 2;

/** Who holds which lock of the file, as the holders themselves believe. */
export type Holders = { readonly readers: Set<string>; readonly writers: Set<string> };
export const nobody = (): Holders => ({ readers: new Set(), writers: new Set() });

/** Locks a file that all share, works, and unlocks it in one of the ways that there are. */
export function* busyWithLocks(
  world: World,
  client: SimClient,
  { history, holders, flock }: { readonly history: History; readonly holders: Holders; readonly flock: boolean },
  operations: number,
): Steps<void> {
  const name = fileName(flock ? "flocked" : "locked");
  for (let count = 0; count < operations; count += 1) {
    const file = yield* openForSure(client, ROOT_OID, name);
    if (file === undefined) continue;
    const owner = ownerOf(client, count);
    const type = world.random.chance(0.6) ? WRITE : READ;
    const lock: LockRequest = { fh: file.fh, owner, start: 0, end: FILE_END, type, pid: 1, flock };
    const waits = world.random.chance(0.8);
    const locked = yield* ask(client, file.oid, { op: "setlk", lock, wait: waits });
    if (locked.kind === "empty") yield* hold(world, client, { file, history, holders, lock });
    else if (locked.kind !== "error" || locked.errno !== "EAGAIN" || waits)
      history.wrong.push(`${client.name} asked for a lock and got ${JSON.stringify(locked)}`);
    yield* letGo(world, client, file, lock);
    history.done += 1;
  }
}

const ownerOf = (client: SimClient, count: number): string => `${client.name}-${count}`.padEnd(8, "_");

type Holding = {
  readonly file: File;
  readonly history: History;
  readonly holders: Holders;
  readonly lock: LockRequest;
};

function* hold(world: World, client: SimClient, { file, history, holders, lock }: Holding): Steps<void> {
  const { readers, writers } = holders;
  const others = lock.type === WRITE ? readers.size + writers.size : writers.size;
  if (others > 0) history.wrong.push(`${client.name} has a lock at ${world.agenda.now} that ${others} others have`);
  const mine = lock.type === WRITE ? writers : readers;
  mine.add(client.name);
  for (let steps = world.random.below(4); steps > 0; steps -= 1) yield* append(client, file, ".");
  mine.delete(client.name);
}

function* letGo(world: World, client: SimClient, file: File, lock: LockRequest): Steps<void> {
  if (world.random.chance(0.5)) {
    const unlocked = { ...lock, type: UNLOCK };
    yield* ask(client, file.oid, { op: "setlk", lock: unlocked, wait: true });
  }
  if (!lock.flock) return yield* close(client, file, lock.owner);
  yield* ask(client, file.oid, { op: "flush", fh: file.fh, owner: "another" });
  const ends = { fh: file.fh, flags: 0, releaseFlags: 2, owner: lock.owner };
  yield* ask(client, file.oid, { op: "release", ...ends });
}
