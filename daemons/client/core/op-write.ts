/** write, fallocate, copy_file_range. */
import type { Oid } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { LEASE } from "../../wire/messages.ts";
import { answerError, answerResult } from "./answer.ts";
import { change, changeNow, type ChangeOrder } from "./change.ts";
import type { Context, RequestOf } from "./context.ts";
import type { Held, Use } from "./held-lease.ts";
import { makeDurable } from "./make-durable.ts";
import { isNearFullToWrite, reserve } from "./near-full.ts";
import { attributesOf } from "./op-read.ts";
import { changeOne } from "./op-setattr.ts";
import type { Operation } from "./operation.ts";

/** open(2): asm-generic/fcntl.h. */
const O_APPEND = 0o2000;
/** Also a part of O_SYNC. */
const O_DSYNC = 0o10000;
/** linux/fuse.h FUSE_WRITE_CACHE, FUSE_WRITE_KILL_SUIDGID. */
const WRITE_CACHE = 1;
const WRITE_KILL_SUIDGID = 4;
/** Below it a copy is cheaper than keeping a buffer of 1 MiB from use. */
const KEEP_BYTES = 16_384;

/** The bytes of a write, for as long as the change may have to be sent. */
type Kept = { readonly data: Uint8Array; readonly done: (() => void) | undefined };

function hold(c: Context, data: Uint8Array): Kept {
  const release = data.length >= KEEP_BYTES ? c.ports.keep() : undefined;
  return release === undefined ? { data: new Uint8Array(data), done: undefined } : { data, done: release };
}

export function* write(c: Context, request: RequestOf<"write">): Operation<void> {
  const { header, data } = request;
  if (c.options.readOnly) return answerError(c, header, "EROFS");
  if (c.files.isBroken(request.fh)) return answerError(c, header, "EIO");
  const kept = hold(c, data);
  const wants = [{ oid: header.node, mode: LEASE.write }] as const;
  const got = c.leases.acquireNow(wants) ?? (yield* c.leases.acquire(wants));
  if (!got.ok) {
    kept.done?.();
    return answerError(c, header, got.errno);
  }
  c.files.wrote(header.node);
  for (const [, held] of got.value.helds) held.isPaged = true;
  const made = yield* writeUnder(c, request, got.value, kept);
  c.leases.release(got.value);
  const isSync = made.ok && (request.flags & O_DSYNC) !== 0 && (request.writeFlags & WRITE_CACHE) === 0;
  const written = isSync ? yield* makeDurable(c, header.node, true) : made;
  if (written.ok) c.ports.reply(header, { kind: "written", count: data.length });
  else answerError(c, header, written.errno);
}

/** @param kept Told when it is needed no more: what could not be sent to all may have to be sent again much later. */
function* writeUnder(c: Context, request: RequestOf<"write">, use: Use, kept: Kept): Operation<Result<void>> {
  const oid = request.header.node;
  const { data } = kept;
  const place = yield* placeOf(c, request);
  const room = place.ok ? yield* roomFor(c, oid, place.value, data.length) : place;
  if (!place.ok || !room.ok) {
    kept.done?.();
    return room;
  }
  const offset = place.value;
  const killPrivileges = (request.writeFlags & WRITE_KILL_SUIDGID) !== 0 ? 1 : 0;
  const order: ChangeOrder = {
    // Rights were checked when the file was opened, and write-back comes in nobody's name.
    caller: ROOT_CALLER,
    answers: request.header,
    under: [use],
    touched: [oid],
    body: { kind: "write", oid, offset, killPrivileges, data },
    released: kept.done,
  };
  const outcome = changeNow(c, order) ?? (yield* change(c, order));
  return outcome.errno === undefined ? ok(undefined) : fail(outcome.errno);
}

/** The kernel computed the offset from the size that it knows; only under the lease is the end of the file known. */
function* placeOf(c: Context, { header, offset, flags, writeFlags }: RequestOf<"write">): Operation<Result<number>> {
  const isWriteBack = (writeFlags & WRITE_CACHE) !== 0;
  if ((flags & O_APPEND) === 0 || isWriteBack) return ok(offset);
  return yield* sizeUnder(c, header.node, c.leases.get(header.node));
}

function* roomFor(c: Context, oid: Oid, offset: number, length: number): Operation<Result<void>> {
  return isNearFullToWrite(c) ? yield* reserve(c, oid, offset, length) : ok(undefined);
}

function* sizeUnder(c: Context, oid: Oid, lease: Held | undefined): Operation<Result<number>> {
  if (lease?.known !== undefined) return ok(lease.known.attributes.size);
  const found = yield* attributesOf(c, oid);
  if (!found.ok) return found;
  return ok(found.value.size);
}

const FALLOC_FL_PUNCH_HOLE = 2;

export function* fallocate(c: Context, request: RequestOf<"fallocate">): Operation<void> {
  const { header, fh, offset, length, mode } = request;
  if (c.files.isBroken(fh)) return answerError(c, header, "EIO");
  c.files.wrote(header.node);
  const frees = (mode & FALLOC_FL_PUNCH_HOLE) !== 0;
  const room = frees ? ok(undefined) : yield* roomFor(c, header.node, offset, length);
  if (!room.ok) return answerError(c, header, room.errno);
  const body = { kind: "allocate", oid: header.node, mode, offset, length } as const;
  answerResult(c, header, yield* changeOne(c, header, header.node, body));
}

export function* copyFileRange(c: Context, request: RequestOf<"copyFileRange">): Operation<void> {
  const { header, nodeOut, fhIn, fhOut } = request;
  if (c.options.readOnly) return answerError(c, header, "EROFS");
  if (c.files.isBroken(fhIn) || c.files.isBroken(fhOut)) return answerError(c, header, "EIO");
  // A write lease of the source as well: both members must copy the same bytes.
  const got = yield* c.leases.acquire([...new Set([header.node, nodeOut])].map((oid) => ({ oid, mode: LEASE.write })));
  if (!got.ok) return answerError(c, header, got.errno);
  c.files.wrote(nodeOut);
  const copied = yield* copyUnder(c, request, got.value);
  c.leases.release(got.value);
  if (copied.ok) c.ports.reply(header, { kind: "written", count: copied.value, wide: request.wide });
  else answerError(c, header, copied.errno);
}

function* copyUnder(c: Context, request: RequestOf<"copyFileRange">, use: Use): Operation<Result<number>> {
  const { header, nodeOut, offsetIn, offsetOut, length } = request;
  if (isNearFullToWrite(c)) {
    const source = yield* attributesOf(c, header.node);
    if (!source.ok) return source;
    const room = yield* reserve(c, nodeOut, offsetOut, Math.max(0, Math.min(length, source.value.size - offsetIn)));
    if (!room.ok) return room;
  }
  const ends = { from: header.node, fromOffset: offsetIn, to: nodeOut, toOffset: offsetOut };
  const body = { kind: "copyRange", ...ends, length } as const;
  const outcome = yield* change(c, { caller: ROOT_CALLER, answers: header, under: [use], touched: [nodeOut], body });
  return outcome.kind === "changed" && outcome.errno === undefined ? ok(outcome.count) : fail(outcome.errno ?? "EIO");
}
