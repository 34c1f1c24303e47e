/** Operations on names: unlink, rmdir, rename, link. */
import { S_IFDIR, S_IFMT } from "../../core/attributes.ts";
import { oid as toOid, type FileName, type Oid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Header } from "../../fuse/core/request.ts";
import { LEASE } from "../../wire/messages.ts";
import { answerError, answerResult } from "./answer.ts";
import { answerNamed } from "./answer-known.ts";
import { attributesAfter, change, changeNow, isDone, type ChangeOrder } from "./change.ts";
import { callerOf, type Context, type RequestOf } from "./context.ts";
import { tellName } from "./forgetting.ts";
import type { Want } from "./held-lease.ts";
import { orphaned } from "./op-open.ts";
import { find } from "./op-read.ts";
import type { Operation } from "./operation.ts";
import type { ChangeOutcome } from "./change-entry.ts";

/** How often a name may turn out to mean another object before the operation is given up: others are busy with it. */
const TRIES = 32;
/** Rule L9: a directory that changes its parent takes the lease of "the tree", so that no two renames make a loop. */
const THE_TREE = toOid(0);
const NOTHING = toOid(0);
const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;

/** An object that a name means, and the S_IFMT bits of its mode. */
type Meant = { readonly oid: Oid; readonly type: number };

function* meaning(c: Context, parent: Oid, name: FileName): Operation<Result<Meant>> {
  const found = yield* find(c, parent, name);
  return found.ok ? ok({ oid: found.value.oid, type: found.value.mode & S_IFMT }) : found;
}

/** Makes a change under a set of write leases. @returns Its outcome, or why the leases could not be had. */
function* changeUnder(
  c: Context,
  oids: readonly Oid[],
  order: () => Omit<ChangeOrder, "under">,
): Operation<Result<ChangeOutcome>> {
  const wants = [...new Set(oids)].map((oid): Want => ({ oid, mode: LEASE.write }));
  const got = c.leases.acquireNow(wants) ?? (yield* c.leases.acquire(wants));
  if (!got.ok) return got;
  const ordered = { ...order(), under: [got.value] };
  const outcome = changeNow(c, ordered) ?? (yield* change(c, ordered));
  c.leases.release(got.value);
  return outcome.errno === undefined ? ok(outcome) : fail(outcome.errno);
}

/** An object is about to lose a name. @returns Whether it must live on without: it is open here, or elsewhere. */
function mustKeep(c: Context, oid: Oid): boolean {
  return c.files.isOpen(oid) || c.leases.get(oid)?.inUse === true;
}

/** A name of an object is gone, perhaps its last. */
function unnamed(c: Context, oid: Oid, keep: boolean): (outcome: ChangeOutcome | undefined) => void {
  return (outcome) => {
    if (keep && isDone(outcome)) orphaned(c, oid);
  };
}

function* removeName(c: Context, header: Header, name: FileName, directory: boolean): Operation<Result<unknown>> {
  if (c.options.readOnly) return fail("EROFS");
  for (let tries = 0; tries < TRIES; tries += 1) {
    const meant = yield* meaning(c, header.node, name);
    if (!meant.ok) return meant;
    const removed = yield* removeOnce(c, header, name, { oid: meant.value.oid, directory });
    if (removed.ok || removed.errno !== "ESTALE") return removed;
  }
  return fail("EBUSY");
}

function* removeOnce(
  c: Context,
  header: Header,
  name: FileName,
  { oid, directory }: { readonly oid: Oid; readonly directory: boolean },
): Operation<Result<unknown>> {
  const parent = header.node;
  return yield* changeUnder(c, [parent, oid], () => {
    const keep = mustKeep(c, oid);
    return {
      caller: callerOf(c, header),
      answers: header,
      touched: [parent, oid],
      body: { kind: "remove", parent, name, oid, directory: directory ? 1 : 0, keep: keep ? 1 : 0 },
      loses: oid,
      settled: unnamed(c, oid, keep),
    };
  });
}

export function* unlink(c: Context, { header, name }: RequestOf<"unlink">): Operation<void> {
  answerResult(c, header, yield* removeName(c, header, name, false));
}

export function* rmdir(c: Context, { header, name }: RequestOf<"rmdir">): Operation<void> {
  answerResult(c, header, yield* removeName(c, header, name, true));
}

export function* rename(c: Context, request: RequestOf<"rename">): Operation<void> {
  const { header, flags } = request;
  if (c.options.readOnly) return answerError(c, header, "EROFS");
  if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) !== 0) return answerError(c, header, "EINVAL");
  for (let tries = 0; tries < TRIES; tries += 1) {
    const ends = yield* meanings(c, request);
    if (!ends.ok) return answerError(c, header, ends.errno);
    const renamed = yield* renameOnce(c, request, ends.value);
    if (renamed.ok) tellMoved(c, request);
    if (renamed.ok || renamed.errno !== "ESTALE") return answerResult(c, header, renamed);
  }
  answerError(c, header, "EBUSY");
}

/** The kernel goes on to believe of the new name what it was told of the old one, and the other way round. */
function tellMoved(c: Context, { header, name, newParent, newName, flags }: RequestOf<"rename">): void {
  const from = c.leases.get(header.node);
  const to = c.leases.get(newParent);
  const { canExpireNames } = c.ports;
  if (from?.told !== undefined && to !== undefined) tellName(to, from.told.untilMs, newName, canExpireNames);
  if ((flags & RENAME_EXCHANGE) === 0 || to?.told === undefined || from === undefined) return;
  tellName(from, to.told.untilMs, name, canExpireNames);
}

/** What the two names of a rename mean; the new one perhaps nothing. */
type Ends = { readonly moved: Meant; readonly there: Meant | undefined };

function* meanings(c: Context, request: RequestOf<"rename">): Operation<Result<Ends>> {
  const moved = yield* meaning(c, request.header.node, request.name);
  if (!moved.ok) return moved;
  const there = yield* meaning(c, request.newParent, request.newName);
  if (!there.ok && there.errno !== "ENOENT") return there;
  return ok({ moved: moved.value, there: there.ok ? there.value : undefined });
}

function* renameOnce(c: Context, request: RequestOf<"rename">, { moved, there }: Ends): Operation<Result<unknown>> {
  const { header, name, newParent, newName, flags } = request;
  const parent = header.node;
  const replaced = there?.oid ?? NOTHING;
  const moves = parent !== newParent && (moved.type === S_IFDIR || there?.type === S_IFDIR);
  const touched = [...new Set([parent, newParent, moved.oid, ...(there === undefined ? [] : [replaced])])];
  return yield* changeUnder(c, moves ? [THE_TREE, ...touched] : touched, () => {
    const loses = there !== undefined && (flags & RENAME_EXCHANGE) === 0 && replaced !== moved.oid;
    const keep = loses && mustKeep(c, replaced);
    const { oid } = moved;
    const ends = { fromParent: parent, fromName: name, oid, toParent: newParent, toName: newName, replaced };
    return {
      caller: callerOf(c, header),
      answers: header,
      touched,
      body: { kind: "rename", ...ends, flags, keep: keep ? 1 : 0 },
      ...(loses ? { loses: replaced, settled: unnamed(c, replaced, keep) } : {}),
    };
  });
}

export function* link(c: Context, { header, from, name }: RequestOf<"link">): Operation<void> {
  if (c.options.readOnly) return answerError(c, header, "EROFS");
  const parent = header.node;
  const linked = yield* changeUnder(c, [parent, from], () => ({
    caller: callerOf(c, header),
    answers: header,
    touched: [parent, from],
    body: { kind: "link", oid: from, parent, name },
  }));
  const attributes = linked.ok ? yield* attributesAfter(c, from, linked.value) : linked;
  if (!attributes.ok) return answerError(c, header, attributes.errno);
  answerNamed(c, header, name, attributes.value);
}
