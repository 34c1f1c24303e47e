/** System calls that change names, as fs/namei.c and fs/fuse/dir.c make requests of them. */
import { S_IFDIR, type Attributes } from "../../../daemons/core/attributes.ts";
import type { FileName } from "../../../daemons/core/brand.ts";
import { fail, ok, type Result } from "../../../daemons/core/result.ts";
import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import type { NameOp } from "../history/calls.ts";
import type { Begun } from "../history/recorder.ts";
import type { CachedInode } from "./cached-inode.ts";
import type { Answer, Fuse } from "./fuse.ts";
import { hash, lookup, nameOf, type Lookup } from "./names.ts";

/** A name in a directory. */
export type Place = { readonly directory: CachedInode; readonly name: FileName };

const keyOf = ({ directory, name }: Place): string => nameOf(directory, name);

/** An error after which nobody knows whether it was done. */
export const isUnknown = (answer: Answer): boolean =>
  answer.kind === "error" && (answer.errno === "EIO" || answer.errno === "EINTR");

/** Writes down what a change came to: done, perhaps done, or refused for a reason that says something of names. */
function record(
  begun: Begun<NameOp>,
  answer: Answer,
  what: { readonly done?: NameOp; readonly refused?: NameOp } = {},
): void {
  if (isUnknown(answer)) return;
  if (answer.kind !== "error") begun.done(what.done);
  else begun.refused(what.refused);
}

const began = ({ world: { recorder, by } }: Fuse, op: NameOp): Begun<NameOp> => recorder.nameBegan(by, op);

const errnoOf = (answer: Answer): string | undefined => (answer.kind === "error" ? answer.errno : undefined);

/** What a new object's directory entry and attributes are from now on. */
export function* instantiate(
  fuse: Fuse,
  { directory, name }: Place,
  epoch: number,
  { attributes, validity }: Extract<Answer, { kind: "entry" | "created" }>,
): Steps<CachedInode> {
  const inode = fuse.inode(attributes.oid);
  yield* fuse.learn(inode, attributes, validity.attributeSeconds, 0);
  hash(directory, name, { oid: attributes.oid, until: fuse.until(validity.entrySeconds), epoch });
  directory.directoryChanged();
  return inode;
}

export function* mkdir(fuse: Fuse, place: Place, how: Lookup): Steps<Result<Attributes>> {
  const { directory, name } = place;
  yield* directory.lock.lock();
  const found = yield* lookup(fuse, directory, name, { ...how, locked: true });
  const made = !found.ok ? found : found.value.oid !== undefined ? fail("EEXIST") : yield* mkdirLocked(fuse, place);
  directory.lock.unlock();
  return made;
}

function* mkdirLocked(fuse: Fuse, place: Place): Steps<Result<Attributes>> {
  const { epoch } = fuse;
  const { directory, name } = place;
  const begun = began(fuse, {
    kind: "make",
    at: keyOf(place),
    oid: fuse.world.recorder.unknown(),
    exclusive: true,
    directory: true,
  });
  const answer = yield* fuse.ask(directory.oid, { op: "mkdir", name, mode: S_IFDIR | 0o755, umask: 0 });
  const at = keyOf(place);
  record(begun, answer, {
    ...(answer.kind === "entry"
      ? { done: { kind: "make", at, oid: answer.attributes.oid, exclusive: true, directory: true } }
      : {}),
    ...(errnoOf(answer) === "EEXIST" ? { refused: { kind: "exists", at } } : {}),
  });
  if (answer.kind === "entry") {
    yield* instantiate(fuse, place, epoch, answer);
    return ok(answer.attributes);
  }
  // "Somebody else made it": what was known of the name is wrong.
  directory.names.delete(name);
  return answer.kind === "error" ? fail(answer.errno) : unexpected(answer);
}

export function* remove(fuse: Fuse, place: Place, isDirectory: boolean, how: Lookup): Steps<Result<void>> {
  const { directory, name } = place;
  yield* directory.lock.lock();
  const found = yield* lookup(fuse, directory, name, { ...how, locked: true });
  const removed = found.ok ? yield* removeLocked(fuse, place, isDirectory, found.value.oid) : found;
  directory.lock.unlock();
  return removed;
}

function* removeLocked(
  fuse: Fuse,
  place: Place,
  isDirectory: boolean,
  oid: CachedInode["oid"] | undefined,
): Steps<Result<void>> {
  if (oid === undefined) return fail("ENOENT");
  const { directory, name } = place;
  const target = fuse.inode(oid);
  yield* target.lock.lock();
  const at = keyOf(place);
  const begun = began(fuse, { kind: "remove", at, directory: isDirectory });
  const answer = yield* fuse.ask(directory.oid, { op: isDirectory ? "rmdir" : "unlink", name });
  target.lock.unlock();
  const refused = refusedRemoval(errnoOf(answer), at);
  record(begun, answer, refused === undefined ? {} : { refused });
  if (answer.kind === "empty") {
    directory.directoryChanged();
    fuse.forgetAttributes(target);
    directory.names.delete(name);
    return ok(undefined);
  }
  if (isUnknown(answer) || errnoOf(answer) === "ENOENT") directory.names.delete(name);
  return answer.kind === "error" ? fail(answer.errno) : unexpected(answer);
}

function refusedRemoval(errno: string | undefined, at: string): NameOp | undefined {
  if (errno === "ENOENT") return { kind: "means", at, oid: 0 };
  return errno === "ENOTEMPTY" ? { kind: "notEmpty", at } : undefined;
}

/** @param flags RENAME_NOREPLACE 1, RENAME_EXCHANGE 2. */
export function* rename(fuse: Fuse, from: Place, to: Place, flags: number, how: Lookup): Steps<Result<void>> {
  // lock_rename: one order for all, here that of numbers.
  const directories = [...new Set([from.directory, to.directory])].sort((a, b) => a.oid - b.oid);
  for (const directory of directories) yield* directory.lock.lock();
  const renamed = yield* renameLocked(fuse, from, to, flags, how);
  for (const directory of directories) directory.lock.unlock();
  return renamed;
}

function* renameLocked(fuse: Fuse, from: Place, to: Place, flags: number, how: Lookup): Steps<Result<void>> {
  const source = yield* lookup(fuse, from.directory, from.name, { ...how, locked: true });
  if (!source.ok) return source;
  const target = yield* lookup(fuse, to.directory, to.name, { ...how, locked: true });
  if (!target.ok) return target;
  if (source.value.oid === undefined || (flags === 2 && target.value.oid === undefined)) return fail("ENOENT");
  if (flags === 1 && target.value.oid !== undefined) return fail("EEXIST");
  if (source.value.oid === target.value.oid) return ok(undefined);
  const begun = began(fuse, { kind: "rename", from: keyOf(from), to: keyOf(to), flags });
  const ends = { newParent: to.directory.oid, newName: to.name, flags };
  const answer = yield* fuse.ask(from.directory.oid, { op: "rename", name: from.name, ...ends });
  const refused = errnoOf(answer) === "EEXIST" && flags === 1;
  record(begun, answer, refused ? { refused: { kind: "exists", at: keyOf(to) } } : {});
  if (answer.kind !== "empty") {
    if (isUnknown(answer)) for (const { directory, name } of [from, to]) directory.names.delete(name);
    return answer.kind === "error" ? fail(answer.errno) : unexpected(answer);
  }
  for (const { directory } of [from, to]) directory.directoryChanged();
  for (const oid of [source.value.oid, target.value.oid]) if (oid !== undefined) fuse.forgetAttributes(fuse.inode(oid));
  // d_move: what was known of the old name is known of the new one from now on, for as long.
  to.directory.names.delete(to.name);
  if (from.directory.names.get(from.name) === source.value) from.directory.names.delete(from.name);
  hash(to.directory, to.name, source.value);
  if (flags === 2) hash(from.directory, from.name, target.value);
  return ok(undefined);
}

export function* link(fuse: Fuse, inode: CachedInode, to: Place, how: Lookup): Steps<Result<void>> {
  const { directory, name } = to;
  yield* directory.lock.lock();
  const found = yield* lookup(fuse, directory, name, { ...how, locked: true });
  const linked = !found.ok
    ? found
    : found.value.oid !== undefined
      ? fail("EEXIST")
      : yield* linkLocked(fuse, inode, to);
  directory.lock.unlock();
  return linked;
}

function* linkLocked(fuse: Fuse, inode: CachedInode, to: Place): Steps<Result<void>> {
  yield* inode.lock.lock();
  const at = keyOf(to);
  const begun = began(fuse, { kind: "link", at, oid: inode.oid });
  const { epoch } = fuse;
  const answer = yield* fuse.ask(to.directory.oid, { op: "link", from: inode.oid, name: to.name });
  record(begun, answer, errnoOf(answer) === "EEXIST" ? { refused: { kind: "exists", at } } : {});
  if (answer.kind === "entry") yield* instantiate(fuse, to, epoch, answer);
  else to.directory.names.delete(to.name);
  inode.lock.unlock();
  if (answer.kind === "entry") return ok(undefined);
  return answer.kind === "error" ? fail(answer.errno) : unexpected(answer);
}

export function unexpected(answer: Answer): never {
  throw new Error(`the daemon answered with ${answer.kind}`);
}
