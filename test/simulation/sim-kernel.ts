import { S_IFREG, type Attributes } from "../../daemons/core/attributes.ts";
import { fileName, ROOT_OID, type FileName } from "../../daemons/core/brand.ts";
import { fail, ok, type Result } from "../../daemons/core/result.ts";
import type { Operation as Steps } from "../../daemons/client/core/operation.ts";
import { FOPEN } from "../../daemons/fuse/core/reply.ts";
import type { CachedInode } from "./kernel/cached-inode.ts";
import { read, setAttributes, write } from "./kernel/data-calls.ts";
import { Fuse, type Answer, type FuseWorld } from "./kernel/fuse.ts";
import { list } from "./kernel/listing-calls.ts";
import { instantiate, isUnknown, link, mkdir, remove, rename, unexpected, type Place } from "./kernel/names-calls.ts";
import { isValid, lookup, nameOf, type Lookup } from "./kernel/names.ts";
import type { OpenFile } from "./kernel/open-file.ts";

const O_RDWR = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_APPEND = 0o2000;
const NO_OWNER = "\0".repeat(8);

/** How a file is opened: open(2). */
export type OpenHow = {
  readonly create?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
  readonly append?: boolean;
};

/**
 * What stands between applications and the mount's daemon: caches names, attributes, listings and pages for as long as
 * answers allow, holds the locks that Linux holds, and forgets when it is told to. Calls are those of POSIX; a path is
 * of names between slashes, from the root. What applications see is written down as they see it.
 */
export class SimKernel {
  readonly fuse: Fuse;

  constructor(world: FuseWorld) {
    this.fuse = new Fuse(world);
  }

  /** All but the last name of a path. */
  *#walk(path: string, how: Lookup): Steps<Result<Place>> {
    const names = path.split("/").map(fileName);
    const last = names.pop() ?? fileName("");
    let directory = this.fuse.inode(ROOT_OID);
    for (const name of names) {
      const found = yield* lookup(this.fuse, directory, name, how);
      if (!found.ok) return found;
      if (found.value.oid === undefined) return fail("ENOENT");
      directory = this.fuse.inode(found.value.oid);
    }
    return ok({ directory, name: last });
  }

  *#find(path: string, how: Lookup): Steps<Result<CachedInode>> {
    if (path === "") return ok(this.fuse.inode(ROOT_OID));
    const place = yield* this.#walk(path, how);
    if (!place.ok) return place;
    const found = yield* lookup(this.fuse, place.value.directory, place.value.name, how);
    if (!found.ok) return found;
    return found.value.oid === undefined ? fail("ENOENT") : ok(this.fuse.inode(found.value.oid));
  }

  /** ESTALE is met once more with all names asked anew: fs/namei.c, LOOKUP_REVAL. */
  *#twice<T>(call: (how: Lookup) => Steps<Result<T>>): Steps<Result<T>> {
    const once = yield* call({});
    return !once.ok && once.errno === "ESTALE" ? yield* call({ again: true }) : once;
  }

  *open(path: string, how: OpenHow = {}): Steps<Result<OpenFile>> {
    const opened = yield* this.#twice((lookups) => this.#openOnce(path, how, lookups));
    if (!opened.ok || how.truncate !== true) return opened;
    const cut = yield* this.truncate(opened.value, 0);
    if (cut.ok) return opened;
    yield* this.close(opened.value);
    return cut;
  }

  *#openOnce(path: string, how: OpenHow, lookups: Lookup): Steps<Result<OpenFile>> {
    const place = yield* this.#walk(path, lookups);
    if (!place.ok) return place;
    const { directory, name } = place.value;
    const known = directory.names.get(name);
    if (how.create !== true || (known?.oid !== undefined && isValid(this.fuse, known) && lookups.again !== true)) {
      const found = yield* lookup(this.fuse, directory, name, lookups);
      return found.ok ? yield* this.#openFound(found.value.oid, how) : found;
    }
    yield* directory.lock.lock();
    const made = yield* this.#lookupOpen(place.value, how, lookups);
    directory.lock.unlock();
    if (!made.ok || "inode" in made.value) return made as Result<OpenFile>;
    return yield* this.#openFound(made.value.found, how);
  }

  /** lookup_open: under the directory's lock. */
  *#lookupOpen(
    { directory, name }: Place,
    how: OpenHow,
    lookups: Lookup,
  ): Steps<Result<OpenFile | { readonly found: CachedInode["oid"] }>> {
    const found = yield* lookup(this.fuse, directory, name, { ...lookups, locked: true });
    if (!found.ok) return found;
    if (found.value.oid !== undefined) return ok({ found: found.value.oid });
    return yield* this.#create({ directory, name }, how);
  }

  *#create(place: Place, how: OpenHow): Steps<Result<OpenFile>> {
    const { recorder, by } = this.fuse.world;
    const { directory, name } = place;
    const { epoch } = this.fuse;
    const exclusive = how.exclusive === true;
    const at = nameOf(directory, name);
    const make = { kind: "make", at, exclusive, directory: false } as const;
    const begun = recorder.nameBegan(by, { ...make, oid: recorder.unknown() });
    const flags = O_RDWR | O_CREAT | (exclusive ? O_EXCL : 0) | (how.append === true ? O_APPEND : 0);
    const answer = yield* this.fuse.ask(directory.oid, {
      op: "create",
      name,
      flags,
      mode: S_IFREG | 0o644,
      umask: 0,
      openFlags: 0,
    });
    if (answer.kind === "created") {
      begun.done({ ...make, oid: answer.attributes.oid });
      const inode = yield* instantiate(this.fuse, place, epoch, answer);
      return ok(yield* this.#opened(inode, answer.fh, answer.openFlags, how));
    }
    directory.names.delete(name);
    if (answer.kind !== "error") return unexpected(answer);
    if (!isUnknown(answer)) begun.refused(answer.errno === "EEXIST" ? { kind: "exists", at } : undefined);
    return fail(answer.errno);
  }

  *#openFound(oid: CachedInode["oid"] | undefined, how: OpenHow): Steps<Result<OpenFile>> {
    if (oid === undefined) return fail("ENOENT");
    if (how.exclusive === true) return fail("EEXIST");
    const inode = this.fuse.inode(oid);
    const flags = O_RDWR | (how.append === true ? O_APPEND : 0);
    const answer = yield* this.fuse.ask(oid, { op: "open", flags, openFlags: 0 });
    if (answer.kind === "opened") return ok(yield* this.#opened(inode, answer.fh, answer.openFlags, how));
    return answer.kind === "error" ? fail(answer.errno) : unexpected(answer);
  }

  *#opened(inode: CachedInode, fh: number, openFlags: number, { append }: OpenHow): Steps<OpenFile> {
    if ((openFlags & FOPEN.keepCache) === 0) yield* inode.pages.drop();
    return { inode, fh, openFlags, appends: append === true };
  }

  *close({ inode, fh, openFlags }: OpenFile): Steps<Result<void>> {
    const flushes = (openFlags & FOPEN.noFlush) === 0;
    const flushed = flushes
      ? yield* this.fuse.ask(inode.oid, { op: "flush", fh, owner: NO_OWNER })
      : ({ kind: "empty" } as const);
    // Nobody waits for it.
    this.fuse.world.ask(inode.oid, { op: "release", fh, flags: 0, releaseFlags: 0, owner: NO_OWNER }, () => {});
    return this.#synced(flushed);
  }

  *read(file: OpenFile, offset: number, length: number): Steps<Result<string>> {
    return yield* read(this.fuse, file, offset, length);
  }

  *write(file: OpenFile, offset: number, text: string): Steps<Result<number>> {
    return yield* write(this.fuse, file, file.appends ? undefined : offset, text);
  }

  *truncate({ inode, fh }: OpenFile, size: number): Steps<Result<Attributes>> {
    return yield* setAttributes(this.fuse, inode, fh, { size });
  }

  *fsync({ inode, fh }: OpenFile): Steps<Result<void>> {
    const begun = this.fuse.world.recorder.stamp();
    const answer = yield* this.fuse.ask(inode.oid, { op: "fsync", fh, dataOnly: false });
    if (answer.kind !== "error") this.fuse.world.synced(inode.oid, begun);
    return this.#synced(answer);
  }

  #synced(answer: Answer): Result<void> {
    if (answer.kind !== "error") return ok(undefined);
    this.fuse.world.lostWrites();
    return fail(answer.errno);
  }

  *stat(path: string): Steps<Result<Attributes>> {
    return yield* this.#twice((how) => this.#statOnce(path, how));
  }

  *#statOnce(path: string, how: Lookup): Steps<Result<Attributes>> {
    const found = yield* this.#find(path, how);
    return found.ok ? yield* this.#attributes(found.value) : found;
  }

  *fstat({ inode, fh }: OpenFile): Steps<Result<Attributes>> {
    return yield* this.#attributes(inode, fh);
  }

  *#attributes(inode: CachedInode, fh?: number): Steps<Result<Attributes>> {
    const { recorder, by } = this.fuse.world;
    const begin = recorder.stamp();
    const found = yield* this.fuse.attributes(inode, fh);
    if (!found.ok) return found;
    recorder.attributes(by, begin, found.value.attributes);
    return ok(found.value.attributes);
  }

  *chmod(path: string, mode: number): Steps<Result<Attributes>> {
    return yield* this.#twice((how) => this.#chmodOnce(path, mode, how));
  }

  *#chmodOnce(path: string, mode: number, how: Lookup): Steps<Result<Attributes>> {
    const found = yield* this.#find(path, how);
    return found.ok ? yield* setAttributes(this.fuse, found.value, undefined, { mode }) : found;
  }

  *unlink(path: string): Steps<Result<void>> {
    return yield* this.#in(path, (place, how) => remove(this.fuse, place, false, how));
  }

  *mkdir(path: string): Steps<Result<Attributes>> {
    return yield* this.#in(path, (place, how) => mkdir(this.fuse, place, how));
  }

  *rmdir(path: string): Steps<Result<void>> {
    return yield* this.#in(path, (place, how) => remove(this.fuse, place, true, how));
  }

  /** @param flags RENAME_NOREPLACE 1, RENAME_EXCHANGE 2. */
  *rename(from: string, to: string, flags = 0): Steps<Result<void>> {
    return yield* this.#twice((how) => this.#renameOnce(from, to, flags, how));
  }

  *#renameOnce(from: string, to: string, flags: number, how: Lookup): Steps<Result<void>> {
    const source = yield* this.#walk(from, how);
    if (!source.ok) return source;
    const target = yield* this.#walk(to, how);
    return target.ok ? yield* rename(this.fuse, source.value, target.value, flags, how) : target;
  }

  *link(from: string, to: string): Steps<Result<void>> {
    return yield* this.#twice((how) => this.#linkOnce(from, to, how));
  }

  *#linkOnce(from: string, to: string, how: Lookup): Steps<Result<void>> {
    const source = yield* this.#find(from, how);
    if (!source.ok) return source;
    const target = yield* this.#walk(to, how);
    return target.ok ? yield* link(this.fuse, source.value, target.value, how) : target;
  }

  *readdir(path: string): Steps<Result<readonly FileName[]>> {
    return yield* this.#twice((how) => this.#listOnce(path, how));
  }

  *#listOnce(path: string, how: Lookup): Steps<Result<readonly FileName[]>> {
    const found = yield* this.#find(path, how);
    return found.ok ? yield* list(this.fuse, found.value) : found;
  }

  *#in<T>(path: string, call: (place: Place, how: Lookup) => Steps<Result<T>>): Steps<Result<T>> {
    return yield* this.#twice((how) => this.#inOnce(path, call, how));
  }

  *#inOnce<T>(path: string, call: (place: Place, how: Lookup) => Steps<Result<T>>, how: Lookup): Steps<Result<T>> {
    const place = yield* this.#walk(path, how);
    return place.ok ? yield* call(place.value, how) : place;
  }
}
