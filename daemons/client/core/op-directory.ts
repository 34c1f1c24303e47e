/** opendir, readdir, readdirplus, releasedir. */
import type { Attributes } from "../../core/attributes.ts";
import { fileName, version, type Oid } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";
import { ok, type Result } from "../../core/result.ts";
import { TIME_ZERO } from "../../core/time.ts";
import { FOPEN, type DirectoryEntry } from "../../fuse/core/reply.ts";
import { answerEmpty, answerError } from "./answer.ts";
import { NOW, type Context, type RequestOf } from "./context.ts";
import { tellPages } from "./forgetting.ts";
import type { Held } from "./held-lease.ts";
import { beginListing, extendListing } from "./listing.ts";
import { knownMeaning } from "./meaning.ts";
import { closeObject } from "./op-open.ts";
import type { Listed, OpenFile } from "./open-files.ts";
import type { Operation } from "./operation.ts";
import { secondsOf, secondsOfName, see } from "./under-lease.ts";

const DOTS = [fileName("."), fileName("..")] as const;
/** The kernel's own listing is of no use for longer than it believes the names in it: it would look up each. */
const WORTH_MS = 500;

export function* opendir(c: Context, { header }: RequestOf<"opendir">): Operation<void> {
  c.walker.visited(header.node);
  // What comes in a moment is a listing that the kernel may keep.
  yield* c.walker.settled(header.node);
  c.reading.visited(header.node);
  const file = c.files.open(header.node, header.unique);
  c.ports.reply(header, { kind: "opened", fh: file.fh, openFlags: flagsFor(c, header.node) });
}

/** Where all names are known, the kernel keeps its listing; and goes by the one it has, where all of that is still true. */
function flagsFor(c: Context, oid: Oid): number {
  const held = c.leases.readable(oid);
  if (held?.known?.names?.isComplete !== true || c.leases.validMs(held) === 0) return 0;
  tellPages(held);
  return held.listedMs > c.ports.now() + WORTH_MS ? FOPEN.cacheDirectory | FOPEN.keepCache : FOPEN.cacheDirectory;
}

export function* releasedir(c: Context, { header, fh }: RequestOf<"releasedir">): Operation<void> {
  const file = c.files.get(fh);
  if (file !== undefined) closeObject(c, file);
  answerEmpty(c, header);
}

/**
 * Answers from the handle's own listing, which grows as it is read. An offset is a place in that listing, after those of
 * "." and "..", so it stays valid whatever happens to the directory, and whoever tells the rest of it. Reading from the
 * beginning again (rewinddir) begins a new listing.
 */
export function* readdir(c: Context, { header, fh, offset, size, plus }: RequestOf<"readdir">): Operation<void> {
  const file = c.files.get(fh);
  if (file === undefined) return answerError(c, header, "EBADF");
  const self = yield* see(c, file.oid);
  if (!self.ok) return answerError(c, header, errnoOfListing(self.errno));
  const ready = yield* fetchTo(c, file, offset);
  if (!ready.ok) return answerError(c, header, errnoOfListing(ready.errno));
  c.ports.replyDirectory(header, size, plus, entriesFrom(c, file, { offset, plus, self: self.value.attributes }));
}

/** An open directory that was removed meanwhile is empty to whoever reads it: ENOENT, readdir(3). */
const errnoOfListing = (errno: ErrnoName): ErrnoName => (errno === "ESTALE" ? "ENOENT" : errno);

/** Fetches until there is an entry at an offset, or no more. */
function* fetchTo(c: Context, file: OpenFile, offset: number): Operation<Result<void>> {
  if (file.listing === undefined || offset === 0) {
    const begun = yield* beginListing(c, file.oid);
    if (!begun.ok) return begun;
    file.listing = begun.value;
  }
  const { listing } = file;
  while (!listing.end && (listing.entries.length === 0 || offset - DOTS.length >= listing.entries.length)) {
    const more = yield* extendListing(c, file.oid, listing);
    if (!more.ok) return more;
  }
  return ok(undefined);
}

type From = { readonly offset: number; readonly plus: boolean; readonly self: Attributes };

function* entriesFrom(c: Context, file: OpenFile, { offset, plus, self }: From): Generator<DirectoryEntry> {
  const entries = file.listing?.entries ?? [];
  // The kernel takes neither number nor attributes from "..", so its own will do.
  for (const [at, name] of DOTS.entries()) {
    if (at >= offset) yield { name, offset: at + 1, attributes: self, validity: NOW };
  }
  const directory = plus ? c.leases.readable(file.oid) : undefined;
  const { listing } = file;
  for (let place = Math.max(0, offset - DOTS.length); place < entries.length; place += 1) {
    const listed = entries[place];
    if (listed === undefined) continue;
    const entry = entryOf(c, file.oid, { listed, directory, offset: place + DOTS.length + 1 });
    if (listing !== undefined) listing.validMs = Math.min(listing.validMs, validUntil(c, entry));
    yield entry;
  }
  // It has taken all of them.
  if (directory !== undefined && listing?.end === true) directory.listedMs = listing.validMs;
}

const validUntil = (c: Context, { validity }: DirectoryEntry): number =>
  validity === undefined ? 0 : c.ports.now() + Math.min(validity.entrySeconds, validity.attributeSeconds) * 1_000;

type Told = { readonly listed: Listed; readonly directory: Held | undefined; readonly offset: number };

/** What is not known for sure is not told: the kernel looks it up, if it wants to know more than the name. */
function entryOf(c: Context, parent: Oid, { listed, directory, offset }: Told): DirectoryEntry {
  const { name, oid, type, attributes } = listed;
  if (attributes !== undefined) return { name, offset, attributes, validity: NOW };
  const held = c.leases.readable(oid);
  if (held?.known === undefined || knownMeaning(directory, name) !== oid || c.leases.oldPages.has(oid))
    return { name, offset, attributes: held?.known?.attributes ?? nothingOf(oid, type) };
  const validity = { entrySeconds: secondsOfName(c, parent, directory, name), attributeSeconds: secondsOf(c, held) };
  return { name, offset, attributes: held.known.attributes, validity };
}

/** A number and a type are all that is told of it. */
function nothingOf(oid: Oid, type: number): Attributes {
  const times = { atime: TIME_ZERO, mtime: TIME_ZERO, ctime: TIME_ZERO, btime: TIME_ZERO };
  const whose = { nlink: 1, uid: 0, gid: 0, rdev: 0 };
  return { oid, version: version(0), mode: type, ...whose, size: 0, blocks: 0, blockSize: 4_096, ...times };
}
