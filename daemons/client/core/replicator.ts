import { sequence, type Sequence } from "../../core/brand.ts";
import type { Change, Message } from "../../wire/messages.ts";
import { abandon, disagreement, outcomeOf, type Entry, type Work } from "./change-entry.ts";
import type { MemberLink } from "./member-link.ts";
import type { ClientPorts, TimerHandle } from "./ports.ts";
import { DirtyLimit } from "./dirty-limit.ts";
import type { Lost } from "./requests.ts";
import { bytesOf, leftOf, type Left } from "./what-is-left.ts";

/** What a change counts beside its data: its record, its bytes in queues. */
const CHANGE_BYTES = 512;

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
  readonly #ports: ClientPorts;
  readonly #options: ReplicatorOptions;
  readonly #events: ReplicatorEvents;
  readonly #log = new Map<Sequence, Entry>();
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
    this.#ports = ports;
    this.#options = options;
    this.#events = events;
    this.dirty = new DirtyLimit(() => options.dirtyBytes);
  }

  /** Others are to be written from now on. Comes while nothing is under way, and the session ends with it. */
  renew(links: readonly MemberLink[]): void {
    this.#links = links;
  }

  /** Changes that not every writable member has acknowledged, and those not yet sent. */
  get unsent(): number {
    return this.#log.size + this.#queue.size;
  }

  /** Changes that applications take for done, and not every writable member has acknowledged. */
  get answered(): readonly Change[] {
    return [...this.#log.values()].filter(({ work }) => work.isAnswered === true).map(({ change }) => change);
  }

  /** Changes that some members have acknowledged, and others have not. */
  get halfway(): number {
    let count = 0;
    for (const { answer } of this.#log.values()) if (answer !== undefined) count += 1;
    return count;
  }

  /** Up to this number every writable member has every change. */
  get settledUpTo(): Sequence {
    const [oldest] = this.#log.keys();
    return sequence((oldest ?? this.#next) - 1);
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
    this.#durable = Math.max(this.#durable, upTo);
  }

  /** What of the changes up to a number not every writable member has acknowledged. */
  left(upTo: number): Left {
    return leftOf(this.#log.values(), upTo);
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
   * Numbers a change, logs it, sends it.
   * @returns Ends the wait for it, as interrupted: what is not sent yet will not be, what is sent stays in the log.
   */
  submit(work: Work): () => void {
    let entry: Entry | undefined;
    const notSent = (errno: "EIO" | "EINTR", because: string): void => {
      work.settled(undefined);
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
      else if (this.#log.get(entry.change.origin.seq) === entry) abandon(entry, "EINTR", "interrupted");
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
    const seq = sequence(this.#next);
    const change = work.build(seq);
    if (change === undefined) return undefined;
    this.#next += 1;
    // Rule C1. Whoever goes on after this process must know of it before anybody else can.
    if (work.kept !== undefined) this.#ports.keptState?.changing({ change, ...work.kept, outcome: undefined });
    const entry = this.#enter(change, work);
    for (const link of this.#links) this.#sendTo(link, entry);
    return entry;
  }

  #enter(change: Change, work: Work): Entry {
    const waiting = new Set(this.#links.map((link) => link.place));
    const bytes = CHANGE_BYTES + bytesOf(change);
    const entry: Entry = { change, waiting, bytes, answer: undefined, work, abandoned: false };
    this.#log.set(change.origin.seq, entry);
    this.dirty.grow(bytes);
    return entry;
  }

  #sendTo(link: MemberLink, entry: Entry): void {
    link.changes += 1;
    link.ask(entry.change, (answer) => this.#answered(link, entry, answer));
  }

  #answered(link: MemberLink, entry: Entry, answer: Message | Lost): void {
    const { seq } = entry.change.origin;
    // Of a session that has ended: its number may belong to another change by now.
    if (this.#log.get(seq) !== entry) return;
    if (answer.kind === "lost") return this.#watch();
    if (!entry.waiting.has(link.place)) return;
    const wrong = disagreement(link.server, entry, answer);
    if (wrong !== "") return this.diverge(link, wrong);
    if (answer.kind !== "changed") return;
    if (entry.answer === undefined || (entry.answer.attributes.length === 0 && answer.attributes.length > 0))
      entry.answer = answer;
    this.#acknowledged(link.place, entry);
  }

  /** One member less to wait for. */
  #acknowledged(place: number, entry: Entry): void {
    entry.waiting.delete(place);
    if (entry.waiting.size > 0) return;
    const { seq } = entry.change.origin;
    this.#log.delete(seq);
    const outcome = outcomeOf(entry.answer);
    entry.work.settled(outcome);
    if (!entry.abandoned && outcome !== undefined) entry.work.done(outcome);
    // Last: in most cases the kernel has its answer by now, and there is nothing left to keep.
    this.#ports.keptState?.settled(seq, entry.answer);
    this.dirty.shrink(entry.bytes);
  }

  /**
   * Goes on with the log of an earlier process: what it may have sent is sent to all, whoever has it already.
   * @param last The highest number that it gave to a change.
   */
  inherit(changes: readonly { readonly change: Change; readonly work: Work }[], last: number): void {
    for (const { change, work } of changes) this.#enter(change, work);
    this.#next = last + 1;
    this.#watch();
  }

  /** A member answered hello for this session: it gets what it has not acknowledged, in order. */
  welcomed(link: MemberLink, applied: Sequence): void {
    if (this.#diverged.has(link.place)) return;
    const missing = [...this.#log.values()].filter((entry) => entry.waiting.has(link.place));
    const oldest = missing[0]?.change.origin.seq ?? this.#next;
    if (applied < oldest - 1) {
      const had = `${link.server} has lost changes: it is at ${applied} of this client, ${oldest - 1} had been acknowledged`;
      return this.diverge(link, had);
    }
    for (const entry of missing) this.#sendTo(link, entry);
    this.pump();
  }

  /** Sends what waited, if all writable members are there. */
  pump(): void {
    if (this.#awaySince === undefined || this.stopped !== "") return;
    this.#awaySince = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
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

  lost(): void {
    this.#watch();
  }

  /** Applications get an error; the log keeps what was sent, for when the member is back. */
  #giveUp(because: string): void {
    const queue = this.#queue;
    this.#queue = new Set();
    for (const entry of [...this.#log.values()]) abandon(entry, "EIO", because);
    for (const item of queue) item.giveUp("EIO", because);
    this.#events.gaveUp();
  }

  /** A member cannot follow any more, and is not waited for. Its files are for an administrator to look at. */
  diverge(link: MemberLink, because: string): void {
    if (this.#diverged.has(link.place)) return;
    this.#diverged.set(link.place, because);
    this.#events.diverged(link.place, because);
    this.#giveUp(because);
    for (const entry of [...this.#log.values()]) this.#acknowledged(link.place, entry);
  }

  /** The session is gone, and its numbers with it: nothing of its log can be sent any more. */
  reset(because: string): void {
    const entries = [...this.#log.values()];
    this.#log.clear();
    this.#next = 1;
    this.#durable = -1;
    for (const entry of entries) abandon(entry, "EIO", because);
    for (const entry of entries) {
      entry.work.settled(undefined);
      this.#ports.keptState?.settled(entry.change.origin.seq, undefined);
      this.dirty.shrink(entry.bytes);
    }
    this.#giveUp(because);
  }
}
