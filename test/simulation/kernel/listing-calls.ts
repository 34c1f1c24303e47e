/** opendir(3), readdir(3), closedir(3): fs/fuse/readdir.c. */
import type { FileName } from "../../../daemons/core/brand.ts";
import { fail, ok, type Result } from "../../../daemons/core/result.ts";
import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import { FOPEN, type DirectoryEntry } from "../../../daemons/fuse/core/reply.ts";
import type { CachedInode } from "./cached-inode.ts";
import { isSame, type Answer, type Fuse } from "./fuse.ts";
import { hash } from "./names.ts";
import { unexpected } from "./names-calls.ts";

/** Room for a listing's answer: some names, or few. */
const SIZES = [600, 4_096] as const;

/** @returns The names of a directory, less "." and "..". */
export function* list(fuse: Fuse, directory: CachedInode): Steps<Result<readonly FileName[]>> {
  const opened = yield* fuse.ask(directory.oid, { op: "opendir", flags: 0 });
  if (opened.kind !== "opened") return opened.kind === "error" ? fail(opened.errno) : unexpected(opened);
  if ((opened.openFlags & FOPEN.keepCache) === 0) directory.listing = undefined;
  const names = yield* namesOf(fuse, directory, opened);
  yield* fuse.ask(directory.oid, { op: "releasedir", fh: opened.fh });
  return names;
}

type Opened = Extract<Answer, { kind: "opened" }>;

function* namesOf(fuse: Fuse, directory: CachedInode, { fh, openFlags }: Opened): Steps<Result<readonly FileName[]>> {
  const begin = fuse.world.recorder.stamp();
  const caches = (openFlags & FOPEN.cacheDirectory) !== 0;
  if (caches) {
    const known = yield* fuse.attributes(directory);
    if (!known.ok) return known;
  }
  const cached = caches ? stillValid(directory) : undefined;
  if (cached !== undefined) {
    const now = fuse.world.recorder.stamp();
    saw(fuse, directory, cached.names, now);
    return ok(cached.names);
  }
  directory.listing = undefined;
  const { changes, attributes } = directory;
  const read = yield* readAll(fuse, directory, fh);
  if (!read.ok) return read;
  const names = read.value;
  if (caches && attributes !== undefined) directory.listing = { names, mtime: attributes.mtime, changes };
  saw(fuse, directory, names, begin);
  return ok(names);
}

function stillValid({ listing, attributes, changes }: CachedInode): CachedInode["listing"] {
  if (listing === undefined || attributes === undefined) return undefined;
  return listing.changes === changes && isSame(listing.mtime, attributes.mtime) ? listing : undefined;
}

/** A listing need not be of one moment, but each name that is in it was there, and each that is not was not. */
function saw(fuse: Fuse, directory: CachedInode, names: readonly FileName[], begin: number): void {
  const { recorder, by } = fuse.world;
  recorder.listed(by, begin, directory.oid, names);
}

function* readAll(fuse: Fuse, directory: CachedInode, fh: number): Steps<Result<readonly FileName[]>> {
  const names: FileName[] = [];
  const size = fuse.world.random.pick(SIZES);
  for (let offset = 0; ; ) {
    yield* directory.lock.lockShared();
    const asked = fuse.attributeVersion;
    const answer = yield* fuse.ask(directory.oid, { op: "readdir", fh, offset, size, plus: true });
    if (answer.kind === "directory") for (const entry of answer.entries) yield* link(fuse, directory, entry, asked);
    directory.lock.unlockShared();
    if (answer.kind !== "directory") return answer.kind === "error" ? fail(answer.errno) : unexpected(answer);
    const last = answer.entries.at(-1);
    if (last === undefined) return ok(names);
    offset = last.offset;
    for (const { name } of answer.entries) if (name !== "." && name !== "..") names.push(name);
  }
}

/** fuse_direntplus_link: what comes with a listing is known as if it had been looked up. */
function* link(fuse: Fuse, directory: CachedInode, entry: DirectoryEntry, asked: number): Steps<void> {
  const { name } = entry;
  if (name === "." || name === "..") return;
  const { attributes, validity } = entry;
  // Without attributes it is a name like one of READDIR.
  if (validity === undefined) return;
  const known = directory.names.get(name);
  yield* fuse.learn(fuse.inode(attributes.oid), attributes, validity.attributeSeconds, asked);
  const until = fuse.until(validity.entrySeconds);
  // The count of epochs is looked at only now, when the answer is there: it may be older.
  if (known?.oid === attributes.oid) Object.assign(known, { until, epoch: fuse.epoch });
  else hash(directory, name, { oid: attributes.oid, until, epoch: fuse.epoch });
}
