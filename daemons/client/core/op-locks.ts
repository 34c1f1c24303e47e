/** fcntl and flock locks: kept by the lead, for all clients of the group. */
import type { Oid } from "../../core/brand.ts";
import { errnoName } from "../../core/errno.ts";
import type { LockRequest } from "../../fuse/core/request.ts";
import { LOCK, type Message } from "../../wire/messages.ts";
import { answerEmpty, answerError } from "./answer.ts";
import type { Context, RequestOf } from "./context.ts";
import { expect, type Lost } from "./member-link.ts";
import type { OpenFile } from "./open-files.ts";
import { wait, type Operation } from "./operation.ts";

/** linux/fuse.h FUSE_RELEASE_FLOCK_UNLOCK. */
const RELEASE_FLOCK_UNLOCK = 2;

const rangeOf = (oid: Oid, lock: LockRequest) => ({
  oid,
  flock: lock.flock ? 1 : 0,
  owner: Buffer.from(lock.owner, "latin1"),
  start: lock.start,
  end: lock.end,
  type: lock.type,
});

export function* getlk(c: Context, { header, lock }: RequestOf<"getlk">): Operation<void> {
  const answer = expect(yield* c.lead.request({ kind: "lockTest", ...rangeOf(header.node, lock) }), "lockHolder");
  if (!answer.ok) return answerError(c, header, answer.errno);
  const { type, start, end, pid } = answer.value;
  c.ports.reply(header, { kind: "lock", type, start, end, pid });
}

/** A wait ends with EINTR when the kernel says that the caller got a signal. Holds no thread. */
export function* setlk(c: Context, { header, lock, wait: waits }: RequestOf<"setlk">): Operation<void> {
  const oid = header.node;
  if (lock.type !== LOCK.unlock) remember(c, oid, lock);
  const answer = yield* wait<Message | Lost>((resume) => {
    const request = c.lead.ask({ kind: "lock", ...rangeOf(oid, lock), wait: waits ? 1 : 0, pid: lock.pid }, resume);
    return () => c.lead.tell({ kind: "lockCancel", request });
  });
  if (answer.kind === "done") answerEmpty(c, header);
  else if (answer.kind === "failed") answerError(c, header, errnoName(answer.errno));
  else answerError(c, header, answer.kind === "lost" ? "ENOLCK" : "EIO");
}

function remember(c: Context, oid: Oid, lock: LockRequest): void {
  c.files.get(lock.fh)?.lockOwners.add(lock.owner);
  if (lock.flock) return;
  const owners = c.lockOwners.get(oid);
  if (owners === undefined) c.lockOwners.set(oid, new Set([lock.owner]));
  else owners.add(lock.owner);
}

function* drop(c: Context, oid: Oid, flock: boolean, owner: string): Operation<void> {
  yield* c.lead.request({ kind: "lockDrop", oid, flock: flock ? 1 : 0, owner: Buffer.from(owner, "latin1") });
}

/** FLUSH names the owner of the process's fcntl locks. Most files never had one, and cost nothing here. */
export function* dropLocksOfClose(c: Context, oid: Oid, owner: string): Operation<void> {
  const owners = c.lockOwners.get(oid);
  if (owners === undefined || !owners.delete(owner)) return;
  if (owners.size === 0) c.lockOwners.delete(oid);
  yield* drop(c, oid, false, owner);
}

/** The last close of a handle: its flock lock, and OFD locks, which look like fcntl locks but end only here. */
export function* dropLocksOfRelease(c: Context, request: RequestOf<"release">, file: OpenFile): Operation<void> {
  if ((request.releaseFlags & RELEASE_FLOCK_UNLOCK) !== 0) yield* drop(c, file.oid, true, request.owner);
  for (const owner of file.lockOwners) yield* dropLocksOfClose(c, file.oid, owner);
}
