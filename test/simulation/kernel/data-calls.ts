/** read(2), write(2), truncation: fs/fuse/file.c without FUSE_WRITEBACK_CACHE, with FUSE_AUTO_INVAL_DATA. */
import type { Attributes } from "../../../daemons/core/attributes.ts";
import { fail, ok, type Result } from "../../../daemons/core/result.ts";
import { TIME_ZERO } from "../../../daemons/core/time.ts";
import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import { FOPEN } from "../../../daemons/fuse/core/reply.ts";
import { FATTR } from "../../../daemons/fuse/core/request.ts";
import type { CachedInode } from "./cached-inode.ts";
import type { Fuse } from "./fuse.ts";
import { isUnknown, unexpected } from "./names-calls.ts";
import type { OpenFile } from "./open-file.ts";
import { PAGE, type Page } from "./page-cache.ts";

const O_WRONLY = 1;
const O_APPEND = 0o2000;
/** Pages that are read at once. */
const READ_AHEAD = 4;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** @returns What was read, as latin1; less than `length` at the end of the file. */
export function* read(fuse: Fuse, file: OpenFile, offset: number, length: number): Steps<Result<string>> {
  if (isDirect(file)) return yield* readDirectly(fuse, file, offset, length);
  const { inode } = file;
  const { recorder, by } = fuse.world;
  const begin = recorder.stamp();
  const known = yield* fuse.attributes(inode, file.fh);
  if (!known.ok) return known;
  const { isTaken } = known.value;
  const { attributeVersion } = inode;
  let text = "";
  for (let at = offset; at < Math.min(offset + length, inode.size); ) {
    const place = Math.floor(at / PAGE);
    const got = yield* pageOf(fuse, file, place);
    if (!got.ok) return got;
    // Looked at once more, as filemap_read does: the file may have become shorter.
    const end = Math.min(offset + length, inode.size, (place + 1) * PAGE);
    if (end <= at) break;
    const { bytes, filled, unwritten } = got.value;
    const part = bytes.subarray(at % PAGE, end - place * PAGE);
    text += latin1(part);
    const sure = part.subarray(0, Math.max(0, filled - (at % PAGE)));
    if (sure.length > 0 && unwritten === 0)
      recorder.content(by, begin, inode.oid, { kind: "part", offset: at, data: latin1(sure) });
    at = end;
  }
  // Otherwise Linux goes by a size, and pages, that may be of any time before.
  const isSure = isTaken && inode.attributeVersion === attributeVersion && inode.sizeUnstable === 0;
  if (text.length === length || !isSure) return ok(text);
  const size = offset + text.length;
  recorder.content(by, begin, inode.oid, text.length > 0 ? { kind: "size", size } : { kind: "sizeAtMost", size });
  return ok(text);
}

/** FOPEN_DIRECT_IO: as it is, neither size nor pages are asked. */
function* readDirectly(fuse: Fuse, { inode, fh }: OpenFile, offset: number, length: number): Steps<Result<string>> {
  const { recorder, by } = fuse.world;
  const begin = recorder.stamp();
  const answer = yield* fuse.ask(inode.oid, { op: "read", fh, offset, size: length, flags: 0 });
  if (answer.kind !== "data") return answer.kind === "error" ? fail(answer.errno) : unexpected(answer);
  const text = latin1(answer.data);
  if (text !== "") recorder.content(by, begin, inode.oid, { kind: "part", offset, data: text });
  const size = offset + text.length;
  if (text.length < length)
    recorder.content(by, begin, inode.oid, text !== "" ? { kind: "size", size } : { kind: "sizeAtMost", size });
  return ok(text);
}

/** A page; fresh: read for this call. */
type Got = Page & { readonly isFresh: boolean };

function* pageOf(fuse: Fuse, file: OpenFile, place: number): Steps<Result<Got>> {
  const { pages } = file.inode;
  for (let isFresh = false; ; isFresh = true) {
    yield* pages.unlocked(place);
    const page = pages.get(place);
    if (page !== undefined) return ok({ ...page, isFresh });
    const failed = yield* readPages(fuse, file, place);
    if (!failed.ok) return failed;
    if (failed.value !== undefined) return ok({ ...failed.value, isFresh: true });
  }
}

/** READ of a page and some after it. @returns The page, as read: it may be dropped already. */
function* readPages(fuse: Fuse, { inode, fh }: OpenFile, place: number): Steps<Result<Page | undefined>> {
  const { pages } = inode;
  const wanted = [place];
  const last = Math.floor(Math.max(0, inode.size - 1) / PAGE);
  for (let at = place + 1; at < place + READ_AHEAD && at <= last; at += 1) {
    if (pages.get(at) !== undefined || pages.isReading(at)) break;
    wanted.push(at);
  }
  pages.begin(wanted);
  const asked = fuse.attributeVersion;
  const range = { offset: place * PAGE, size: wanted.length * PAGE };
  const answer = yield* fuse.ask(inode.oid, { op: "read", fh, ...range, flags: 0 });
  const data = answer.kind === "data" ? answer.data : undefined;
  // fuse_short_read: the file ends there, unless something has changed it meanwhile.
  const end = range.offset + (data?.length ?? 0);
  if (
    data !== undefined &&
    data.length < range.size &&
    inode.attributeVersion <= asked &&
    inode.sizeUnstable === 0 &&
    end < inode.size
  ) {
    inode.size = end;
    inode.pages.cut(end);
  }
  pages.end(wanted, data);
  if (answer.kind === "error") return fail(answer.errno);
  return ok(pages.get(place));
}

/** @param offset Undefined: at the end (O_APPEND), wherever that is. */
export function* write(fuse: Fuse, file: OpenFile, offset: number | undefined, text: string): Steps<Result<number>> {
  const { inode } = file;
  const data = Buffer.from(text, "latin1");
  yield* inode.lock.lock();
  const from = offset ?? inode.size;
  let done = 0;
  let failed: Result<number> | undefined;
  while (done < data.length && failed === undefined) {
    const rest = data.subarray(done);
    const length = isDirect(file) ? rest.length : lengthOfOne(inode, from + done, rest.length);
    const written = yield* writeOne(fuse, file, from + done, rest.subarray(0, length), offset === undefined);
    if (written.ok) done += written.value;
    else failed = written;
  }
  inode.lock.unlock();
  return failed !== undefined && done === 0 ? failed : ok(done);
}

const isDirect = ({ openFlags }: OpenFile): boolean => (openFlags & FOPEN.directIo) !== 0;

/** fuse_fill_write_pages: a page that is written in part, and is not up to date, is the last of a WRITE. */
function lengthOfOne({ pages }: CachedInode, offset: number, length: number): number {
  for (let at = Math.floor(offset / PAGE); at * PAGE < offset + length; at += 1) {
    const isWhole = at * PAGE >= offset && (at + 1) * PAGE <= offset + length;
    if (!isWhole && pages.get(at) === undefined) return Math.min(length, (at + 1) * PAGE - offset);
  }
  return length;
}

function* writeOne(fuse: Fuse, file: OpenFile, at: number, data: Uint8Array, appends: boolean): Steps<Result<number>> {
  const { inode, fh } = file;
  const { recorder, by } = fuse.world;
  const text = latin1(data);
  const op = appends ? ({ kind: "append", data: text } as const) : ({ kind: "write", offset: at, data: text } as const);
  const begun = recorder.contentBegan(by, inode.oid, op);
  const extends_ = at + data.length > inode.size;
  if (extends_) inode.sizeUnstable += 1;
  const { locked, changed } = isDirect(file) ? { locked: [], changed: [] } : yield* fill(inode, at, data);
  const flags = O_WRONLY | (appends ? O_APPEND : 0);
  const answer = yield* fuse.ask(inode.oid, { op: "write", fh, offset: at, writeFlags: 0, flags, data });
  inode.pages.end(locked, undefined);
  for (const page of changed) page.unwritten -= 1;
  if (extends_) inode.sizeUnstable -= 1;
  if (answer.kind === "written") {
    begun.done();
    inode.size = Math.max(inode.size, at + data.length);
  } else {
    if (!isUnknown(answer)) begun.refused();
    inode.pages.forget(at, data.length);
  }
  fuse.forgetAttributes(inode);
  if (answer.kind === "written") return ok(answer.count);
  return answer.kind === "error" ? fail(answer.errno) : unexpected(answer);
}

type Filled = { readonly locked: readonly number[]; readonly changed: readonly Page[] };

/** Changes what is cached. A page stays locked until it is written where the rest of it is not known. */
function* fill({ pages }: CachedInode, at: number, data: Uint8Array): Steps<Filled> {
  const first = Math.floor(at / PAGE);
  const last = Math.floor((at + data.length - 1) / PAGE);
  for (let place = first; place <= last; place += 1) yield* pages.unlocked(place);
  const changed = pages.write(at, data);
  if (pages.get(last) !== undefined) return { locked: [], changed };
  pages.begin([last]);
  return { locked: [last], changed };
}

type Set = { readonly size: number } | { readonly mode: number };

/** ftruncate(2), chmod(2). */
export function* setAttributes(
  fuse: Fuse,
  inode: CachedInode,
  fh: number | undefined,
  set: Set,
): Steps<Result<Attributes>> {
  yield* inode.lock.lock();
  const { recorder, by } = fuse.world;
  const cuts = "size" in set;
  const begun = recorder.contentBegan(
    by,
    inode.oid,
    cuts ? { kind: "truncate", size: set.size } : { kind: "chmod", mode: set.mode },
  );
  if (cuts) inode.sizeUnstable += 1;
  const values = { mode: 0, size: 0, ...set, uid: 0, gid: 0, atime: TIME_ZERO, mtime: TIME_ZERO, ctime: TIME_ZERO };
  const valid = (cuts ? FATTR.size : FATTR.mode) | (fh === undefined ? 0 : FATTR.fh);
  const answer = yield* fuse.ask(inode.oid, { op: "setattr", valid, fh, ...values });
  if (cuts) inode.sizeUnstable -= 1;
  if (answer.kind === "attributes") {
    begun.done();
    yield* fuse.learnSet(inode, answer.attributes, answer.attributeSeconds);
  } else {
    if (!isUnknown(answer)) begun.refused();
    fuse.forgetAttributes(inode);
  }
  inode.lock.unlock();
  if (answer.kind === "attributes") return ok(answer.attributes);
  return answer.kind === "error" ? fail(answer.errno) : unexpected(answer);
}
