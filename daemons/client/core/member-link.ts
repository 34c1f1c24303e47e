import { clientId, type ClientId } from "../../core/brand.ts";
import type { Message, MessageOfKind } from "../../wire/messages.ts";
import { hex } from "./hex.ts";
import { helloOf, type LinkOptions } from "./hello.ts";
import type { Operation } from "./operation.ts";
import { waitAtMost, type Early } from "./patience.ts";
import type { ClientPorts, TimerHandle } from "./ports.ts";
import { Requests, type Lost } from "./requests.ts";

/** What a link tells its owner. */
export type LinkEvents = {
  /**
   * Answered hello: `client` is the session that the connection now stands for (0: none).
   * @param arrived It was not up before; else it is the same connection, which said hello again.
   */
  welcomed(welcome: MessageOfKind<"welcome">, client: ClientId, arrived: boolean): void;
  /** Answered hello for this session with no; the connection ends. */
  refused(code: number, because: string, client: ClientId): void;
  /** Something else than a change is about to be asked. */
  asking?(): void;
  /** Answered a beat. */
  beaten(): void;
  /** Was welcomed, and is no longer connected. Requests under way are answered with `lost` right after. */
  lost(because: string): void;
  /** A frame that answers nothing. */
  unasked(message: Message): void;
};

const NO_CLIENT = clientId(0);
const RETRY_MS_FIRST = 100;
const RETRY_MS_MAX = 1_000;

/**
 * One member as a client sees it: a connection that is made again when it breaks, its handshake, heartbeat, and the
 * requests under way. Sans-I/O: connecting and sending go through {@link ClientPorts}.
 */
export class MemberLink {
  readonly place: number;
  readonly server: string;
  /** Why it is not up; empty while it is. */
  because = "not connected yet";
  /** Answered hello, and connected. */
  up = false;
  /** The session that the connection stands for; 0: none. */
  client: ClientId = NO_CLIENT;
  bytesFree = Number.MAX_SAFE_INTEGER;
  filesFree = Number.MAX_SAFE_INTEGER;
  software = "";
  /** Of the last welcome: how often it has started, and which disk it has (hex); empty before the first. */
  run = 0;
  storeId = "";
  /** When the last request that it answered was sent. It has seen this client alive after that moment (rule S3). */
  provenMs = Number.NEGATIVE_INFINITY;
  /** The last change of the session that is durable there, as far as it has said. */
  durable = 0;
  /** Reads and changes asked of it. */
  reads = 0;
  changes = 0;
  readonly #options: LinkOptions;
  readonly #ports: ClientPorts;
  readonly #events: LinkEvents;
  readonly #requests = new Requests();
  #connected = false;
  #closing = false;
  #retryMs = RETRY_MS_FIRST;
  #awaySince: number;
  #heard = 0;
  #looked = 0;
  #beats = 0;
  #timer: TimerHandle | undefined;
  #asClient: ClientId = NO_CLIENT;
  /** Members that welcomed this session once: the next hello must find it known there. */
  #knownClient: ClientId = NO_CLIENT;

  constructor(options: LinkOptions, ports: ClientPorts, events: LinkEvents) {
    this.place = options.place;
    this.server = options.server;
    this.#options = options;
    this.#ports = ports;
    this.#events = events;
    this.#awaySince = ports.now();
  }

  /** For how long it has not been up; 0 while it is. */
  get awayMs(): number {
    return this.up ? 0 : this.#ports.now() - this.#awaySince;
  }

  /** Begins, and goes on until {@link stop}. */
  start(): void {
    this.#closing = false;
    this.#ports.connect(this.place);
  }

  /**
   * It is to stand for a session of an earlier process.
   * @param isKnown The member knows it, and must still do so; else it is made known there.
   */
  inherit(client: ClientId, isKnown: boolean): void {
    this.#asClient = client;
    if (isKnown) this.#knownClient = client;
  }

  /** The member knows, or knew, this session. */
  knows(client: ClientId): boolean {
    return client !== NO_CLIENT && this.#knownClient === client;
  }

  /** @param bye The session that it stands for ends with it. */
  stop(bye?: MessageOfKind<"bye">): void {
    this.#closing = true;
    this.#timer?.cancel();
    if (this.up && bye !== undefined) this.#ports.send(this.place, bye, 0);
    this.#ports.disconnect(this.place);
    this.closed("the mount ends");
  }

  /** From now on the connection is to stand for this session. */
  identify(client: ClientId): void {
    this.#asClient = client;
    if (!this.#connected || this.client === client) return;
    this.client = NO_CLIENT;
    this.#hello();
  }

  /** The session that it stood for is no more: says so, and begins anew without one. */
  leave(bye: MessageOfKind<"bye">): void {
    if (this.client !== NO_CLIENT) this.tell(bye);
    this.#asClient = NO_CLIENT;
    this.drop("the session has ended");
  }

  /** The connection that `connect` began stands. */
  opened(): void {
    this.#connected = true;
    this.#heard = this.#ports.now();
    this.#looked = this.#heard;
    this.#hello();
    this.#beatLater();
  }

  /** The connection ended, or could not be made. */
  closed(because: string): void {
    const was = this.up;
    this.#connected = false;
    this.up = false;
    this.client = NO_CLIENT;
    this.because = because;
    this.#timer?.cancel();
    const answers = this.#requests.takeAll();
    if (was) {
      this.#awaySince = this.#ports.now();
      if (!this.#closing) this.#events.lost(because);
    }
    for (const answer of answers) answer({ kind: "lost", because });
    if (this.#closing) return;
    this.#timer = this.#ports.after(this.#retryMs, () => this.#ports.connect(this.place));
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX);
  }

  /** Ends a connection that is of no use any more, and makes it again later. */
  drop(because: string): void {
    if (!this.#connected) return;
    this.#ports.disconnect(this.place);
    this.closed(because);
  }

  received(message: Message, request: number): void {
    this.#heard = this.#ports.now();
    if (request === 0) {
      this.#events.unasked(message);
      return;
    }
    const asked = this.#requests.take(request);
    if (asked === undefined) {
      this.drop(`answered request ${request}, which nobody made`);
      return;
    }
    this.provenMs = Math.max(this.provenMs, asked.sentMs);
    asked.answer(message);
  }

  /** Sends what nobody answers. */
  tell(message: Message): void {
    if (this.#connected) this.#ports.send(this.place, message, 0);
  }

  /** Sends a request; `answer` is called once. */
  ask(message: Message, answer: (answer: Message | Lost) => void): number {
    if (!this.#connected) {
      answer({ kind: "lost", because: this.because });
      return 0;
    }
    if (!("origin" in message)) this.#events.asking?.();
    const request = this.#requests.add(answer, this.#ports.now());
    this.#ports.send(this.place, message, request);
    return request;
  }

  /** Asks, and waits for the answer, the loss of the connection, or an interrupt. */
  *request(message: Message): Operation<Message | Lost | Early> {
    return yield* waitAtMost<Message | Lost>(this.#ports, undefined, (resume) => {
      this.ask(message, resume);
      return undefined;
    });
  }

  #hello(): void {
    const client = this.#asClient;
    const isFresh = client !== NO_CLIENT && this.#knownClient !== client;
    this.ask(helloOf(this.#options, client, isFresh), (answer) => this.#answered(answer, client));
  }

  #answered(answer: Message | Lost, client: ClientId): void {
    if (answer.kind === "lost") return;
    if (answer.kind === "refused") {
      this.#retryMs = RETRY_MS_MAX;
      this.drop(`refused: ${answer.because}`);
      this.#events.refused(answer.code, answer.because, client);
      return;
    }
    if (answer.kind !== "welcome") {
      this.drop(`answered hello with ${answer.kind}`);
      return;
    }
    this.#retryMs = RETRY_MS_FIRST;
    if (client !== NO_CLIENT) this.#knownClient = client;
    // Meanwhile it was told to stand for another session: the answer to that is on its way.
    if (client !== this.#asClient) return;
    this.#stand(answer, client);
  }

  #stand(welcome: MessageOfKind<"welcome">, client: ClientId): void {
    const arrived = !this.up;
    this.up = true;
    this.because = "";
    this.client = client;
    this.durable = welcome.durable;
    this.software = welcome.software;
    this.#events.welcomed(welcome, client, arrived);
    this.run = welcome.run;
    this.storeId = hex(welcome.storeId);
  }

  /** The session was opened over this very connection: no further hello is needed. */
  adopt(client: ClientId): void {
    this.#asClient = client;
    this.client = client;
    this.durable = 0;
    this.#knownClient = client;
  }

  #beatLater(): void {
    this.#timer = this.#ports.after(this.#options.beatMs, () => {
      const now = this.#ports.now();
      // This process stood still: what was said to it meanwhile is still to be read.
      if (now - this.#looked > this.#options.suspectMs) this.#heard = now;
      this.#looked = now;
      if (now - this.#heard > this.#options.suspectMs) {
        this.drop(`silent for ${this.#options.suspectMs} ms`);
        return;
      }
      if (this.up) this.beat();
      this.#beatLater();
    });
  }

  /** Sends a beat at once: also tells how much space the member has. */
  beat(then?: () => void): void {
    this.#beats += 1;
    const { client } = this;
    this.ask({ kind: "beat", n: this.#beats }, (answer) => {
      if (answer.kind === "beaten") {
        this.bytesFree = answer.bytesFree;
        this.filesFree = answer.filesFree;
        if (client === this.client) this.durable = Math.max(this.durable, answer.durable);
        this.#events.beaten();
      }
      then?.();
    });
  }
}
