/** Operations that change nothing: lookup, stat, readlink, listings, data, statfs, lseek, reading xattrs. */
import type { Attributes } from "../../core/attributes.ts";
import { version, type FileName, type Oid } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Header } from "../../fuse/core/request.ts";
import { LIMIT } from "../../wire/messages.ts";
import { answerError } from "./answer.ts";
import type { Context, RequestOf } from "./context.ts";
import { dataOf } from "./data-of.ts";
import { learnBirth } from "./judge.ts";
import { NO_OBJECT, type Held } from "./held-lease.ts";
import { knownMeaning, meaningOf } from "./meaning.ts";
import type { Operation } from "./operation.ts";
import { leaseOf, secondsOf, secondsOfName, see, type Seen } from "./under-lease.ts";
import { xattrOf } from "./xattrs.ts";

const ANY = version(0);
/** How often an object may be gone by the time that is looked at which its name meant. */
const TRIES = 32;

/**
 * What an object is, for an operation that holds leases: it must not wait for more (rule L8). What is not known under
 * one of its own is asked of any member. Also ESTALE: it is no more.
 */
export function* attributesOf(c: Context, oid: Oid): Operation<Result<Attributes>> {
  const known = c.leases.readable(oid)?.known;
  if (known !== undefined) return ok(known.attributes);
  const answer = yield* c.readers.ask({ kind: "getAttributes", oid, versionFloor: ANY }, "attributesAre");
  return answer.ok ? ok(answer.value.attributes) : answer;
}

/** Finds what a name means. The kernel has checked permission to search. Also ENOENT. */
export function* find(c: Context, parent: Oid, name: FileName): Operation<Result<Attributes>> {
  const found = yield* findSeen(c, parent, name);
  if (!found.ok) return found;
  return found.value.seen === undefined ? fail("ENOENT") : ok(found.value.seen.attributes);
}

/** A name and what it means, at this moment; `seen` undefined: nothing. */
type Found = { readonly directory: Held | undefined; readonly seen: Seen | undefined };

function* findSeen(c: Context, parent: Oid, name: FileName): Operation<Result<Found>> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const meaning = yield* meaningOf(c, parent, name);
    if (!meaning.ok) return meaning;
    const { oid, directory, attributes } = meaning.value;
    if (oid === NO_OBJECT) return ok({ directory, seen: undefined });
    if (attributes !== undefined) return ok({ directory, seen: { attributes, held: undefined } });
    const seen = yield* see(c, oid, { oid: parent, held: directory });
    if (seen.ok)
      return ok({ directory: knownMeaning(directory, name) === oid ? directory : undefined, seen: seen.value });
    // It was removed meanwhile, and the name may mean another object by now.
    if (seen.errno !== "ESTALE") return seen;
  }
  return fail("ENOENT");
}

export function* lookup(c: Context, { header, name }: RequestOf<"lookup">): Operation<void> {
  const found = yield* findSeen(c, header.node, name);
  if (!found.ok) return answerError(c, header, errnoOfLookup(found.errno));
  const { directory, seen } = found.value;
  const entrySeconds = secondsOfName(c, header.node, directory, name);
  if (seen !== undefined) {
    const validity = { entrySeconds, attributeSeconds: secondsOf(c, seen.held) };
    c.ports.reply(header, { kind: "entry", attributes: seen.attributes, validity });
  } else if (entrySeconds > 0) c.ports.reply(header, { kind: "negative", entrySeconds });
  else answerError(c, header, "ENOENT");
}

/**
 * The directory itself was removed meanwhile. It was empty then, so there was no such name: ENOENT, as on a local file
 * system. (With ESTALE the kernel tries once more, and may meet the same again where members are a moment apart.)
 */
const errnoOfLookup = (errno: ErrnoName): ErrnoName => (errno === "ESTALE" ? "ENOENT" : errno);

function* answerAttributes(c: Context, header: Header, kind: "attributes" | "statx"): Operation<void> {
  const seen = yield* see(c, header.node);
  if (!seen.ok) return answerError(c, header, seen.errno);
  const { attributes, held } = seen.value;
  c.ports.reply(header, { kind, attributes, attributeSeconds: secondsOf(c, held) });
}

export function* getattr(c: Context, { header }: RequestOf<"getattr">): Operation<void> {
  yield* answerAttributes(c, header, "attributes");
}

/** Asked for the time of birth, which only a member knows. What is asked of one comes behind what was changed before. */
export function* statx(c: Context, { header }: RequestOf<"statx">): Operation<void> {
  const oid = header.node;
  if (c.leases.readable(oid)?.known?.isBirthGuessed === true) {
    const told = yield* c.readers.ask({ kind: "getAttributes", oid, versionFloor: ANY }, "attributesAre");
    const known = c.leases.readable(oid)?.known;
    if (told.ok && known !== undefined) learnBirth(known, told.value.attributes);
  }
  yield* answerAttributes(c, header, "statx");
}

/** What a link says never changes: asked for once. */
export function* readlink(c: Context, { header }: RequestOf<"readlink">): Operation<void> {
  const known = c.leases.get(header.node)?.known?.target;
  const target = known === undefined ? yield* targetOf(c, header.node) : ok(known);
  if (target.ok) c.ports.reply(header, { kind: "data", data: Buffer.from(target.value, "latin1") });
  else answerError(c, header, target.errno);
}

function* targetOf(c: Context, oid: Oid): Operation<Result<FileName>> {
  const answer = yield* c.readers.ask({ kind: "readLink", oid }, "linkIs");
  if (!answer.ok) return answer;
  const held = c.leases.get(oid);
  if (held?.known !== undefined) {
    held.known.target = answer.value.target;
    c.leases.weigh(held);
  }
  return ok(answer.value.target);
}

/**
 * What a file holds is read of any member, since all have the same while a lease is held. A lease that is being given
 * back will do: the kernel locks the pages that it reads, and to give back waits for those.
 */
export function* read(c: Context, { header, fh, offset, size }: RequestOf<"read">): Operation<void> {
  if (c.files.isBroken(fh)) return answerError(c, header, "EIO");
  const held = yield* leaseOf(c, header.node);
  if (!held.ok) return answerError(c, header, held.errno);
  c.leases.paged(header.node, held.value);
  const length = Math.min(size, LIMIT.dataBytes);
  const data = yield* dataOf(c, header.node, offset, length);
  if (data.ok) c.ports.reply(header, { kind: "data", data: data.value });
  else answerError(c, header, data.errno);
}

export function* lseek(c: Context, { header, offset, whence }: RequestOf<"lseek">): Operation<void> {
  const held = yield* leaseOf(c, header.node);
  if (!held.ok) return answerError(c, header, held.errno);
  const answer = yield* c.readers.ask({ kind: "seek", oid: header.node, offset, whence }, "offsetIs");
  if (answer.ok) c.ports.reply(header, { kind: "offset", offset: answer.value.offset });
  else answerError(c, header, answer.errno);
}

export function* statfs(c: Context, { header }: RequestOf<"statfs">): Operation<void> {
  const answer = yield* c.readers.ask({ kind: "statFs" }, "spaceIs");
  if (answer.ok) c.ports.reply(header, { ...answer.value, kind: "statfs" });
  else answerError(c, header, answer.errno);
}

/** getxattr(2) and listxattr(2): with size 0 the length is asked, and a value longer than size is ERANGE. */
function answerXattr(c: Context, header: RequestOf<"getxattr">["header"], size: number, value: Uint8Array): void {
  if (size === 0) c.ports.reply(header, { kind: "xattrSize", size: value.length });
  else if (value.length > size) answerError(c, header, "ERANGE");
  else c.ports.reply(header, { kind: "data", data: value });
}

export function* getxattr(c: Context, { header, name, size }: RequestOf<"getxattr">): Operation<void> {
  if (c.options.noXattr) return answerError(c, header, "EOPNOTSUPP");
  const caller = { uid: header.uid, gid: header.gid, groups: [] };
  const value = yield* xattrOf(c, header, { kind: "getXattr", oid: header.node, name, caller });
  if (value.ok) answerXattr(c, header, size, value.value);
  else answerError(c, header, value.errno);
}

export function* listxattr(c: Context, { header, size }: RequestOf<"listxattr">): Operation<void> {
  if (c.options.noXattr) return answerError(c, header, "EOPNOTSUPP");
  const caller = { uid: header.uid, gid: header.gid, groups: [] };
  const names = yield* xattrOf(c, header, { kind: "listXattr", oid: header.node, caller });
  if (names.ok) answerXattr(c, header, size, names.value);
  else answerError(c, header, names.errno);
}
