import { S_IFMT, S_IFREG, type Attributes } from "../../../daemons/core/attributes.ts";
import type { Oid } from "../../../daemons/core/brand.ts";
import { fail, ok, type Result } from "../../../daemons/core/result.ts";
import { run, wait, type Operation as Steps } from "../../../daemons/client/core/operation.ts";
import type { Invalidation } from "../../../daemons/fuse/core/invalidation.ts";
import type { DirectoryEntry, Reply } from "../../../daemons/fuse/core/reply.ts";
import type { Operation } from "../../../daemons/fuse/core/request.ts";
import type { Agenda } from "../../support/agenda.ts";
import type { Recorder } from "../history/recorder.ts";
import type { Random } from "../random.ts";
import { CachedInode } from "./cached-inode.ts";

/** What the daemon answers; of a listing what fits into the answer. */
export type Answer = Reply | { readonly kind: "directory"; readonly entries: readonly DirectoryEntry[] };

/** What a kernel needs of the world around it. */
export type FuseWorld = {
  readonly by: string;
  readonly agenda: Agenda;
  readonly random: Random;
  readonly recorder: Recorder;
  /** Asks the daemon. */
  ask(node: Oid, operation: Operation, answered: (answer: Answer) => void): void;
  /** close(2) or fsync(2) has failed: what was written before may be lost. */
  lostWrites(): void;
  /** fsync(2) has returned, and was called then. */
  synced(oid: Oid, begun: number): void;
};

/** Attributes, and whether the inode has them: where another change came between, it goes by what it had before. */
type Fetched = { readonly attributes: Attributes; readonly isTaken: boolean };

/** Milliseconds that a thread takes, at most, until it goes on with an answer, and a notification until it is written. */
const WAKE_MS = 0.4;

/** The connection of a kernel and a daemon, and the inodes that the kernel knows: fs/fuse/inode.c. */
export class Fuse {
  readonly world: FuseWorld;
  /** fc->attr_version */
  attributeVersion = 1;
  /** fc->epoch */
  epoch = 0;
  readonly #inodes = new Map<Oid, CachedInode>();
  /** Notifications are written one after the other: one that waits keeps those behind it. */
  #notifying: (() => void)[] = [];
  #isNotifying = false;
  /** What is dropped when it is told to; others only look as if they did: for tests of the tests. */
  obeys: (what: Invalidation) => boolean = () => true;

  constructor(world: FuseWorld) {
    this.world = world;
  }

  get now(): number {
    return this.world.agenda.now;
  }

  inode(oid: Oid): CachedInode {
    let inode = this.#inodes.get(oid);
    if (inode === undefined) {
      inode = new CachedInode(oid);
      this.#inodes.set(oid, inode);
    }
    return inode;
  }

  until(seconds: number): number {
    return seconds === 0 ? 0 : this.now + seconds * 1_000;
  }

  *ask(node: Oid, operation: Operation): Steps<Answer> {
    const answer = yield* wait<Answer>((resume) => {
      this.world.ask(node, operation, resume);
      return undefined;
    });
    yield* this.pause();
    return answer;
  }

  /** A thread is woken. */
  *pause(): Steps<void> {
    const { random } = this.world;
    yield* this.sleep(random.chance(0.5) ? 0 : random.next() * WAKE_MS);
  }

  *sleep(ms: number): Steps<void> {
    yield* wait<void>((resume) => {
      this.world.agenda.after(ms, () => resume());
      return undefined;
    });
  }

  /**
   * fuse_change_attributes
   * @param asked The count of versions when it was asked for; 0: it is what a change came to.
   * @returns Whether it was taken: what may be older than what is known, or than what is being written, is not.
   */
  *learn(inode: CachedInode, attributes: Attributes, seconds: number, asked: number): Steps<boolean> {
    if ((asked !== 0 && inode.attributeVersion > asked) || inode.sizeUnstable > 0) return false;
    yield* this.learnForSure(inode, attributes, seconds);
    return true;
  }

  /** fuse_do_setattr: pages are dropped where the size differs, whatever the time of change is. */
  *learnSet(inode: CachedInode, attributes: Attributes, seconds: number): Steps<void> {
    const sizeBefore = inode.size;
    this.#take(inode, attributes, seconds);
    if (sizeBefore === attributes.size) return;
    inode.pages.cut(attributes.size);
    yield* inode.pages.drop();
  }

  #take(inode: CachedInode, attributes: Attributes, seconds: number): void {
    this.attributeVersion += 1;
    inode.attributeVersion = this.attributeVersion;
    inode.attributes = attributes;
    inode.attributesUntil = this.until(seconds);
    inode.size = attributes.size;
  }

  *learnForSure(inode: CachedInode, attributes: Attributes, seconds: number): Steps<void> {
    const before = inode.attributes;
    const sizeBefore = inode.size;
    this.#take(inode, attributes, seconds);
    if (before === undefined || (attributes.mode & S_IFMT) !== S_IFREG) return;
    if (sizeBefore !== attributes.size) inode.pages.cut(attributes.size);
    // FUSE_AUTO_INVAL_DATA
    if (sizeBefore !== attributes.size || !isSame(before.mtime, attributes.mtime)) yield* inode.pages.drop();
  }

  /** fuse_update_get_attr: from the cache, or asked. */
  *attributes(inode: CachedInode, fh?: number): Steps<Result<Fetched>> {
    if (inode.attributes !== undefined && this.now < inode.attributesUntil)
      return ok({ attributes: { ...inode.attributes, size: inode.size }, isTaken: true });
    const asked = this.attributeVersion;
    const answer = yield* this.ask(inode.oid, { op: "getattr", fh });
    if (answer.kind === "error") return fail(answer.errno);
    if (answer.kind !== "attributes") throw new Error(`getattr was answered with ${answer.kind}`);
    const isTaken = yield* this.learn(inode, answer.attributes, answer.attributeSeconds, asked);
    return ok({ attributes: answer.attributes, isTaken });
  }

  /** What the daemon's thread for notifications writes, one after the other. */
  invalidate(what: readonly Invalidation[], done: () => void): void {
    this.#notifying.push(() => {
      const { agenda, random } = this.world;
      agenda.after(random.next() * WAKE_MS, () => run(this.#write(what), done));
    });
    if (!this.#isNotifying) this.#next();
  }

  #next(): void {
    const next = this.#notifying.shift();
    this.#isNotifying = next !== undefined;
    next?.();
  }

  *#write(what: readonly Invalidation[]): Steps<void> {
    for (const one of what) if (this.obeys(one)) yield* this.#forget(one);
    this.#next();
  }

  /** The daemon's process has ended, its threads with it: a notification that waits comes to its end all the same. */
  processEnded(): void {
    this.#notifying = [];
  }

  *#forget(what: Invalidation): Steps<void> {
    switch (what.kind) {
      case "names":
        this.epoch += 1;
        return;
      case "name":
        return yield* this.#forgetName(what);
      case "attributes":
        return this.forgetAttributes(this.inode(what.oid));
      case "all": {
        const inode = this.inode(what.oid);
        this.forgetAttributes(inode);
        inode.listing = undefined;
        return yield* inode.pages.drop();
      }
    }
  }

  forgetAttributes(inode: CachedInode): void {
    this.attributeVersion += 1;
    inode.attributeVersion = this.attributeVersion;
    inode.attributesUntil = 0;
  }

  /** fuse_reverse_inval_entry. Whoever uses the name goes on with it. */
  *#forgetName({ parent, name }: Extract<Invalidation, { kind: "name" }>): Steps<void> {
    const directory = this.inode(parent);
    yield* directory.lock.lock();
    if (directory.names.delete(name)) directory.directoryChanged();
    directory.lock.unlock();
  }
}

type Moment = Attributes["mtime"];
export const isSame = (a: Moment, b: Moment): boolean => a.sec === b.sec && a.nsec === b.nsec;
