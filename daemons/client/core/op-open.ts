/** open, release, flush, fsync, fsyncdir. */
import type { Oid } from "../../core/brand.ts";
import { errnoName } from "../../core/errno.ts";
import { ok, type Result } from "../../core/result.ts";
import { LEASE } from "../../wire/messages.ts";
import { answerEmpty, answerError } from "./answer.ts";
import { everywhere } from "./change.ts";
import type { Context, RequestOf } from "./context.ts";
import { dropLocksOfClose, dropLocksOfRelease } from "./op-locks.ts";
import type { Operation } from "./operation.ts";

/**
 * Makes the lead count this client as one that has the object open, so that it outlives its last name. A lease of any
 * mode does: when it is revoked, the answer says that the object is open. While the lead is away files can be opened
 * all the same, to be read: nobody can remove names then.
 */
export function* openObject(c: Context, oid: Oid): Operation<Result<void>> {
  if (c.leases.get(oid) !== undefined || !c.lead.up) return ok(undefined);
  const wants = [{ oid, mode: LEASE.read }];
  const got = yield* c.leases.acquire(wants);
  if (!got.ok) return got;
  c.leases.release(wants);
  return ok(undefined);
}

export function* open(c: Context, { header }: RequestOf<"open">): Operation<void> {
  // Opened first: a revoke that comes while the lease is asked for must find it open.
  const file = c.files.open(header.node);
  const opened = yield* openObject(c, header.node);
  if (!opened.ok) {
    c.files.close(file.fh);
    return answerError(c, header, opened.errno);
  }
  c.ports.reply(header, { kind: "opened", fh: file.fh, openFlags: 0 });
}

/** Comes after close(2) has returned, and nobody waits for it. */
export function* release(c: Context, request: RequestOf<"release">): Operation<void> {
  const { header, fh } = request;
  const file = c.files.get(fh);
  answerEmpty(c, header);
  if (file === undefined) return;
  yield* dropLocksOfRelease(c, request, file);
  if (c.files.close(fh)) c.tellLead({ kind: "unused", oid: file.oid });
}

/** Every close(2) of a descriptor: all fcntl locks of the process on the file end, POSIX says. */
export function* flush(c: Context, { header, owner }: RequestOf<"flush">): Operation<void> {
  yield* dropLocksOfClose(c, header.node, owner);
  answerEmpty(c, header);
}

function* sync(c: Context, oid: Oid, dataOnly: boolean): Operation<Result<void>> {
  const bad = yield* everywhere(c, { kind: "syncObject", oid, dataOnly: dataOnly ? 1 : 0 });
  return bad === undefined ? ok(undefined) : { ok: false, errno: errnoName(bad.errno), because: bad.because };
}

/** Rule 2: durable on all writable members when it returns. */
export function* fsync(c: Context, { header, dataOnly }: RequestOf<"fsync"> | RequestOf<"fsyncdir">): Operation<void> {
  const synced = yield* sync(c, header.node, dataOnly);
  if (synced.ok) answerEmpty(c, header);
  else answerError(c, header, synced.errno);
}
