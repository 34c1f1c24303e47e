/** setattr: chmod, chown, truncate, utimensat; and setting xattrs. */
import type { Attributes } from "../../core/attributes.ts";
import type { Oid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { TIME_ZERO } from "../../core/time.ts";
import { FATTR, type Header } from "../../fuse/core/request.ts";
import { LEASE, SET } from "../../wire/messages.ts";
import { answerError, answerResult } from "./answer.ts";
import { answerAttributes } from "./answer-known.ts";
import { change, changeNow, type ChangeOrder } from "./change.ts";
import type { ChangeBody } from "./change-body.ts";
import { callerOf, type Context, type RequestOf } from "./context.ts";
import { attributesOf } from "./op-read.ts";
import type { Operation } from "./operation.ts";
import { awaitPages } from "./under-lease.ts";

/** linux/fuse.h FUSE_SETXATTR_ACL_KILL_SGID. */
const ACL_KILL_SGID = 1;

const NOW = FATTR.atimeNow | FATTR.mtimeNow;

/** Which bits of FATTR ask for which of SET. */
const SETS: readonly (readonly [fattr: number, set: number])[] = [
  [FATTR.mode, SET.mode],
  [FATTR.uid, SET.uid],
  [FATTR.gid, SET.gid],
  [FATTR.size, SET.size],
  [FATTR.atime | FATTR.atimeNow, SET.atime],
  [FATTR.mtime | FATTR.mtimeNow, SET.mtime],
  [FATTR.killSuidGid, SET.killPrivileges],
];

/**
 * Makes one change of one object under its write lease.
 *
 * @param isPart Not the change whose outcome is the answer: the request goes on after it.
 */
export function* changeOne(
  c: Context,
  header: Header,
  oid: Oid,
  body: ChangeBody,
  isPart = false,
): Operation<Result<Attributes | undefined>> {
  if (c.options.readOnly) return fail("EROFS");
  const wants = [{ oid, mode: LEASE.write }] as const;
  const got = c.leases.acquireNow(wants) ?? (yield* c.leases.acquire(wants));
  if (!got.ok) return got;
  const order: ChangeOrder = {
    caller: callerOf(c, header),
    answers: isPart ? undefined : header,
    under: [got.value],
    touched: [oid],
    body,
  };
  const outcome = changeNow(c, order) ?? (yield* change(c, order));
  const held = c.leases.get(oid);
  if (held !== undefined && body.kind === "setXattr") held.fresh = false;
  c.leases.release(got.value);
  if (outcome.errno !== undefined) return fail(outcome.errno);
  return ok(outcome.kind === "changed" ? outcome.attributes : undefined);
}

export function* truncate(c: Context, header: Header, oid: Oid): Operation<Result<Attributes | undefined>> {
  const cut = { mode: 0, uid: 0, gid: 0, size: 0, atime: TIME_ZERO, mtime: TIME_ZERO };
  return yield* changeOne(c, header, oid, { kind: "setAttributes", oid, set: SET.size | SET.checked, ...cut }, true);
}

export function* setattr(c: Context, request: RequestOf<"setattr">): Operation<void> {
  const { header, valid } = request;
  if (c.files.isBroken(request.fh)) return answerError(c, header, "EIO");
  if ((valid & FATTR.size) !== 0) c.files.wrote(header.node);
  let set = 0;
  for (const [fattr, bit] of SETS) if ((valid & fattr) !== 0) set |= bit;
  // By a descriptor: the kernel has checked, when it was opened, that it may be written.
  if ((valid & FATTR.size) !== 0 && request.fh !== undefined) set |= SET.checked;
  // Who may write may set both times to the present one, and to no other.
  if ((valid & NOW) === NOW) set |= SET.now;
  const result = set === 0 ? yield* attributesOf(c, header.node) : yield* setUnder(c, request, set);
  if (!result.ok) return answerError(c, header, result.errno);
  if (result.value === undefined) return answerError(c, header, "EIO");
  yield* awaitPages(c, header.node);
  answerAttributes(c, header, result.value);
}

function* setUnder(c: Context, request: RequestOf<"setattr">, set: number): Operation<Result<Attributes | undefined>> {
  const { header, valid } = request;
  const now = c.ports.realtime();
  return yield* changeOne(c, header, header.node, {
    kind: "setAttributes",
    oid: header.node,
    set,
    mode: request.mode,
    uid: request.uid,
    gid: request.gid,
    size: request.size,
    atime: (valid & FATTR.atimeNow) !== 0 ? now : request.atime,
    mtime: (valid & FATTR.mtimeNow) !== 0 ? now : request.mtime,
  });
}

export function* setxattr(c: Context, request: RequestOf<"setxattr">): Operation<void> {
  const { header, name, value, flags, setxattrFlags } = request;
  if (c.options.noXattr) return answerError(c, header, "EOPNOTSUPP");
  const result = yield* changeOne(c, header, header.node, {
    kind: "setXattr",
    oid: header.node,
    name,
    // The transport's buffer is used anew once this operation waits. (Slice of a Buffer would be a view of it.)
    value: new Uint8Array(value),
    flags,
    killPrivileges: setxattrFlags & ACL_KILL_SGID,
  });
  answerResult(c, header, result);
}

export function* removexattr(c: Context, { header, name }: RequestOf<"removexattr">): Operation<void> {
  if (c.options.noXattr) return answerError(c, header, "EOPNOTSUPP");
  const result = yield* changeOne(c, header, header.node, { kind: "removeXattr", oid: header.node, name });
  answerResult(c, header, result);
}
