/** Operations that make an object: create, mknod, mkdir, symlink, tmpfile. */
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Attributes } from "../../core/attributes.ts";
import { fileName, type FileName, type Oid } from "../../core/brand.ts";
import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Header } from "../../fuse/core/request.ts";
import { LEASE } from "../../wire/messages.ts";
import { answerError, errnoOf } from "./answer.ts";
import { change, everywhere } from "./change.ts";
import { callerOf, NOW, type Context, type RequestOf } from "./context.ts";
import { openObject } from "./op-open.ts";
import { find } from "./op-read.ts";
import { truncate } from "./op-setattr.ts";
import type { Operation } from "./operation.ts";

/** open(2): asm-generic/fcntl.h. */
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const NO_NAME = fileName("");
/** Bytes that a new object may need on a full disk: its inode, and a block of its directory. */
const NEAR_FULL_BYTES = 64 * 1_048_576;

type What = { readonly mode: number; readonly umask: number; readonly rdev?: number; readonly target?: FileName };

/** Makes an object; it is then under this client's write lease, and the name is a hint. */
function* make(c: Context, header: Header, name: FileName, what: What): Operation<Result<Attributes>> {
  if (c.options.readOnly) return fail("EROFS");
  const parent = header.node;
  const wants = name === NO_NAME ? [] : [{ oid: parent, mode: LEASE.write }];
  const got = yield* c.leases.acquire(wants);
  if (!got.ok) return got;
  const result = yield* makeUnder(c, header, name, what);
  c.leases.release(wants);
  return result;
}

function* makeUnder(c: Context, header: Header, name: FileName, what: What): Operation<Result<Attributes>> {
  const room = yield* roomForOne(c, header.node);
  if (!room.ok) return room;
  const oid = yield* c.oids.draw();
  if (oid === undefined) return fail("EIO", "the lead cannot be asked for a number");
  c.leases.created(oid);
  const touched = name === NO_NAME ? [oid] : [header.node, oid];
  const outcome = yield* change(c, callerOf(c, header), touched, {
    kind: "create",
    parent: header.node,
    name,
    oid,
    mode: what.mode,
    umask: what.umask,
    rdev: what.rdev ?? 0,
    target: what.target ?? NO_NAME,
  });
  c.leases.release([{ oid, mode: LEASE.write }]);
  const errno = errnoOf(outcome);
  if (errno !== undefined || outcome.kind !== "changed" || outcome.attributes === undefined) {
    c.leases.forget(oid);
    return fail(errno ?? "EIO");
  }
  if (name !== NO_NAME) c.hints.set(header.node, name, { oid, type: outcome.attributes.mode & S_IFMT });
  return ok(outcome.attributes);
}

/** Near a full disk all members are asked first, so that none is the only one without room. */
function* roomForOne(c: Context, parent: Oid): Operation<Result<void>> {
  const tight = c.writable.some((link) => link.bytesFree < NEAR_FULL_BYTES || link.filesFree < 1_024);
  return tight ? yield* reserve(c, parent, 0, 0) : ok(undefined);
}

/** Asks every writable member to put space aside. @returns ENOSPC or EDQUOT when one has none. */
export function* reserve(c: Context, oid: Oid, offset: number, length: number): Operation<Result<void>> {
  const bad = yield* everywhere(c, { kind: "reserve", oid, offset, length });
  return bad === undefined ? ok(undefined) : fail(errnoName(bad.errno), bad.because);
}

function* answerEntry(c: Context, header: Header, name: FileName, what: What): Operation<void> {
  const made = yield* make(c, header, name, what);
  if (made.ok) c.ports.reply(header, { kind: "entry", attributes: made.value, validity: NOW });
  else answerError(c, header, made.errno);
}

export function* mknod(c: Context, { header, name, mode, umask, rdev }: RequestOf<"mknod">): Operation<void> {
  yield* answerEntry(c, header, name, { mode, umask, rdev });
}

export function* mkdir(c: Context, { header, name, mode, umask }: RequestOf<"mkdir">): Operation<void> {
  yield* answerEntry(c, header, name, { mode: S_IFDIR | (mode & 0o7777), umask });
}

export function* symlink(c: Context, { header, name, target }: RequestOf<"symlink">): Operation<void> {
  yield* answerEntry(c, header, name, { mode: S_IFLNK | 0o777, umask: 0, target });
}

function answerCreated(c: Context, header: Header, attributes: Attributes): void {
  const file = c.files.open(attributes.oid);
  c.ports.reply(header, { kind: "created", attributes, validity: NOW, fh: file.fh, openFlags: 0 });
}

/** The name did not exist when the kernel looked; another client may have made it since. */
export function* create(c: Context, { header, name, flags, mode, umask }: RequestOf<"create">): Operation<void> {
  const made = yield* make(c, header, name, { mode: S_IFREG | (mode & 0o7777), umask });
  if (made.ok) return answerCreated(c, header, made.value);
  if (made.errno !== "EEXIST" || (flags & O_EXCL) !== 0) return answerError(c, header, made.errno);
  const found = yield* find(c, header.node, name);
  if (!found.ok) return answerError(c, header, found.errno);
  // With ESTALE the kernel looks the name up anew and opens what it finds: fs/namei.c, LOOKUP_REVAL.
  if ((found.value.mode & S_IFMT) !== S_IFREG) return answerError(c, header, "ESTALE");
  const opened = yield* openObject(c, found.value.oid);
  if (!opened.ok) return answerError(c, header, opened.errno);
  if ((flags & O_TRUNC) !== 0) {
    const cut = yield* truncate(c, header, found.value.oid);
    if (!cut.ok) return answerError(c, header, cut.errno);
  }
  answerCreated(c, header, found.value);
}

export function* tmpfile(c: Context, { header, mode, umask }: RequestOf<"tmpfile">): Operation<void> {
  const made = yield* make(c, header, NO_NAME, { mode: S_IFREG | (mode & 0o7777), umask });
  if (!made.ok) return answerError(c, header, made.errno);
  answerCreated(c, header, made.value);
  // The lead saw it made without a name, and waits for the last close.
  c.files.oweUnused(made.value.oid);
}
