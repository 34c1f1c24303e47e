/** opendir, readdir, readdirplus, releasedir. */
import { S_IFMT } from "../../core/attributes.ts";
import type { Attributes } from "../../core/attributes.ts";
import { fileName, type FileName } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";
import type { Result } from "../../core/result.ts";
import { ok } from "../../core/result.ts";
import type { DirectoryEntry } from "../../fuse/core/reply.ts";
import type { MessageOfKind } from "../../wire/messages.ts";
import { answerEmpty, answerError } from "./answer.ts";
import type { Context, RequestOf } from "./context.ts";
import { expect } from "./expect.ts";
import { closeObject } from "./op-open.ts";
import { attributesOf } from "./op-read.ts";
import type { Listing, OpenFile } from "./open-files.ts";
import type { Operation } from "./operation.ts";

/** How much of a listing is fetched at once, in bytes of frame: some 600 names. */
const FETCH_BYTES = 131_072;
const DOT = fileName(".");
const DOT_DOT = fileName("..");

export function* opendir(c: Context, { header }: RequestOf<"opendir">): Operation<void> {
  const file = c.files.open(header.node, header.unique);
  c.ports.reply(header, { kind: "opened", fh: file.fh, openFlags: 0 });
}

export function* releasedir(c: Context, { header, fh }: RequestOf<"releasedir">): Operation<void> {
  const file = c.files.get(fh);
  if (file !== undefined) closeObject(c, file);
  answerEmpty(c, header);
}

/**
 * Answers from the handle's own listing, which grows as it is read. An offset is a place in that listing, so it stays
 * valid whatever happens to the directory, and whichever member the rest of it comes from. Reading from the beginning
 * again (rewinddir) begins a new listing.
 */
export function* readdir(c: Context, { header, fh, offset, size, plus }: RequestOf<"readdir">): Operation<void> {
  const file = c.files.get(fh);
  if (file === undefined) return answerError(c, header, "EBADF");
  if (file.listing === undefined || offset === 0) {
    const began = yield* begin(c, file);
    if (!began.ok) return answerError(c, header, errnoOfListing(began.errno));
  }
  const listing = file.listing;
  if (listing === undefined) return answerError(c, header, "EBADF");
  while (offset >= listing.entries.length && !listing.end) {
    const more = yield* fetch(c, file, listing);
    if (!more.ok) return answerError(c, header, errnoOfListing(more.errno));
  }
  c.ports.replyDirectory(header, size, plus, from(listing, offset));
}

/** An open directory that was removed meanwhile is empty to whoever reads it: ENOENT, readdir(3). */
const errnoOfListing = (errno: ErrnoName): ErrnoName => (errno === "ESTALE" ? "ENOENT" : errno);

function* from(listing: Listing, offset: number): Generator<DirectoryEntry> {
  for (let place = offset; place < listing.entries.length; place += 1) {
    const entry = listing.entries[place];
    if (entry !== undefined) yield { ...entry, offset: place + 1 };
  }
}

function* begin(c: Context, file: OpenFile): Operation<Result<void>> {
  const self = yield* attributesOf(c, file.oid);
  if (!self.ok) return self;
  // The kernel takes neither number nor attributes from "..", so its own will do.
  const dots = [DOT, DOT_DOT].map((name) => ({ name, attributes: self.value }));
  file.listing = { entries: dots, member: undefined, cookie: 0, end: false, seen: undefined };
  return ok(undefined);
}

function* fetch(c: Context, file: OpenFile, listing: Listing): Operation<Result<void>> {
  const answer = yield* ask(c, file, listing);
  if (!answer.ok) return answer;
  for (const entry of answer.value.entries) {
    if (listing.seen?.has(entry.name)) continue;
    listing.seen?.add(entry.name);
    remember(c, file, entry.name, entry.attributes);
    listing.entries.push(entry);
  }
  listing.cookie = answer.value.cookie;
  listing.end = answer.value.end === 1;
  return ok(undefined);
}

function remember(c: Context, file: OpenFile, name: FileName, attributes: Attributes): void {
  c.hints.set(file.oid, name, { oid: attributes.oid, type: attributes.mode & S_IFMT });
}

/** Goes on at the member that the listing comes from; where that one is lost, from the beginning at another. */
function* ask(c: Context, file: OpenFile, listing: Listing): Operation<Result<MessageOfKind<"entries">>> {
  const same = c.readers.at(listing.member);
  const question = { kind: "listDirectory", oid: file.oid, bytesMax: FETCH_BYTES, lease: 0 } as const;
  if (same !== undefined) {
    same.reads += 1;
    const answer = yield* same.request({ ...question, cookie: listing.cookie });
    if (answer.kind !== "lost") return expect(answer, "entries");
  }
  if (listing.member !== undefined) listing.seen = new Set(listing.entries.map((entry) => entry.name));
  return yield* c.readers.ask({ ...question, cookie: 0 }, "entries", (link) => {
    listing.member = link.place;
  });
}
