/** open, release, flush, fsync, fsyncdir. */
import type { Oid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { LEASE } from "../../wire/messages.ts";
import { answerEmpty, answerError, answerResult } from "./answer.ts";
import { pageFlags } from "./answer-known.ts";
import type { Context, RequestOf } from "./context.ts";
import { makeDurable } from "./make-durable.ts";
import type { OpenFile } from "./open-files.ts";
import type { Operation } from "./operation.ts";
import { PATIENCE_MS } from "./under-lease.ts";

/** linux/fuse.h FUSE_RELEASE_FLOCK_UNLOCK. */
const RELEASE_FLOCK_UNLOCK = 2;

/**
 * Opens an object, and makes the lead count this client as one that has it open, so that it outlives its last name. A
 * lease of any mode does: when it is revoked, the answer says that the object is open. While the lead is away files can
 * be opened all the same, to be read: it hears of them when it is back. Only who cannot reach the lead, while others can,
 * may find then that the file is gone.
 *
 * @param unique The request that it is opened for.
 */
export function* openObject(c: Context, oid: Oid, unique: number): Operation<Result<OpenFile>> {
  // Opened first: a revoke that comes while the lease is asked for must find it open.
  const file = c.files.open(oid, unique);
  // One that is stale is perhaps of an object that is being removed now.
  if (c.leases.get(oid)?.stale === false) return ok(file);
  const got = yield* c.leases.acquire([{ oid, mode: LEASE.read }], { leadPatienceMs: PATIENCE_MS });
  if (got.ok) c.leases.release(got.value);
  if (got.ok || (got.errno === "EIO" && !c.lead.ready)) return ok(file);
  closeObject(c, file);
  return got;
}

export function closeObject(c: Context, file: OpenFile): void {
  if (c.files.close(file.fh)) c.lead.tell({ kind: "unused", oid: file.oid });
}

/** Its last name may be gone: the lead saw that, and purges the orphan when it hears that nobody has it open. */
export function orphaned(c: Context, oid: Oid): void {
  if (!c.files.oweUnused(oid)) c.lead.tell({ kind: "unused", oid });
}

export function* open(c: Context, { header }: RequestOf<"open">): Operation<void> {
  const opened = yield* openObject(c, header.node, header.unique);
  if (!opened.ok) return answerError(c, header, opened.errno);
  c.ports.reply(header, { kind: "opened", fh: opened.value.fh, openFlags: pageFlags(c, header.node) });
}

/** Comes after close(2) has returned, and nobody waits for it. */
export function* release(c: Context, request: RequestOf<"release">): Operation<void> {
  const { header, fh } = request;
  const file = c.files.get(fh);
  c.files.released(fh);
  answerEmpty(c, header);
  if (file === undefined) return;
  yield* c.locks.released(file, (request.releaseFlags & RELEASE_FLOCK_UNLOCK) !== 0 ? request.owner : undefined);
  closeObject(c, file);
}

/** Every close(2) of a descriptor: all fcntl locks of the process on the file end, POSIX says. */
export function* flush(c: Context, { header, fh, owner }: RequestOf<"flush">): Operation<void> {
  yield* c.locks.closed(header.node, owner);
  answerResult(c, header, yield* closing(c, header.node, fh));
}

/** What close(2) returns: also what has gone wrong with changes of the file that were answered before. */
function* closing(c: Context, oid: Oid, fh: number): Operation<Result<void>> {
  if (c.files.isBroken(fh)) return fail("EIO");
  if (c.options.syncOnClose && c.files.isWritten(oid)) {
    const done = yield* makeDurable(c, oid, false);
    if (!done.ok) return done;
    c.files.wrote(oid, false);
  }
  return lateErrorOf(c, fh);
}

/** A change of the file that was answered, and failed later, is told once for each handle: errseq_set(9). */
function lateErrorOf(c: Context, fh: number): Result<void> {
  const errno = c.files.takeLateError(fh);
  return errno === undefined ? ok(undefined) : fail(errno);
}

/** Rule 2: durable on all writable members when it returns. */
export function* fsync(c: Context, request: RequestOf<"fsync"> | RequestOf<"fsyncdir">): Operation<void> {
  const { header, fh, dataOnly } = request;
  if (c.files.isBroken(fh)) return answerError(c, header, "EIO");
  const done = yield* makeDurable(c, header.node, dataOnly);
  answerResult(c, header, done.ok ? lateErrorOf(c, fh) : done);
}
