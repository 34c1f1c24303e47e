import { sequence, type Sequence } from "../../core/brand.ts";
import { errnoName, type ErrnoName } from "../../core/errno.ts";
import type { Attributes } from "../../core/attributes.ts";
import type { Change, Message, MessageOfKind } from "../../wire/messages.ts";
import type { Lost, MemberLink } from "./member-link.ts";
import type { ClientPorts, TimerHandle } from "./ports.ts";

/** What became of a change, the same on every writable member. */
export type ChangeOutcome =
  | {
      readonly kind: "changed";
      readonly errno: ErrnoName | undefined;
      readonly count: number;
      readonly attributes: Attributes | undefined;
    }
  /** Not acknowledged by all: it may have happened on some. */
  | { readonly kind: "unknown"; readonly because: string };

type Entry = {
  readonly change: Change;
  /** Places of the members that have not acknowledged it. */
  readonly waiting: Set<number>;
  answer: MessageOfKind<"changed"> | undefined;
  readonly done: (outcome: ChangeOutcome) => void;
  /** The application has its answer; the entry only waits to be level on all members. */
  abandoned: boolean;
};

/** What waits for all writable members: a change to be sent, or somebody who asked for that moment. */
type Queued = { readonly go: () => void; readonly giveUp: (because: string) => void };

export type ReplicatorOptions = { readonly giveUpMs: number };

/**
 * The change log of a client, and the sending of changes to all writable members in parallel.
 *
 * A change is answered when every writable member has applied it, with the same outcome (rule 2). While one of them is
 * away nothing new is sent to any, so that members never differ by more than what was under way; what was under way is
 * sent again when the member is back, and applied once (rule 4). After `giveUpMs` the application gets an error.
 */
export class Replicator {
  readonly #links: readonly MemberLink[];
  readonly #ports: ClientPorts;
  readonly #options: ReplicatorOptions;
  readonly #log = new Map<Sequence, Entry>();
  #queue: Queued[] = [];
  #next = 1;
  /** Members that cannot follow any more, and why. */
  readonly #diverged = new Map<number, string>();
  #awaySince: number | undefined;
  #timer: TimerHandle | undefined;
  readonly #diverge: (place: number, because: string) => void;

  /** @param links The writable members. */
  constructor(
    links: readonly MemberLink[],
    ports: ClientPorts,
    options: ReplicatorOptions,
    diverge: (place: number, because: string) => void,
  ) {
    this.#links = links;
    this.#ports = ports;
    this.#options = options;
    this.#diverge = diverge;
  }

  /** Changes that not every writable member has acknowledged, and those not yet sent. */
  get unsent(): number {
    return this.#log.size + this.#queue.length;
  }

  /** Empty while changes can be made; else why not. */
  get stopped(): string {
    for (const because of this.#diverged.values()) return because;
    for (const link of this.#links) {
      if (!this.#ready(link)) return `${link.server} is away: ${link.because || "no session yet"}`;
    }
    return "";
  }

  /**
   * Numbers a change, logs it, sends it.
   * @param build Makes the change with its number; called once, when it is sent.
   * @param done Called once.
   */
  submit(build: (seq: Sequence) => Change, done: (outcome: ChangeOutcome) => void): void {
    this.#whenReady({ go: () => this.#send(build, done), giveUp: (because) => done({ kind: "unknown", because }) });
  }

  /** @param done Called once: with "" as soon as all writable members are there, or with why they are not in time. */
  whenReady(done: (because: string) => void): void {
    this.#whenReady({ go: () => done(""), giveUp: done });
  }

  #whenReady(item: Queued): void {
    const stopped = this.stopped;
    if (stopped === "") {
      item.go();
      return;
    }
    const away = this.#awaySince;
    if (this.#diverged.size > 0 || (away !== undefined && this.#ports.now() - away >= this.#options.giveUpMs)) {
      item.giveUp(stopped);
      return;
    }
    this.#queue.push(item);
    this.#watch();
  }

  #ready(link: MemberLink): boolean {
    return link.up && link.client !== 0 && !this.#diverged.has(link.place);
  }

  #send(build: (seq: Sequence) => Change, done: (outcome: ChangeOutcome) => void): void {
    const seq = sequence(this.#next);
    this.#next += 1;
    const change = build(seq);
    const entry: Entry = {
      change,
      waiting: new Set(this.#links.map((link) => link.place)),
      answer: undefined,
      done,
      abandoned: false,
    };
    this.#log.set(seq, entry);
    for (const link of this.#links) this.#sendTo(link, entry);
  }

  #sendTo(link: MemberLink, entry: Entry): void {
    link.changes += 1;
    link.ask(entry.change, (answer) => this.#answered(link, entry, answer));
  }

  #answered(link: MemberLink, entry: Entry, answer: Message | Lost): void {
    if (answer.kind === "lost") {
      this.#watch();
      return;
    }
    const seq = entry.change.origin.seq;
    if (answer.kind !== "changed") {
      const text = answer.kind === "failed" ? answer.because : `answered ${answer.kind}`;
      this.#divergedNow(link, `${link.server} cannot apply change ${seq} (${entry.change.kind}): ${text}`);
      return;
    }
    if (!entry.waiting.delete(link.place)) return;
    if (entry.answer !== undefined && entry.answer.errno !== answer.errno) {
      const name = (errno: number): string => (errno === 0 ? "done" : errnoName(errno));
      this.#divergedNow(
        link,
        `${link.server} answered ${name(answer.errno)} to change ${seq} (${entry.change.kind}), another member ${name(entry.answer.errno)}`,
      );
      return;
    }
    if (entry.answer === undefined || (entry.answer.attributes.length === 0 && answer.attributes.length > 0))
      entry.answer = answer;
    if (entry.waiting.size > 0) return;
    this.#log.delete(seq);
    if (!entry.abandoned) {
      entry.done({
        kind: "changed",
        errno: entry.answer.errno === 0 ? undefined : errnoName(entry.answer.errno),
        count: entry.answer.count,
        attributes: entry.answer.attributes[0],
      });
    }
  }

  /** A member answered hello for this session: it gets what it has not acknowledged, in order. */
  welcomed(link: MemberLink, applied: Sequence): void {
    const missing = [...this.#log.values()].filter((entry) => entry.waiting.has(link.place));
    const oldest = missing[0]?.change.origin.seq ?? this.#next;
    if (applied < oldest - 1) {
      this.#divergedNow(
        link,
        `${link.server} has lost changes: it is at ${applied} of this client, ${oldest - 1} had been acknowledged`,
      );
      return;
    }
    for (const entry of missing) this.#sendTo(link, entry);
    this.pump();
  }

  /** Sends what waited, if all writable members are there. */
  pump(): void {
    if (this.stopped !== "") return;
    this.#awaySince = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    const queue = this.#queue;
    this.#queue = [];
    for (const item of queue) this.#whenReady(item);
  }

  /** A writable member is away: the clock of `giveUpMs` runs. */
  #watch(): void {
    if (this.#awaySince === undefined) this.#awaySince = this.#ports.now();
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
    this.#queue = [];
    const waiting = [...this.#log.values()].filter((entry) => !entry.abandoned);
    for (const entry of waiting) entry.abandoned = true;
    for (const entry of waiting) entry.done({ kind: "unknown", because });
    for (const item of queue) item.giveUp(because);
  }

  #divergedNow(link: MemberLink, because: string): void {
    if (this.#diverged.has(link.place)) return;
    this.#diverged.set(link.place, because);
    this.#diverge(link.place, because);
    this.#giveUp(because);
  }

  isDiverged(place: number): boolean {
    return this.#diverged.has(place);
  }

  /** The session is gone, and its numbers with it: nothing of its log can be sent any more. */
  reset(because: string): void {
    this.#giveUp(because);
    this.#log.clear();
    this.#next = 1;
  }
}
