/** Operations that make an object: create, mknod, mkdir, symlink, tmpfile. */
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Attributes } from "../../core/attributes.ts";
import { fileName, type FileName, type Oid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Header } from "../../fuse/core/request.ts";
import { LEASE } from "../../wire/messages.ts";
import { answerError } from "./answer.ts";
import { answerCreated, answerNamed } from "./answer-known.ts";
import { attributesAfter, change, changeNow, isDone, type ChangeOrder } from "./change.ts";
import type { ChangeBody } from "./change-body.ts";
import { callerOf, type Context, type RequestOf } from "./context.ts";
import type { Use } from "./held-lease.ts";
import { isNearFullToMake, reserve } from "./near-full.ts";
import { closeObject, openObject, orphaned } from "./op-open.ts";
import { find } from "./op-read.ts";
import { truncate } from "./op-setattr.ts";
import type { OpenFile } from "./open-files.ts";
import type { Operation } from "./operation.ts";

/** open(2): asm-generic/fcntl.h. */
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
/** How often a name may come and go while it is to be made or opened, before that is given up. */
const TRIES = 32;
const NO_NAME = fileName("");

type What = {
  readonly mode: number;
  readonly umask: number;
  readonly rdev?: number;
  readonly target?: FileName;
  /** It is opened as well: before any other client can ask for it. */
  readonly opens?: boolean;
};
type Made = { readonly attributes: Attributes; readonly file: OpenFile | undefined };

/** Makes an object; it is then under this client's write lease. */
function* make(c: Context, header: Header, name: FileName, what: What): Operation<Result<Made>> {
  if (c.options.readOnly) return fail("EROFS");
  const wants = name === NO_NAME ? [] : ([{ oid: header.node, mode: LEASE.write }] as const);
  const got = c.leases.acquireNow(wants) ?? (yield* c.leases.acquire(wants));
  if (!got.ok) return got;
  const made = yield* makeUnder(c, header, name, { what, parent: got.value });
  c.leases.release(got.value);
  return made;
}

type Under = { readonly what: What; readonly parent: Use };

function* makeUnder(c: Context, header: Header, name: FileName, { what, parent }: Under): Operation<Result<Made>> {
  const room = yield* roomForOne(c, header.node);
  if (!room.ok) return room;
  const drawn = yield* c.oids.draw();
  if (!drawn.ok) return drawn;
  const oid = drawn.value;
  const use = c.leases.created(oid);
  const file = what.opens === true ? c.files.open(oid, header.unique) : undefined;
  const order: ChangeOrder = {
    caller: callerOf(c, header),
    answers: header,
    under: [parent, use],
    touched: name === NO_NAME ? [oid] : [header.node, oid],
    body: bodyOf(header.node, name, oid, what),
    // Without a name it is an orphan from the beginning: the lead saw that, and waits for the last close.
    settled: (end) => {
      if (name === NO_NAME && isDone(end)) orphaned(c, oid);
    },
  };
  const outcome = changeNow(c, order) ?? (yield* change(c, order));
  c.leases.release(use);
  const made = outcome.errno === undefined ? yield* attributesAfter(c, oid, outcome) : fail(outcome.errno);
  if (!made.ok) {
    c.leases.forget(oid);
    if (file !== undefined) closeObject(c, file);
    return made;
  }
  return ok({ attributes: made.value, file });
}

function bodyOf(parent: Oid, name: FileName, oid: Oid, { mode, umask, rdev, target }: What): ChangeBody {
  return { kind: "create", parent, name, oid, mode, umask, rdev: rdev ?? 0, target: target ?? NO_NAME };
}

/** Near a full disk all members are asked first, so that none is the only one without room. */
function* roomForOne(c: Context, parent: Oid): Operation<Result<void>> {
  return isNearFullToMake(c) ? yield* reserve(c, parent, 0, 0) : ok(undefined);
}

function* answerEntry(c: Context, header: Header, name: FileName, what: What): Operation<void> {
  const made = yield* make(c, header, name, what);
  if (made.ok) answerNamed(c, header, name, made.value.attributes);
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

function answerMade(c: Context, header: Header, name: FileName, made: Result<Made>): void {
  if (!made.ok) answerError(c, header, made.errno);
  else if (made.value.file === undefined) answerError(c, header, "EIO");
  else answerCreated(c, header, { name, attributes: made.value.attributes, file: made.value.file });
}

/** The name did not exist when the kernel looked; another client may have made it since, or may remove it again. */
export function* create(c: Context, request: RequestOf<"create">): Operation<void> {
  const { header, name, flags, mode, umask } = request;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const made = yield* make(c, header, name, { mode: S_IFREG | (mode & 0o7777), umask, opens: true });
    if (made.ok || made.errno !== "EEXIST" || (flags & O_EXCL) !== 0) return answerMade(c, header, name, made);
    const found = yield* find(c, header.node, name);
    if (found.ok) return yield* openFound(c, request, found.value);
    if (found.errno !== "ENOENT") return answerError(c, header, found.errno);
  }
  answerError(c, header, "EBUSY");
}

function* openFound(c: Context, { header, flags, name }: RequestOf<"create">, found: Attributes): Operation<void> {
  // With ESTALE the kernel looks the name up anew and opens what it finds: fs/namei.c, LOOKUP_REVAL.
  if ((found.mode & S_IFMT) !== S_IFREG) return answerError(c, header, "ESTALE");
  const opened = yield* openObject(c, found.oid, header.unique);
  if (!opened.ok) return answerError(c, header, opened.errno);
  const cut = (flags & O_TRUNC) === 0 ? ok(found) : yield* truncate(c, header, found.oid);
  if (cut.ok) return answerCreated(c, header, { name, attributes: cut.value ?? found, file: opened.value });
  closeObject(c, opened.value);
  answerError(c, header, cut.errno);
}

export function* tmpfile(c: Context, { header, mode, umask }: RequestOf<"tmpfile">): Operation<void> {
  answerMade(
    c,
    header,
    NO_NAME,
    yield* make(c, header, NO_NAME, { mode: S_IFREG | (mode & 0o7777), umask, opens: true }),
  );
}
