/**
 * The calls of libfuse's path interface (fuse.h of libfuse 2.9, as the npm package fuse-native passes them on), as
 * requests of the kernel's kind: what is asked by path is looked up name by name from the root.
 *
 * Nothing is remembered between calls but open files, so nothing can be out of date; and the many lookups are why this
 * is the second choice.
 */
import type { Attributes } from "../../core/attributes.ts";
import { type FileName, fileName, type Oid, ROOT_OID } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";
import { assertNever } from "../../core/result.ts";
import { TIME_ZERO, type Time } from "../../core/time.ts";
import type { DirectoryEntry, Reply } from "./reply.ts";
import { FATTR, type Operation } from "./request.ts";

/** Calls on what an `fd` stands for: a number that `open` or `create` gave. */
type FileCall =
  | { readonly call: "read"; readonly fd: number; readonly length: number; readonly offset: number }
  | { readonly call: "write"; readonly fd: number; readonly data: Uint8Array; readonly offset: number }
  | { readonly call: "flush" | "release"; readonly fd: number }
  | { readonly call: "fsync"; readonly fd: number; readonly dataOnly: boolean }
  | { readonly call: "ftruncate"; readonly fd: number; readonly size: number };

/** Calls on a name, which need not be there. */
type NameCall =
  | { readonly call: "create" | "mkdir"; readonly path: string; readonly mode: number }
  | { readonly call: "mknod"; readonly path: string; readonly mode: number; readonly rdev: number }
  | { readonly call: "symlink"; readonly path: string; readonly target: string }
  | { readonly call: "unlink" | "rmdir"; readonly path: string }
  | { readonly call: "rename"; readonly path: string; readonly to: string };

/** Calls on what a path leads to. */
type ObjectCall =
  | { readonly call: "getattr" | "readlink" | "statfs" | "listxattr"; readonly path: string }
  | { readonly call: "open"; readonly path: string; readonly flags: number }
  | { readonly call: "link"; readonly path: string; readonly to: string }
  | { readonly call: "chmod"; readonly path: string; readonly mode: number }
  | { readonly call: "chown"; readonly path: string; readonly uid: number; readonly gid: number }
  | { readonly call: "truncate"; readonly path: string; readonly size: number }
  | { readonly call: "utimens"; readonly path: string; readonly atimeMs: number; readonly mtimeMs: number }
  | { readonly call: "getxattr" | "removexattr"; readonly path: string; readonly name: string }
  | {
      readonly call: "setxattr";
      readonly path: string;
      readonly name: string;
      readonly value: Uint8Array;
      readonly flags: number;
    };

/** One call. Paths are text, as fuse-native decodes them (UTF-8). */
export type PathCall =
  | FileCall
  | NameCall
  | ObjectCall
  | { readonly call: "readdir"; readonly path: string }
  | { readonly call: "fsyncdir"; readonly path: string; readonly dataOnly: boolean };

/** What answers a call. */
export type PathAnswer = { readonly error: ErrnoName | undefined; readonly value?: PathValue };
export type PathValue =
  | Attributes
  | Extract<Reply, { kind: "statfs" }>
  | readonly string[]
  | string
  | number
  | Uint8Array;

/** What the generator below wants to know next. */
export type Asked = { readonly node: Oid; readonly operation: Operation };
/** The answer to it; a listing is unpacked. */
export type Told = Reply | { readonly kind: "listing"; readonly entries: readonly DirectoryEntry[] };
type Steps<T> = Generator<Asked, T, Told>;

export type OpenFile = { readonly node: Oid; readonly fh: number };
/** By number; owned by the transport, changed here. */
export type OpenFiles = Map<number, OpenFile>;

/** The whole of an extended attribute: limits.h, XATTR_SIZE_MAX and XATTR_LIST_MAX. */
const XATTR_BYTES = 65_536;
/** Room asked for in one READDIR. */
const LISTING_BYTES = 65_536;
/** fcntl.h: O_RDWR | O_CREAT. fuse-native does not say how a new file is to be open. */
const O_RDWR_CREAT = 0o102;
const NO_OWNER = "\0".repeat(8);

/** What a reply views is gone after it; and Buffer's own slice() copies nothing. */
const copyOf = (bytes: Uint8Array): Uint8Array => Uint8Array.prototype.slice.call(bytes);
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const bytesOf = (text: string): FileName => fileName(Buffer.from(text, "utf8").toString("latin1"));
const textOf = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");
const DONE: PathAnswer = { error: undefined };
const answer = (value: PathValue): PathAnswer => ({ error: undefined, value });

/**
 * Asks one thing. Errors and negative entries do not come back here: whoever drives the steps ends them with
 * `return()`, so that `finally` blocks run. Another kind of reply than the request allows is a bug.
 */
function* ask<Kind extends Told["kind"]>(
  node: Oid,
  operation: Operation,
  kind: Kind,
): Steps<Extract<Told, { kind: Kind }>> {
  const told = yield { node, operation };
  if (told.kind !== kind) throw new Error(`${operation.op} was answered with ${told.kind}`);
  return told as Extract<Told, { kind: Kind }>;
}

function* attributesOf(path: string): Steps<Attributes> {
  const names = path.split("/").filter((name) => name !== "");
  let attributes: Attributes | undefined;
  for (const name of names) {
    const node = attributes?.oid ?? ROOT_OID;
    attributes = (yield* ask(node, { op: "lookup", name: bytesOf(name) }, "entry")).attributes;
  }
  return attributes ?? (yield* ask(ROOT_OID, { op: "getattr", fh: undefined }, "attributes")).attributes;
}

function* nodeOf(path: string): Steps<Oid> {
  return (yield* attributesOf(path)).oid;
}

/** The directory that a path lies in, and its last name. */
function* placeOf(path: string): Steps<{ readonly parent: Oid; readonly name: FileName }> {
  const cut = path.lastIndexOf("/");
  return { parent: yield* nodeOf(path.slice(0, cut)), name: bytesOf(path.slice(cut + 1)) };
}

function* listing(path: string): Steps<readonly string[]> {
  const node = yield* nodeOf(path);
  const { fh } = yield* ask(node, { op: "opendir", flags: 0 }, "opened");
  try {
    const names: string[] = [];
    for (let offset = 0; ; ) {
      const readdir: Operation = { op: "readdir", fh, offset, size: LISTING_BYTES, plus: false };
      const { entries } = yield* ask(node, readdir, "listing");
      const last = entries[entries.length - 1];
      if (last === undefined) return names;
      for (const entry of entries) names.push(textOf(entry.name));
      offset = last.offset;
    }
  } finally {
    yield* ask(node, { op: "releasedir", fh }, "empty");
  }
}

function* syncDirectory(path: string, dataOnly: boolean): Steps<PathAnswer> {
  const node = yield* nodeOf(path);
  const { fh } = yield* ask(node, { op: "opendir", flags: 0 }, "opened");
  try {
    yield* ask(node, { op: "fsyncdir", fh, dataOnly }, "empty");
    return DONE;
  } finally {
    yield* ask(node, { op: "releasedir", fh }, "empty");
  }
}

type Changed = { readonly [Name in "mode" | "uid" | "gid" | "size"]?: number } & {
  readonly [Name in "atime" | "mtime"]?: Time;
};

function* setAttributes(node: Oid, fh: number | undefined, changed: Changed): Steps<PathAnswer> {
  let valid = fh === undefined ? 0 : FATTR.fh;
  // The names of what changes are those of the bits.
  for (const name of Object.keys(changed) as (keyof Changed)[]) valid |= FATTR[name];
  const nothing = { mode: 0, uid: 0, gid: 0, size: 0, atime: TIME_ZERO, mtime: TIME_ZERO, ctime: TIME_ZERO };
  yield* ask(node, { op: "setattr", valid, fh, ...nothing, ...changed }, "attributes");
  return DONE;
}

/** chown(2): -1, here 2^32-1, leaves it as it is. */
const owner = (uid: number, gid: number): Changed => ({
  ...(uid >>> 0 === 0xffff_ffff ? {} : { uid: uid >>> 0 }),
  ...(gid >>> 0 === 0xffff_ffff ? {} : { gid: gid >>> 0 }),
});

const timeOf = (ms: number): Time => {
  const sec = Math.floor(ms / 1000);
  return { sec, nsec: Math.round((ms - sec * 1000) * 1e6) };
};

/** The lowest number that is free, as open(2) gives it. */
function remember(files: OpenFiles, file: OpenFile): PathAnswer {
  let fd = 1;
  while (files.has(fd)) fd += 1;
  files.set(fd, file);
  return answer(fd);
}

function* onFile(call: FileCall, { node, fh }: OpenFile, files: OpenFiles): Steps<PathAnswer> {
  switch (call.call) {
    case "read": {
      const { data } = yield* ask(node, { op: "read", fh, offset: call.offset, size: call.length, flags: 0 }, "data");
      return answer(copyOf(data));
    }
    case "write": {
      const { offset, data } = call;
      const written = yield* ask(node, { op: "write", fh, offset, writeFlags: 0, flags: 0, data }, "written");
      return answer(written.count);
    }
    case "flush":
      yield* ask(node, { op: "flush", fh, owner: NO_OWNER }, "empty");
      return DONE;
    case "fsync":
      yield* ask(node, { op: "fsync", fh, dataOnly: call.dataOnly }, "empty");
      return DONE;
    case "ftruncate":
      return yield* setAttributes(node, fh, { size: call.size });
    case "release":
      files.delete(call.fd);
      yield* ask(node, { op: "release", fh, flags: 0, releaseFlags: 0, owner: NO_OWNER }, "empty");
      return DONE;
    default:
      return assertNever(call);
  }
}

function* withName(call: NameCall, files: OpenFiles): Steps<PathAnswer> {
  const { parent, name } = yield* placeOf(call.path);
  switch (call.call) {
    case "create": {
      const operation: Operation = { op: "create", name, flags: O_RDWR_CREAT, mode: call.mode, umask: 0, openFlags: 0 };
      const created = yield* ask(parent, operation, "created");
      return remember(files, { node: created.attributes.oid, fh: created.fh });
    }
    case "mkdir":
      yield* ask(parent, { op: "mkdir", name, mode: call.mode, umask: 0 }, "entry");
      return DONE;
    case "mknod":
      yield* ask(parent, { op: "mknod", name, mode: call.mode, rdev: call.rdev, umask: 0 }, "entry");
      return DONE;
    case "symlink":
      yield* ask(parent, { op: "symlink", name, target: bytesOf(call.target) }, "entry");
      return DONE;
    case "unlink":
    case "rmdir":
      yield* ask(parent, { op: call.call, name }, "empty");
      return DONE;
    case "rename": {
      const to = yield* placeOf(call.to);
      yield* ask(parent, { op: "rename", name, newParent: to.parent, newName: to.name, flags: 0 }, "empty");
      return DONE;
    }
    default:
      return assertNever(call);
  }
}

function* onObject(call: ObjectCall, files: OpenFiles): Steps<PathAnswer> {
  const attributes = yield* attributesOf(call.path);
  const node = attributes.oid;
  switch (call.call) {
    case "getattr":
      return answer(attributes);
    case "readlink":
      return answer(textOf(latin1((yield* ask(node, { op: "readlink" }, "data")).data)));
    case "statfs":
      return answer(yield* ask(node, { op: "statfs" }, "statfs"));
    case "open": {
      const { fh } = yield* ask(node, { op: "open", flags: call.flags, openFlags: 0 }, "opened");
      return remember(files, { node, fh });
    }
    case "link": {
      const to = yield* placeOf(call.to);
      yield* ask(to.parent, { op: "link", from: node, name: to.name }, "entry");
      return DONE;
    }
    case "chmod":
      return yield* setAttributes(node, undefined, { mode: call.mode });
    case "chown":
      return yield* setAttributes(node, undefined, owner(call.uid, call.gid));
    case "truncate":
      return yield* setAttributes(node, undefined, { size: call.size });
    case "utimens":
      return yield* setAttributes(node, undefined, { atime: timeOf(call.atimeMs), mtime: timeOf(call.mtimeMs) });
    case "getxattr": {
      const { data } = yield* ask(node, { op: "getxattr", name: bytesOf(call.name), size: XATTR_BYTES }, "data");
      return answer(copyOf(data));
    }
    case "listxattr": {
      const names = latin1((yield* ask(node, { op: "listxattr", size: XATTR_BYTES }, "data")).data);
      return answer(names.split("\0").slice(0, -1).map(textOf));
    }
    case "setxattr": {
      const { value, flags } = call;
      yield* ask(node, { op: "setxattr", name: bytesOf(call.name), value, flags, setxattrFlags: 0 }, "empty");
      return DONE;
    }
    case "removexattr":
      yield* ask(node, { op: "removexattr", name: bytesOf(call.name) }, "empty");
      return DONE;
    default:
      return assertNever(call);
  }
}

/**
 * The steps that answer a call.
 *
 * @param files Open files so far; `open` and `create` add to it, `release` takes away.
 */
export function* answerPathCall(call: PathCall, files: OpenFiles): Steps<PathAnswer> {
  switch (call.call) {
    case "readdir":
      return answer(yield* listing(call.path));
    case "fsyncdir":
      return yield* syncDirectory(call.path, call.dataOnly);
    case "read":
    case "write":
    case "flush":
    case "fsync":
    case "ftruncate":
    case "release": {
      const file = files.get(call.fd);
      return file === undefined ? { error: "EBADF" } : yield* onFile(call, file, files);
    }
    case "create":
    case "mkdir":
    case "mknod":
    case "symlink":
    case "unlink":
    case "rmdir":
    case "rename":
      return yield* withName(call, files);
    default:
      return yield* onObject(call, files);
  }
}
