/** Operations on names: unlink, rmdir, rename, link. */
import { S_IFDIR, S_IFMT } from "../../core/attributes.ts";
import { oid as toOid, type FileName, type Oid } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Header } from "../../fuse/core/request.ts";
import { LEASE } from "../../wire/messages.ts";
import { answerEmpty, answerError, errnoOf } from "./answer.ts";
import { change } from "./change.ts";
import { callerOf, NOW, type Context, type RequestOf } from "./context.ts";
import type { Hint } from "./hints.ts";
import type { Want } from "./lease-holder.ts";
import { find } from "./op-read.ts";
import type { Operation } from "./operation.ts";

/** How often a name may turn out to mean another object before the operation is given up: others are busy with it. */
const TRIES = 32;
/** Rule L9: a directory that changes its parent takes the lease of "the tree", so that no two renames make a loop. */
const THE_TREE = toOid(0);
const NOTHING = toOid(0);
const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;

/** What a name means: by the hint, or asked. */
function* meaning(c: Context, parent: Oid, name: FileName): Operation<Result<Hint>> {
  const hint = c.hints.get(parent, name);
  if (hint !== undefined) return ok(hint);
  const found = yield* find(c, parent, name);
  return found.ok ? ok({ oid: found.value.oid, type: found.value.mode & S_IFMT }) : found;
}

/** Runs `attempt` under a set of write leases. @returns What it returns, or why the leases could not be had. */
function* under<T>(c: Context, oids: readonly Oid[], attempt: () => Operation<Result<T>>): Operation<Result<T>> {
  const wants: Want[] = [...new Set(oids)].map((oid) => ({ oid, mode: LEASE.write }));
  const got = yield* c.leases.acquire(wants);
  if (!got.ok) return got;
  const result = yield* attempt();
  c.leases.release(wants);
  return result;
}

/** Whether an object must live on without a name: it is open here, or elsewhere. */
const mustKeep = (c: Context, oid: Oid): boolean => c.files.isOpen(oid) || c.leases.get(oid)?.inUse === true;

/** Its last name may be gone: the lead saw that, and purges the orphan when it hears that nobody has it open. */
function orphan(c: Context, oid: Oid): void {
  if (c.files.isOpen(oid)) c.files.oweUnused(oid);
  else c.tellLead({ kind: "unused", oid });
}

function* removeName(c: Context, header: Header, name: FileName, directory: boolean): Operation<Result<void>> {
  if (c.options.readOnly) return fail("EROFS");
  const parent = header.node;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const meant = yield* meaning(c, parent, name);
    if (!meant.ok) return meant;
    const { oid } = meant.value;
    const removed = yield* under(c, [parent, oid], function* () {
      const keep = mustKeep(c, oid);
      const outcome = yield* change(c, callerOf(c, header), [parent, oid], {
        kind: "remove",
        parent,
        name,
        oid,
        directory: directory ? 1 : 0,
        keep: keep ? 1 : 0,
      });
      const errno = errnoOf(outcome);
      if (errno !== undefined) return fail(errno);
      c.leases.doubt(oid);
      if (keep) orphan(c, oid);
      return ok(undefined);
    });
    c.hints.delete(parent, name);
    if (removed.ok || removed.errno !== "ESTALE") return removed;
  }
  return fail("EBUSY");
}

function answer(c: Context, header: Header, result: Result<void>): void {
  if (result.ok) answerEmpty(c, header);
  else answerError(c, header, result.errno);
}

export function* unlink(c: Context, { header, name }: RequestOf<"unlink">): Operation<void> {
  answer(c, header, yield* removeName(c, header, name, false));
}

export function* rmdir(c: Context, { header, name }: RequestOf<"rmdir">): Operation<void> {
  answer(c, header, yield* removeName(c, header, name, true));
}

export function* rename(c: Context, request: RequestOf<"rename">): Operation<void> {
  const { header, name, newParent, newName, flags } = request;
  if (c.options.readOnly) return answerError(c, header, "EROFS");
  if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) !== 0) return answerError(c, header, "EINVAL");
  let result: Result<void> = fail("EBUSY");
  for (let tries = 0; tries < TRIES; tries += 1) {
    result = yield* renameOnce(c, request);
    c.hints.delete(header.node, name);
    c.hints.delete(newParent, newName);
    if (result.ok || result.errno !== "ESTALE") break;
  }
  answer(c, header, !result.ok && result.errno === "ESTALE" ? fail("EBUSY") : result);
}

function* renameOnce(c: Context, request: RequestOf<"rename">): Operation<Result<void>> {
  const { header, name, newParent, newName, flags } = request;
  const parent = header.node;
  const moved = yield* meaning(c, parent, name);
  if (!moved.ok) return moved;
  const there = yield* meaning(c, newParent, newName);
  if (!there.ok && there.errno !== "ENOENT") return there;
  const replaced = there.ok ? there.value.oid : NOTHING;
  const moves = parent !== newParent;
  const tree = moves && (moved.value.type === S_IFDIR || (there.ok && there.value.type === S_IFDIR)) ? [THE_TREE] : [];
  const touched = [...new Set([parent, newParent, moved.value.oid, ...(there.ok ? [replaced] : [])])];
  return yield* under(c, [...tree, ...touched], function* () {
    const keep = there.ok && (flags & RENAME_EXCHANGE) === 0 && replaced !== moved.value.oid && mustKeep(c, replaced);
    const outcome = yield* change(c, callerOf(c, header), touched, {
      kind: "rename",
      fromParent: parent,
      fromName: name,
      oid: moved.value.oid,
      toParent: newParent,
      toName: newName,
      replaced,
      flags,
      keep: keep ? 1 : 0,
    });
    const errno = errnoOf(outcome);
    if (errno !== undefined) return fail(errno);
    if (there.ok) c.leases.doubt(replaced);
    if (keep) orphan(c, replaced);
    return ok(undefined);
  });
}

export function* link(c: Context, { header, from, name }: RequestOf<"link">): Operation<void> {
  if (c.options.readOnly) return answerError(c, header, "EROFS");
  const parent = header.node;
  const linked = yield* under(c, [parent, from], function* () {
    const outcome = yield* change(c, callerOf(c, header), [parent, from], { kind: "link", oid: from, parent, name });
    const errno: ErrnoName | undefined = errnoOf(outcome);
    if (errno !== undefined) return fail(errno);
    if (outcome.kind !== "changed" || outcome.attributes === undefined) return fail("EIO");
    return ok(outcome.attributes);
  });
  if (!linked.ok) return answerError(c, header, linked.errno);
  c.hints.set(parent, name, { oid: from, type: linked.value.mode & S_IFMT });
  c.ports.reply(header, { kind: "entry", attributes: linked.value, validity: NOW });
}
