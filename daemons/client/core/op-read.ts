/** Operations that change nothing: lookup, stat, readlink, listings, data, statfs, lseek, reading xattrs. */
import { S_IFMT } from "../../core/attributes.ts";
import type { Attributes } from "../../core/attributes.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { fileName, version, type FileName, type Oid } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";
import type { Result } from "../../core/result.ts";
import { ok } from "../../core/result.ts";
import { LIMIT } from "../../wire/messages.ts";
import { answerError } from "./answer.ts";
import { NOW, type Context, type RequestOf } from "./context.ts";
import type { Operation } from "./operation.ts";

/** Any version will do: only a client with a cache knows of one that it must not fall behind. */
const ANY = version(0);
/** The kernel asks for it before the first write to each file; see linux/fuse.h FUSE_HANDLE_KILLPRIV_V2. */
const CAPABILITY = fileName("security.capability");

/** Finds what a name means, and remembers it as a hint. The kernel has checked permission to search. */
export function* find(c: Context, parent: Oid, name: FileName): Operation<Result<Attributes>> {
  const answer = yield* c.readers.ask({ kind: "lookup", parent, name, caller: ROOT_CALLER, lease: 0 }, "attributesAre");
  if (!answer.ok) {
    c.hints.delete(parent, name);
    return answer;
  }
  const { attributes } = answer.value;
  c.hints.set(parent, name, { oid: attributes.oid, type: attributes.mode & S_IFMT });
  return ok(attributes);
}

export function* attributesOf(c: Context, oid: Oid): Operation<Result<Attributes>> {
  const answer = yield* c.readers.ask({ kind: "getAttributes", oid, versionFloor: ANY }, "attributesAre");
  return answer.ok ? ok(answer.value.attributes) : answer;
}

export function* lookup(c: Context, { header, name }: RequestOf<"lookup">): Operation<void> {
  const found = yield* find(c, header.node, name);
  if (found.ok) c.ports.reply(header, { kind: "entry", attributes: found.value, validity: NOW });
  else answerError(c, header, errnoOfLookup(found.errno));
}

/**
 * The directory itself was removed meanwhile. It was empty then, so there was no such name: ENOENT, as on a local file
 * system. (With ESTALE the kernel tries once more, and may meet the same again where members are a moment apart.)
 */
const errnoOfLookup = (errno: ErrnoName): ErrnoName => (errno === "ESTALE" ? "ENOENT" : errno);

export function* getattr(c: Context, { header }: RequestOf<"getattr">): Operation<void> {
  const found = yield* attributesOf(c, header.node);
  if (found.ok) c.ports.reply(header, { kind: "attributes", attributes: found.value, attributeSeconds: 0 });
  else answerError(c, header, found.errno);
}

export function* statx(c: Context, { header }: RequestOf<"statx">): Operation<void> {
  const found = yield* attributesOf(c, header.node);
  if (found.ok) c.ports.reply(header, { kind: "statx", attributes: found.value, attributeSeconds: 0 });
  else answerError(c, header, found.errno);
}

export function* readlink(c: Context, { header }: RequestOf<"readlink">): Operation<void> {
  const answer = yield* c.readers.ask({ kind: "readLink", oid: header.node }, "linkIs");
  if (answer.ok) c.ports.reply(header, { kind: "data", data: Buffer.from(answer.value.target, "latin1") });
  else answerError(c, header, answer.errno);
}

export function* read(c: Context, { header, fh, offset, size }: RequestOf<"read">): Operation<void> {
  if (c.files.isBroken(fh)) return answerError(c, header, "EIO");
  const length = Math.min(size, LIMIT.dataBytes);
  const answer = yield* c.readers.ask({ kind: "read", oid: header.node, offset, length, versionFloor: ANY }, "data");
  if (answer.ok) c.ports.reply(header, { kind: "data", data: answer.value.data });
  else answerError(c, header, answer.errno);
}

export function* lseek(c: Context, { header, offset, whence }: RequestOf<"lseek">): Operation<void> {
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
  if (name === CAPABILITY && c.leases.get(header.node)?.fresh === true) return answerError(c, header, "ENODATA");
  const caller = { uid: header.uid, gid: header.gid, groups: [] };
  const answer = yield* c.readers.ask({ kind: "getXattr", oid: header.node, name, caller }, "data");
  if (answer.ok) answerXattr(c, header, size, answer.value.data);
  else answerError(c, header, answer.errno);
}

export function* listxattr(c: Context, { header, size }: RequestOf<"listxattr">): Operation<void> {
  if (c.options.noXattr) return answerError(c, header, "EOPNOTSUPP");
  const caller = { uid: header.uid, gid: header.gid, groups: [] };
  const answer = yield* c.readers.ask({ kind: "listXattr", oid: header.node, caller }, "data");
  if (answer.ok) answerXattr(c, header, size, answer.value.data);
  else answerError(c, header, answer.errno);
}
