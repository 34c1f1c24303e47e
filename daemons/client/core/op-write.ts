/** write, fallocate, copy_file_range. */
import type { Oid } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import type { ErrnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { LEASE } from "../../wire/messages.ts";
import { answerEmpty, answerError, errnoOf } from "./answer.ts";
import { change } from "./change.ts";
import type { Context, RequestOf } from "./context.ts";
import type { Held } from "./lease-holder.ts";
import { reserve } from "./op-create.ts";
import { attributesOf } from "./op-read.ts";
import { changeOne } from "./op-setattr.ts";
import type { Operation } from "./operation.ts";

/** open(2): asm-generic/fcntl.h. */
const O_APPEND = 0o2000;
/** linux/fuse.h FUSE_WRITE_KILL_SUIDGID. */
const WRITE_KILL_SUIDGID = 4;
/** Below it a copy is cheaper than keeping a buffer of 1 MiB from use. */
const KEEP_BYTES = 16_384;
/**
 * A disk with less room is near full: space is put aside on all members before a write, so that none is the only one
 * that cannot apply it. Beats tell the room once a second; a gigabyte is what one second of writing may take.
 */
const NEAR_FULL_BYTES = 1_073_741_824;

/** Keeps the bytes of a write for as long as the change may have to be sent. */
function hold(c: Context, data: Uint8Array): { readonly data: Uint8Array; done(): void } {
  const release = data.length >= KEEP_BYTES ? c.ports.keep() : undefined;
  return release === undefined ? { data: new Uint8Array(data), done: () => {} } : { data, done: release };
}

export function* write(c: Context, request: RequestOf<"write">): Operation<void> {
  const { header, data } = request;
  if (c.options.readOnly) return answerError(c, header, "EROFS");
  const held = hold(c, data);
  const wants = [{ oid: header.node, mode: LEASE.write }];
  const got = yield* c.leases.acquire(wants);
  let errno: ErrnoName | undefined;
  if (got.ok) {
    errno = yield* writeUnder(c, request, held.data);
    c.leases.release(wants);
  } else {
    errno = got.errno;
  }
  held.done();
  if (errno === undefined) c.ports.reply(header, { kind: "written", count: held.data.length });
  else answerError(c, header, errno);
}

function* writeUnder(c: Context, request: RequestOf<"write">, data: Uint8Array): Operation<ErrnoName | undefined> {
  const oid = request.header.node;
  const lease = c.leases.get(oid);
  let { offset } = request;
  // The kernel computed the offset from the size that it knows; only under the lease is the end of the file known.
  if ((request.flags & O_APPEND) !== 0 && (request.writeFlags & 1) === 0) {
    const size = yield* sizeUnder(c, oid, lease);
    if (!size.ok) return size.errno;
    offset = size.value;
  }
  if (c.writable.some((link) => link.bytesFree < NEAR_FULL_BYTES)) {
    const room = yield* reserve(c, oid, offset, data.length);
    if (!room.ok) return room.errno;
  }
  // Rights were checked when the file was opened, and write-back comes in nobody's name.
  const outcome = yield* change(c, ROOT_CALLER, [oid], {
    kind: "write",
    oid,
    offset,
    killPrivileges: (request.writeFlags & WRITE_KILL_SUIDGID) !== 0 ? 1 : 0,
    data,
  });
  const errno = errnoOf(outcome);
  if (lease !== undefined) {
    if (errno !== undefined) lease.size = undefined;
    else if (lease.size !== undefined) lease.size = Math.max(lease.size, offset + data.length);
  }
  return errno;
}

function* sizeUnder(c: Context, oid: Oid, lease: Held | undefined): Operation<Result<number>> {
  if (lease?.size !== undefined) return ok(lease.size);
  const found = yield* attributesOf(c, oid);
  if (!found.ok) return found;
  if (lease !== undefined) lease.size = found.value.size;
  return ok(found.value.size);
}

const FALLOC_FL_PUNCH_HOLE = 2;

export function* fallocate(c: Context, { header, offset, length, mode }: RequestOf<"fallocate">): Operation<void> {
  if ((mode & FALLOC_FL_PUNCH_HOLE) === 0 && c.writable.some((link) => link.bytesFree < NEAR_FULL_BYTES)) {
    const room = yield* reserve(c, header.node, offset, length);
    if (!room.ok) return answerError(c, header, room.errno);
  }
  const result = yield* changeOne(c, header, header.node, { kind: "allocate", oid: header.node, mode, offset, length });
  if (result.ok) answerEmpty(c, header);
  else answerError(c, header, result.errno);
}

export function* copyFileRange(c: Context, request: RequestOf<"copyFileRange">): Operation<void> {
  const { header, nodeOut } = request;
  if (c.options.readOnly) return answerError(c, header, "EROFS");
  // A write lease of the source as well: both members must copy the same bytes.
  const wants = [...new Set([header.node, nodeOut])].map((oid) => ({ oid, mode: LEASE.write }));
  const got = yield* c.leases.acquire(wants);
  if (!got.ok) return answerError(c, header, got.errno);
  const copied = yield* copyUnder(c, request);
  c.leases.release(wants);
  if (copied.ok) c.ports.reply(header, { kind: "written", count: copied.value, wide: request.wide });
  else answerError(c, header, copied.errno);
}

function* copyUnder(c: Context, request: RequestOf<"copyFileRange">): Operation<Result<number>> {
  const { header, nodeOut, offsetIn, offsetOut, length } = request;
  if (c.writable.some((link) => link.bytesFree < NEAR_FULL_BYTES)) {
    const source = yield* attributesOf(c, header.node);
    if (!source.ok) return source;
    const room = yield* reserve(c, nodeOut, offsetOut, Math.max(0, Math.min(length, source.value.size - offsetIn)));
    if (!room.ok) return room;
  }
  const outcome = yield* change(c, ROOT_CALLER, [nodeOut], {
    kind: "copyRange",
    from: header.node,
    fromOffset: offsetIn,
    to: nodeOut,
    toOffset: offsetOut,
    length,
  });
  const errno = errnoOf(outcome);
  const lease = c.leases.get(nodeOut);
  if (lease !== undefined) lease.size = undefined;
  return errno !== undefined || outcome.kind !== "changed" ? fail(errno ?? "EIO") : ok(outcome.count);
}
