import { S_IFDIR, S_IFLNK, S_IFREG, type Attributes } from "../core/attributes.ts";
import type { ClientId, FileName, Oid, Sequence } from "../core/brand.ts";
import { fileName } from "../core/brand.ts";
import type { Caller } from "../core/caller.ts";
import { ERRNO, errnoName } from "../core/errno.ts";
import { fail, ok, type Failure, type Result } from "../core/result.ts";
import { libc } from "../sys/libc.ts";
import { addressOf, cstring } from "../sys/memory.ts";
import { type Change, LIMIT } from "../wire/messages.ts";
import { checkName, isOwn } from "./core/names.ts";
import type { TellChange } from "./core/journal-past.ts";
import type { Standing } from "./core/positions.ts";
import type { Applied, Listing, Space, Store } from "./core/store.ts";
import { Applier, doubtfulAfterCrash } from "./disk/apply.ts";
import { putBack, takeSpace } from "./disk/apply-write.ts";
import { attributesFrom } from "./disk/attributes-from.ts";
import { DirectoryReader } from "./disk/directory-names.ts";
import { type Disk, directoryFd } from "./disk/disk.ts";
import type { ObjectEntry } from "./disk/entry.ts";
import { listDirectory } from "./disk/list.ts";
import { objectAt } from "./disk/meaning.ts";
import { type OpenExport, openExport } from "./disk/open-export.ts";
import { rebindName } from "./disk/rebind.ts";
import { logStoreEvent, type StoreLog } from "./disk/store-event.ts";
import type { SyncWorkers } from "./disk/sync-workers.ts";
import { setTimes } from "./disk/times.ts";
import { getXattr, isBare, listXattr } from "./disk/xattrs.ts";

export type DiskStoreOptions = {
  /** Path of the exported directory. */
  readonly root: string;
  /**
   * Whether an export that is not empty may be used for the first time: what lies there gets its numbers. Only where the
   * group has no other member, which would number it otherwise. Else such an export is refused.
   */
  readonly adopt: boolean;
  /** Wait for the disk on other threads; without it this thread waits for the disk. */
  readonly workers?: SyncWorkers;
  readonly log?: StoreLog;
  /** Default 2,048. */
  readonly openFilesMax?: number;
  /** Objects kept in memory, some 300 bytes each; default 131,072. */
  readonly rememberedMax?: number;
  /** Bytes of a segment of a new journal, at least 1 MiB; default a 128th of the file system, at most 32 MiB. */
  readonly segmentBytes?: number;
};

/** Opens an export. @returns Why not, as one clear line in `because`. */
export function openDiskStore(options: DiskStoreOptions): Result<DiskStore> {
  const { log } = options;
  const opened = openExport({
    root: options.root,
    adopt: options.adopt,
    event: (event) => {
      if (log !== undefined) logStoreEvent(log, options.root, event);
    },
    openFilesMax: options.openFilesMax ?? 2_048,
    rememberedMax: options.rememberedMax ?? 131_072,
    ...(options.segmentBytes !== undefined && { segmentBytes: options.segmentBytes }),
  });
  return opened.ok ? ok(new DiskStore(opened.value, options.workers)) : opened;
}

const failed = (result: number): Failure => fail(errnoName(-result));
const EMPTY = Buffer.alloc(1);

/** The one who applies changes, after it has ended the one that the last process did not. */
function applierOf({ disk, positions, journal, unfinished, leaky }: OpenExport): Applier {
  if (unfinished !== undefined) {
    new Applier(disk, positions, journal, () => true).apply(unfinished.client, unfinished.change);
  }
  return new Applier(disk, positions, journal, leaky ? doubtfulAfterCrash(positions) : () => false);
}

/** Room that a new object may need: its inode, a block for its directory. */
const OBJECT_BYTES = 65_536;

/** The files of one member: see {@link Store}. All calls are made by the thread that opened it, as root. */
export class DiskStore implements Store {
  readonly storeId: Uint8Array;
  readonly run: number;
  readonly #export: OpenExport;
  readonly #disk: Disk;
  readonly #applier: Applier;
  readonly #reader = new DirectoryReader();
  readonly #target = Buffer.alloc(LIMIT.targetBytes + 1);

  constructor(opened: OpenExport, workers: SyncWorkers | undefined) {
    this.#export = opened;
    this.#disk = opened.disk;
    this.storeId = opened.storeId;
    this.run = opened.counters.run;
    this.#applier = applierOf(opened);
    opened.files.workers = workers;
  }

  drawClientId(): ClientId {
    return this.#export.counters.drawClient();
  }

  drawOids(count: number): { readonly from: Oid; readonly to: Oid } {
    return this.#export.counters.drawOids(count);
  }

  register(client: ClientId): void {
    this.#export.journal.register(client);
  }

  fence(client: ClientId): void {
    this.#export.journal.fence(client);
  }

  end(client: ClientId): void {
    this.#export.journal.endSession(client);
  }

  standing(client: ClientId): Standing {
    return this.#export.positions.standing(client);
  }

  recall(client: ClientId, tell: TellChange): void {
    this.#export.journal.recall(client, this.storeId, tell);
  }

  position(client: ClientId): Sequence | undefined {
    return this.#export.positions.position(client);
  }

  durable(client: ClientId): Sequence {
    return this.#export.positions.durable(client);
  }

  sessions(): readonly ClientId[] {
    return this.#export.positions.clients;
  }

  lookup(parent: Oid, name: FileName, caller: Caller): Result<Attributes> {
    this.#disk.objects.open.nextTurn();
    const wrong = isOwn(parent, name) ? "ENOENT" : checkName(name);
    if (wrong !== undefined) return fail(wrong);
    const dirfd = directoryFd(this.#disk, parent);
    if (dirfd < 0) return failed(dirfd);
    const path = cstring(name);
    const refused = this.#disk.identity.become(caller);
    if (refused < 0) return failed(refused);
    // Walking to a name in the directory, the kernel checks the caller's search permission.
    const found = this.#disk.stat.at(dirfd, path);
    this.#disk.identity.root();
    if (found < 0) return failed(found);
    const meaning = objectAt(this.#disk, dirfd, name, path);
    if (typeof meaning === "number") return fail(meaning === 0 ? "ENOENT" : errnoName(-meaning));
    return ok(attributesFrom(meaning, this.#disk.stat));
  }

  attributes(oid: Oid): Result<Attributes> {
    const entry = this.#opened(oid);
    if (typeof entry === "number") return failed(entry);
    const result = this.#disk.stat.of(entry.fd);
    return result < 0 ? failed(result) : ok(attributesFrom(entry, this.#disk.stat));
  }

  isBare(oid: Oid): boolean {
    const known = this.#disk.objects.get(oid)?.bare;
    if (known !== undefined) return known;
    const entry = this.#opened(oid);
    if (typeof entry === "number") return false;
    entry.bare = isBare(entry);
    return entry.bare;
  }

  readLink(oid: Oid): Result<FileName> {
    const entry = this.#opened(oid);
    if (typeof entry === "number") return failed(entry);
    if (entry.type !== S_IFLNK) return fail("EINVAL");
    const length = libc.readlinkat(entry.fd, EMPTY, this.#target, this.#target.length);
    return length < 0 ? failed(length) : ok(fileName(this.#target.toString("latin1", 0, length)));
  }

  list(oid: Oid, cookie: number, bytesMax: number): Result<Listing> {
    this.#disk.objects.open.nextTurn();
    return listDirectory(this.#disk, this.#reader, oid, cookie, bytesMax);
  }

  read(oid: Oid, offset: number, length: number, into: Buffer): Result<number> {
    const entry = this.#opened(oid);
    if (typeof entry === "number") return failed(entry);
    if (entry.type !== S_IFREG) return fail(entry.type === S_IFDIR ? "EISDIR" : "EINVAL");
    const address = addressOf(into);
    let got = 0;
    while (got < length) {
      const result = libc.pread(entry.fd, address + got, length - got, offset + got);
      if (result === -ERRNO.EINTR.number) continue;
      if (result < 0) return failed(result);
      if (result === 0) break;
      got += result;
    }
    return ok(got);
  }

  seek(oid: Oid, offset: number, whence: number): Result<number> {
    const entry = this.#opened(oid);
    if (typeof entry === "number") return failed(entry);
    if (entry.type !== S_IFREG || (whence !== 3 && whence !== 4)) return fail("EINVAL");
    const found = libc.lseek(entry.fd, offset, whence);
    return found < 0 ? failed(found) : ok(found);
  }

  getXattr(oid: Oid, name: FileName, caller: Caller): Result<Uint8Array> {
    const entry = this.#opened(oid);
    return typeof entry === "number" ? failed(entry) : getXattr(this.#disk, entry, name, caller);
  }

  listXattr(oid: Oid, caller: Caller): Result<Uint8Array> {
    const entry = this.#opened(oid);
    return typeof entry === "number" ? failed(entry) : listXattr(entry, caller);
  }

  space(): Result<Space> {
    const space = this.#disk.room.space();
    return typeof space === "number" ? failed(space) : ok(space);
  }

  reserve(oid: Oid, offset: number, length: number): Result<void> {
    if (length === 0) return this.#roomForOne();
    const entry = this.#disk.objects.get(oid);
    if (entry === undefined) return fail("ESTALE");
    this.#disk.objects.open.nextTurn();
    const fd = this.#disk.objects.open.writable(entry);
    if (fd < 0) return failed(fd);
    const unknown = this.#disk.stat.of(fd);
    if (unknown < 0) return failed(unknown);
    const { size, mtime } = this.#disk.stat;
    const taken = takeSpace(fd, offset, length);
    if (taken < 0) putBack(fd, offset + length, size, mtime);
    // fallocate(2) counts as a change of the file; nothing that a client made is.
    else setTimes(fd, undefined, mtime);
    return taken < 0 ? failed(taken) : ok(undefined);
  }

  rebind(parent: Oid, name: FileName, oid: Oid): Result<void> {
    this.#disk.objects.open.nextTurn();
    const result = rebindName(this.#disk, { parent, name, oid });
    return result < 0 ? failed(result) : ok(undefined);
  }

  count(): number {
    return this.#disk.objects.count;
  }

  orphans(): readonly Oid[] {
    return [...this.#disk.orphaned];
  }

  apply(client: ClientId, change: Change): Applied {
    this.#disk.objects.open.nextTurn();
    return this.#applier.apply(client, change);
  }

  get full(): boolean {
    return this.#export.journal.full;
  }

  /** @param listener Called when the store is not `full` any more. */
  onRoom(listener: () => void): void {
    this.#export.journal.roomy = listener;
  }

  sync(oid: Oid, done: (result: Result<void>) => void): void {
    if (this.#disk.objects.get(oid) === undefined) done(fail("ESTALE"));
    else this.#export.journal.sync(done);
  }

  checkpoint(): void {
    this.#disk.objects.open.closeIdleWriters();
    this.#export.counters.renew();
    this.#export.journal.tick();
  }

  close(): void {
    this.#export.close(true);
  }

  /** Lets go of the export without a word, as a process that is killed: what that leaves behind can be tested so. */
  abandon(): void {
    this.#export.close(false);
  }

  /** An object, open. @returns It, or -errno. */
  #opened(oid: Oid): ObjectEntry | number {
    const { objects } = this.#disk;
    const entry = objects.get(oid);
    if (entry === undefined) return -ERRNO.ESTALE.number;
    objects.open.nextTurn();
    const fd = objects.open.any(entry);
    return fd < 0 ? fd : entry;
  }

  #roomForOne(): Result<void> {
    const space = this.#disk.room.space();
    if (typeof space === "number") return failed(space);
    const none = space.blocksAvailable * space.blockSize < OBJECT_BYTES || (space.files > 0 && space.filesFree === 0);
    return none ? fail("ENOSPC") : ok(undefined);
  }
}
