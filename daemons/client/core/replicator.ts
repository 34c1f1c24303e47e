import { sequence, type Sequence } from "../../core/brand.ts";
import type { Change, Message } from "../../wire/messages.ts";
import { abandon, disagreement, outcomeOf, release, settle, type Entry, type Work } from "./change-entry.ts";
import { ChangeLog, weigh } from "./change-log.ts";
import type { MemberLink } from "./member-link.ts";
import type { ClientPorts, TimerHandle } from "./ports.ts";
import { DirtyLimit } from "./dirty-limit.ts";
import type { Lost } from "./requests.ts";
import { mergeChanges, type Merged } from "./merge-changes.ts";
import { Outbox } from "./outbox.ts";
import { leftOf, type Left } from "./what-is-left.ts";

/** Members remember what came of so many changes of a client (and of a few more): later they cannot say it again. */
const REMEMBERED = 1_000;

/** What waits for all writable members: a change to be sent, or somebody who asked for that moment. */
type Queued = { readonly go: () => void; readonly giveUp: (errno: "EIO" | "EINTR", because: string) => void };

export type ReplicatorOptions = {
  readonly giveUpMs: number;
  /** Most bytes of changes that are answered and not on all members. */
  readonly dirtyBytes: number;
  /** Whether what is held under the session is held for sure; see `LeadSession.valid`. */
  readonly isValid: () => boolean;
};

export type ReplicatorEvents = {
  /** A member does not follow any more: nothing is changed from now on. */
  diverged(place: number, because: string): void;
  /** Much is on all members, and not durable there: whoever sees to that may ask them. */
  undurable(): void;
  /** Applications have got errors for what is under way. */
  gaveUp(): void;
};

/**
 * The change log of a client, and the sending of changes to all writable members in parallel.
 *
 * A change is answered when every writable member has applied it, with the same outcome (rule 2). While one of them is
 * away nothing new is sent to any, so that members never differ by more than what was under way; what was under way is
 * sent again when the member is back, and applied once (rule 4). After `giveUpMs` the application gets an error, and the
 * log still keeps the change, until every member has it.
 */
export class Replicator {
  #links: readonly MemberLink[];
  #places: readonly number[];
  readonly #ports: ClientPorts;
  readonly #options: ReplicatorOptions;
  readonly #events: ReplicatorEvents;
  readonly #log = new ChangeLog();
  readonly #outbox = new Outbox();
  #queue = new Set<Queued>();
  #next = 1;
  /** Changes up to this number are durable on all members; -1 where that is not known. */
  #durable = -1;
  /** Bytes of the log. */
  readonly dirty: DirtyLimit;
  /** Members that cannot follow any more, and why. */
  readonly #diverged = new Map<number, string>();
  #awaySince: number | undefined;
  #timer: TimerHandle | undefined;

  /** @param links The writable members. */
  constructor(links: readonly MemberLink[], ports: ClientPorts, options: ReplicatorOptions, events: ReplicatorEvents) {
    this.#links = links;
    this.#places = links.map(({ place }) => place);
    this.#ports = ports;
    this.#options = options;
    this.#events = events;
    this.dirty = new DirtyLimit(() => options.dirtyBytes);
  }

  /** Others are to be written from now on. Comes while nothing is under way, and the session ends with it. */
  renew(links: readonly MemberLink[]): void {
    this.#links = links;
    this.#places = links.map(({ place }) => place);
  }

  /** Changes that not every writable member has acknowledged, and those not yet sent. */
  get unsent(): number {
    return this.#log.size + this.#queue.size;
  }

  /** Changes that applications take for done, and not every writable member has acknowledged. */
  get answered(): readonly Change[] {
    return this.#log
      .open()
      .filter(isAnswered)
      .map(({ change }) => change);
  }

  /** Changes that some members have acknowledged, and others have not. */
  get halfway(): number {
    let count = 0;
    for (const { answer } of this.#log.openValues()) if (answer !== undefined) count += 1;
    return count;
  }

  /** Up to this number every writable member has every change. */
  get settledUpTo(): Sequence {
    return sequence((this.#log.oldestOpen ?? this.#next) - 1);
  }

  /** The number of the newest change. */
  get newest(): number {
    return this.#next - 1;
  }

  /** All changes so far are durable on all members. */
  get isDurable(): boolean {
    return this.#durable === this.newest;
  }

  /** The members have said that changes up to a number are durable. */
  durable(upTo: number): void {
    const durable = Math.min(upTo, this.settledUpTo);
    if (durable <= this.#durable) return;
    this.#durable = durable;
    this.#log.durable(durable);
    this.#ports.keptState?.durable(durable);
  }

  /** What of the changes up to a number not every writable member has acknowledged. */
  left(upTo: number): Left {
    return leftOf(this.#log.openValues(), upTo);
  }

  /** Empty while changes can be made; else why not. */
  get stopped(): string {
    for (const because of this.#diverged.values()) return because;
    for (const link of this.#links) {
      if (!this.#isReady(link)) return `${link.server} is away: ${link.because || "no session yet"}`;
    }
    return this.#options.isValid() ? "" : "the lead does not answer";
  }

  /** As {@link stopped}, once it has been so for too long to wait for its end. */
  get stuck(): string {
    return this.#isTooLate() ? this.stopped : "";
  }

  isDiverged(place: number): boolean {
    return this.#diverged.has(place);
  }

  /**
   * Numbers a change, logs it, sends it. One that is answered already may wait for others, and become one with them.
   * @returns Ends the wait for it, as interrupted: what is not sent yet will not be, what is sent stays in the log.
   */
  submit(work: Work): () => void {
    let entry: Entry | undefined;
    const notSent = (errno: "EIO" | "EINTR", because: string): void => {
      work.settled(undefined);
      work.released?.();
      work.done({ kind: "unknown", errno, because });
    };
    const cancel = this.#whenReady({
      go: () => {
        entry = this.#send(work);
        if (entry === undefined) notSent("EIO", "the session in which it was begun has ended");
      },
      giveUp: notSent,
    });
    return () => {
      if (entry === undefined) cancel();
      else if (this.#log.isOpen(entry)) abandon(entry, "EINTR", "interrupted");
    };
  }

  /**
   * @param done Called once: with undefined as soon as all writable members are there, or with why not.
   * @returns Ends the wait, as interrupted.
   */
  whenReady(
    done: (failure: { readonly errno: "EIO" | "EINTR"; readonly because: string } | undefined) => void,
  ): () => void {
    return this.#whenReady({ go: () => done(undefined), giveUp: (errno, because) => done({ errno, because }) });
  }

  #whenReady(item: Queued): () => void {
    const stopped = this.stopped;
    if (stopped === "") {
      item.go();
      return () => {};
    }
    if (this.#isTooLate()) {
      item.giveUp("EIO", stopped);
      return () => {};
    }
    this.#queue.add(item);
    this.#watch();
    return () => {
      if (this.#queue.delete(item)) item.giveUp("EINTR", "interrupted");
    };
  }

  #isTooLate(): boolean {
    const away = this.#awaySince;
    return this.#diverged.size > 0 || (away !== undefined && this.#ports.now() - away >= this.#options.giveUpMs);
  }

  #isReady(link: MemberLink): boolean {
    return link.up && link.client !== 0 && !this.#diverged.has(link.place);
  }

  #send(work: Work): Entry | undefined {
    const change = work.build(sequence(this.#next));
    if (change === undefined) return undefined;
    const merged = work.isAnswered === true ? this.#mergeable(change) : undefined;
    const entry = merged === undefined ? this.#stage(change, work) : this.#merge(merged, work);
    this.#sendStaged(work.isAnswered !== true);
    return entry;
  }

  /** With what is staged and answered, as far as that is the last. */
  #mergeable(change: Change): Merged | undefined {
    const { staged } = this.#outbox;
    const from = staged.findLastIndex((entry) => !isAnswered(entry)) + 1;
    return mergeChanges(
      staged.slice(from).map((entry) => entry.change),
      change,
    );
  }

  #stage(change: Change, work: Work): Entry {
    this.#next += 1;
    this.#keep(change, work);
    const entry = this.#enter(change, work);
    this.#outbox.stage(entry);
    return entry;
  }

  /** Rule C1. Whoever goes on after this process must know of it before anybody else can. */
  #keep(change: Change, { kept }: Work): void {
    if (kept !== undefined) this.#ports.keptState?.changing({ change, ...kept, outcome: undefined, isDurable: false });
  }

  /** It takes the place, the number and the versions of the first one that it stands for: nobody has heard of that. */
  #merge({ change, replaces }: Merged, work: Work): Entry {
    const [first, ...others] = this.#outbox.unstage(replaces);
    if (first === undefined) throw new Error("a change that is merged replaces another one");
    // The last number first: those that are left are always without a gap.
    for (const other of others.toReversed()) {
      this.#log.drop(other);
      this.#ports.keptState?.unmade(other.change.origin.seq);
      this.dirty.shrink(other.bytes);
    }
    this.#next = change.origin.seq + 1;
    this.#keep(change, work);
    const bytes = weigh(change);
    this.dirty.grow(bytes - first.bytes);
    Object.assign(first, { change, bytes, works: [first, ...others].flatMap(({ works }) => works).concat(work) });
    this.#outbox.stage(first);
    work.merged?.(change.origin.touches);
    return first;
  }

  /** Before anything is asked that must be answered by what was changed before. */
  sendStaged(): void {
    this.#sendStaged(true);
  }

  #sendStaged(isUrgent: boolean): void {
    if (!this.#outbox.isEmpty && this.stopped === "") this.#sendTaken(isUrgent);
  }

  #sendTaken(isUrgent: boolean): void {
    for (const entry of this.#outbox.take(isUrgent)) for (const link of this.#links) this.#sendTo(link, entry);
  }

  #enter(change: Change, work: Work): Entry {
    const entry = this.#log.add(change, work, this.#places);
    this.dirty.grow(entry.bytes);
    return entry;
  }

  #sendTo(link: MemberLink, entry: Entry): void {
    link.changes += 1;
    link.ask(entry.change, (answer) => this.#answered(link, entry, answer));
  }

  #answered(link: MemberLink, entry: Entry, answer: Message | Lost): void {
    // Of a session that has ended: its number may belong to another change by now.
    if (!this.#log.has(entry)) return;
    if (answer.kind === "lost") return this.#watch();
    const wrong = disagreement(link.server, entry, answer);
    if (wrong !== "") return this.diverge(link, wrong);
    if (answer.kind !== "changed" || !entry.waiting.includes(link.place)) return;
    if (entry.answer === undefined || (entry.answer.attributes.length === 0 && answer.attributes.length > 0))
      entry.answer = answer;
    this.#acknowledged(link.place, entry);
  }

  /** One member less to wait for. */
  #acknowledged(place: number, entry: Entry): void {
    entry.waiting = entry.waiting.filter((waited) => waited !== place);
    if (entry.waiting.length > 0) return;
    this.#log.applied(entry);
    this.#outbox.ended(entry);
    settle(entry, outcomeOf(entry.answer));
    // Last: in most cases the kernel has its answer by now, and nothing of that is left to keep.
    this.#ports.keptState?.settled(entry.change.origin.seq, entry.answer);
    this.dirty.shrink(entry.bytes);
    this.#sendStaged(false);
    if (this.#log.appliedBytes > this.#options.dirtyBytes / 2) this.#events.undurable();
  }

  /**
   * Goes on with the log of an earlier process: what it may have sent is sent to all, whoever has it already.
   * @param last The highest number that it gave to a change.
   */
  inherit(changes: readonly { readonly change: Change; readonly work: Work }[], last: number): void {
    for (const { change, work } of changes) this.#enter(change, work).isSent = true;
    this.#next = last + 1;
    this.#watch();
  }

  /**
   * A member answered hello for this session: it gets what it has not acknowledged, in order, and what it has lost since,
   * as it was not durable there.
   * @returns What it had lost, and gets again.
   */
  welcomed(link: MemberLink, applied: Sequence): readonly Change[] {
    if (this.#diverged.has(link.place)) return [];
    const sent = [...this.#log.all()].filter(({ isSent }) => isSent);
    const oldest = sent[0]?.change.origin.seq ?? this.#firstUnsent;
    if (applied < oldest - 1) {
      const had = `${link.server} has lost changes: it is at ${applied} of this client, ${oldest - 1} had been acknowledged`;
      this.diverge(link, had);
      return [];
    }
    const lost = sent.filter((entry) => entry.change.origin.seq > applied && !entry.waiting.includes(link.place));
    for (const entry of sent) this.#sendAgain(link, entry, applied);
    this.pump();
    return lost.map(({ change }) => change);
  }

  get #firstUnsent(): number {
    return this.#outbox.staged[0]?.change.origin.seq ?? this.#next;
  }

  #sendAgain(link: MemberLink, entry: Entry, applied: Sequence): void {
    const { seq } = entry.change.origin;
    const isWaiting = entry.waiting.includes(link.place);
    // What came of it, it does not know any more; another member may have said it.
    if (isWaiting && seq <= applied - REMEMBERED && isAnswered(entry)) this.#acknowledgedUnseen(link, entry);
    else if (isWaiting || seq > applied) this.#sendTo(link, entry);
  }

  #acknowledgedUnseen(link: MemberLink, entry: Entry): void {
    const { seq } = entry.change.origin;
    entry.answer ??= { kind: "changed", seq, errno: 0, count: 0, attributes: [] };
    this.#acknowledged(link.place, entry);
  }

  /** Sends what waited, if all writable members are there. */
  pump(): void {
    if (this.#awaySince === undefined || this.stopped !== "") return;
    this.#awaySince = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#sendStaged(true);
    const queue = this.#queue;
    this.#queue = new Set();
    for (const item of queue) this.#again(item);
  }

  /** Goes, or waits again. Whoever would cancel it knows it by its place in the queue. */
  #again(item: Queued): void {
    if (this.stopped === "") return item.go();
    this.#queue.add(item);
    this.#watch();
  }

  /** A writable member is away: the clock of `giveUpMs` runs. */
  #watch(): void {
    if (this.#awaySince === undefined) this.#awaySince = this.#ports.now();
    this.dirty.open();
    if (this.#timer !== undefined) return;
    this.#timer = this.#ports.after(this.#options.giveUpMs, () => {
      this.#timer = undefined;
      if (this.stopped !== "") this.#giveUp(this.stopped);
    });
  }

  /** A member went away. What is answered already goes to the others all the same: they are read meanwhile. */
  lost(): void {
    this.#sendTaken(true);
    this.#watch();
  }

  /** Applications get an error; the log keeps what was sent, for when the member is back. */
  #giveUp(because: string): void {
    const queue = this.#queue;
    this.#queue = new Set();
    for (const entry of this.#log.open()) abandon(entry, "EIO", because);
    for (const item of queue) item.giveUp("EIO", because);
    this.#events.gaveUp();
  }

  /** A member cannot follow any more, and is not waited for. Its files are for an administrator to look at. */
  diverge(link: MemberLink, because: string): void {
    if (this.#diverged.has(link.place)) return;
    this.#diverged.set(link.place, because);
    this.#events.diverged(link.place, because);
    this.#giveUp(because);
    for (const entry of this.#log.open()) this.#acknowledged(link.place, entry);
  }

  /** The session is gone, and its numbers with it: nothing of its log can be sent any more. */
  reset(because: string): void {
    const entries = this.#log.clear();
    this.#outbox.clear();
    this.#ports.keptState?.durable(Number.MAX_SAFE_INTEGER);
    this.#next = 1;
    this.#durable = -1;
    for (const entry of entries) abandon(entry, "EIO", because);
    for (const entry of entries) {
      settle(entry, undefined);
      release(entry);
      this.#ports.keptState?.settled(entry.change.origin.seq, undefined);
      this.dirty.shrink(entry.bytes);
    }
    this.#giveUp(because);
  }
}

/** Nobody waits for what comes of it. */
const isAnswered = ({ works }: Entry): boolean => works.every((work) => work.isAnswered === true);
