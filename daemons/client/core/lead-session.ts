import { clientId, type ClientId } from "../../core/brand.ts";
import { fail, ok, type Failure, type Result } from "../../core/result.ts";
import type { Message, MessageOfKind } from "../../wire/messages.ts";
import type { KeptSession } from "./kept-state.ts";
import type { MemberLink } from "./member-link.ts";
import type { Operation } from "./operation.ts";
import { waitAtMost } from "./patience.ts";
import type { ClientPorts, TimerHandle } from "./ports.ts";

/** `ttl` of docs/protocol.md: for so long after it was sent, a request that the lead answered keeps the leases alive. */
export const TTL_MS = 4_000;
/** What the lead must hear sometime, but cannot now: bounded, as the next `reclaim` says the same at greater length. */
const TELL_LATER_MAX = 65_536;
const NO_CLIENT = clientId(0);

export type LeadSessionOptions = { readonly host: string; readonly at: string; readonly giveUpMs: number };
export type LeadSessionEvents = {
  /** A new session, with nothing in it. */
  opened(client: ClientId): void;
  /**
   * In how many milliseconds a lead that has forgotten who holds what can be told all that this client holds: until then
   * its kernel may believe what an earlier process told it under leases that nobody knows of here.
   */
  resumesIn(): number;
  /** The lead is to hear what is held and open, before anything else. */
  resume(isNewRun: boolean): void;
};

/** The session of a client with its lead: opens it, keeps it over broken connections, and is what asks the lead. */
export class LeadSession {
  readonly link: MemberLink;
  readonly #options: LeadSessionOptions;
  readonly #ports: ClientPorts;
  readonly #events: LeadSessionEvents;
  #client: ClientId = NO_CLIENT;
  #ready = false;
  #opening = false;
  #unreadySince: number;
  #run = 0;
  #postponed: TimerHandle | undefined;
  #later: Message[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(link: MemberLink, options: LeadSessionOptions, ports: ClientPorts, events: LeadSessionEvents) {
    this.link = link;
    this.#options = options;
    this.#ports = ports;
    this.#events = events;
    this.#unreadySince = ports.now();
  }

  /** 0 while there is none. */
  get client(): ClientId {
    return this.#client;
  }

  /** The lead can be asked: it knows the session, and has been told all that it must hear first. */
  get ready(): boolean {
    return this.#ready;
  }

  /**
   * What is held under the session is still held for sure: nobody else can have got it (rule S3). A process that stood
   * still for long does not know, and asks the lead before it relies on a lease.
   */
  get valid(): boolean {
    return this.#ready && this.#ports.now() < this.validUntilMs;
  }

  /** Until when it is so, unless the lead is heard again meanwhile; by the clock of the ports. */
  get validUntilMs(): number {
    return this.link.provenMs + TTL_MS;
  }

  /** Goes on with a session of an earlier process, if the lead still knows it. */
  inherit({ client, run }: KeptSession): void {
    this.#client = client;
    this.#run = run;
  }

  /** How often the lead had started when it was last heard. */
  get run(): number {
    return this.#run;
  }

  /** The lead answered hello. What was asked for while it was away is not asked before {@link LeadSession.begin}. */
  welcomed(welcome: MessageOfKind<"welcome">, client: ClientId): void {
    if (client === NO_CLIENT) this.#open(welcome.run);
    else this.#resumeInTime(welcome.run);
  }

  /**
   * A lead that still runs knows better than this client what is held. Another one grants nothing to others before it has
   * been told: meanwhile nobody changes what the kernel believes.
   */
  #resumeInTime(run: number): void {
    const ms = run === this.#run ? 0 : this.#events.resumesIn();
    if (ms === 0) return this.#resume(run);
    this.#postponed?.cancel();
    this.#postponed = this.#ports.after(ms, () => {
      this.#resume(run);
      this.begin();
    });
  }

  #open(run: number): void {
    if (this.#opening) return;
    this.#opening = true;
    const { host, at } = this.#options;
    this.link.ask({ kind: "open", host, at }, (answer) => {
      this.#opening = false;
      if (answer.kind === "lost") return;
      if (answer.kind !== "opened") {
        this.link.drop(answer.kind === "failed" ? answer.because : `answered open with ${answer.kind}`);
        return;
      }
      this.#client = answer.client;
      this.link.adopt(answer.client);
      this.#events.opened(answer.client);
      this.#resume(run);
      this.begin();
    });
  }

  #resume(run: number): void {
    const isNewRun = run !== this.#run;
    this.#run = run;
    this.#events.resume(isNewRun);
    this.#ready = true;
  }

  /** Tells and asks what had to wait. Apart from {@link welcomed}: what was sent before a break must be sent again first. */
  begin(): void {
    if (!this.#ready) return;
    const later = this.#later;
    this.#later = [];
    for (const message of later) this.tell(message);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  }

  /** The connection broke. */
  lost(): void {
    if (this.#ready) this.#unreadySince = this.#ports.now();
    this.#ready = false;
    this.#postponed?.cancel();
  }

  /** The lead no longer knows the session: another one is to be opened. */
  ended(): void {
    this.lost();
    this.#client = NO_CLIENT;
    // To a new session any run of the lead is a new one: it knows of no locks and numbers.
    this.#run = 0;
    this.#later = [];
  }

  /** Tells the lead what it must hear, now or when it can be reached again. */
  tell(message: Message): void {
    if (this.#ready) this.link.tell(message);
    else if (this.#later.length < TELL_LATER_MAX) this.#later.push(message);
  }

  /** Tells it now or never: what a lead that lost it asks for again. */
  tellNow(message: Message): void {
    if (this.#ready) this.link.tell(message);
  }

  /**
   * Waits until the lead can be asked.
   * @param patienceMs How long it may have been away in all.
   * @returns EIO when it is away for longer, EINTR.
   */
  *awaitReady(patienceMs = this.#options.giveUpMs): Operation<Result<void>> {
    if (this.#ready) return ok(undefined);
    const left = patienceMs - (this.#ports.now() - this.#unreadySince);
    if (left <= 0) return this.#away();
    const ended = yield* waitAtMost<undefined>(this.#ports, left, (resume) => {
      const end = (): void => resume(undefined);
      this.#waiting.add(end);
      return () => this.#waiting.delete(end);
    });
    if (this.#ready) return ok(undefined);
    return ended?.kind === "interrupted" ? fail("EINTR") : this.#away();
  }

  /** Asks what may be asked twice: again when the connection broke before the answer. @returns EIO, EINTR. */
  *ask(message: Message): Operation<Result<Message>> {
    for (;;) {
      const ready = yield* this.awaitReady();
      if (!ready.ok) return ready;
      const answer = yield* this.link.request(message);
      if (answer.kind === "interrupted") return fail("EINTR");
      if (answer.kind !== "lost" && answer.kind !== "timeOut") return ok(answer);
    }
  }

  #away(): Failure {
    const { server, because, up } = this.link;
    return fail("EIO", `${server}, the lead, is away: ${up ? "no session yet" : because}`);
  }
}
