import { errnoName } from "../../core/errno.ts";
import { clientId, type ClientId, type Sequence } from "../../core/brand.ts";
import { fail, ok, type Failure, type Result } from "../../core/result.ts";
import { PROTOCOL, REFUSAL, type Message, type MessageKind, type MessageOfKind } from "../../wire/messages.ts";
import type { Operation } from "./operation.ts";
import { wait } from "./operation.ts";
import type { ClientPorts, TimerHandle } from "./ports.ts";

/** "pohm". */
export const MAGIC = 0x706f686d;

export type LinkOptions = {
  /** Place of the member in the group. */
  readonly place: number;
  readonly server: string;
  readonly index: number;
  readonly host: string;
  readonly configHash: Uint8Array;
  readonly beatMs: number;
  readonly suspectMs: number;
};

/** What a link tells its owner. */
export type LinkEvents = {
  /**
   * Answered hello: `client` is the session that the connection now stands for (0: none).
   * @param arrived It was not up before; else it is the same connection, which said hello again.
   */
  welcomed(welcome: MessageOfKind<"welcome">, client: ClientId, arrived: boolean): void;
  refused(code: number, because: string): void;
  /** Was welcomed, and is no longer connected. All requests under way have been answered with `lost`. */
  lost(because: string): void;
  /** A frame that answers nothing. */
  unasked(message: Message): void;
};

/** A request whose connection broke: it may have been done. */
export type Lost = { readonly kind: "lost"; readonly because: string };
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
  run = 0;
  /** Reads and changes asked of it. */
  reads = 0;
  changes = 0;
  readonly #options: LinkOptions;
  readonly #ports: ClientPorts;
  readonly #events: LinkEvents;
  readonly #pending = new Map<number, (answer: Message | Lost) => void>();
  #nextRequest = 1;
  #connected = false;
  #closing = false;
  #retryMs = RETRY_MS_FIRST;
  #awaySince: number;
  #heard = 0;
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

  stop(): void {
    this.#closing = true;
    this.#timer?.cancel();
    if (this.#connected) {
      if (this.up) this.#ports.send(this.place, { kind: "bye" }, 0);
      this.#ports.disconnect(this.place);
    }
    this.closed("the mount ends");
  }

  /** From now on the connection is to stand for this session. */
  identify(client: ClientId): void {
    this.#asClient = client;
    if (this.#connected && this.client !== client) this.#hello();
  }

  /** The connection that `connect` began stands. */
  opened(): void {
    this.#connected = true;
    this.#heard = this.#ports.now();
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
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    if (was) {
      this.#awaySince = this.#ports.now();
      if (!this.#closing) this.#events.lost(because);
    }
    for (const answer of pending) answer({ kind: "lost", because });
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
    const answer = this.#pending.get(request);
    if (answer === undefined) {
      this.drop(`answered request ${request}, which nobody made`);
      return;
    }
    this.#pending.delete(request);
    answer(message);
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
    const request = this.#nextRequest;
    this.#nextRequest = request >= 0xffff_ffff ? 1 : request + 1;
    this.#pending.set(request, answer);
    this.#ports.send(this.place, message, request);
    return request;
  }

  /** Asks, and waits for the answer or the loss of the connection. */
  *request(message: Message): Operation<Message | Lost> {
    return yield* wait<Message | Lost>((resume) => {
      this.ask(message, resume);
      return undefined;
    });
  }

  #hello(): void {
    const client = this.#asClient;
    const hello: Message = {
      kind: "hello",
      magic: MAGIC,
      versionMin: PROTOCOL.min,
      versionMax: PROTOCOL.max,
      capabilities: 0,
      index: this.#options.index,
      role: 0,
      client,
      fresh: client !== NO_CLIENT && this.#knownClient !== client ? 1 : 0,
      host: this.#options.host,
      configHash: this.#options.configHash,
      authentication: new Uint8Array(0),
    };
    this.ask(hello, (answer) => this.#answered(answer, client));
  }

  #answered(answer: Message | Lost, client: ClientId): void {
    if (answer.kind === "lost") return;
    if (answer.kind === "refused") {
      this.#events.refused(answer.code, answer.because);
      this.#retryMs = RETRY_MS_MAX;
      this.drop(`refused: ${answer.because}`);
      if (answer.code === REFUSAL.fenced) this.#knownClient = NO_CLIENT;
      return;
    }
    if (answer.kind !== "welcome") {
      this.drop(`answered hello with ${answer.kind}`);
      return;
    }
    this.#retryMs = RETRY_MS_FIRST;
    const arrived = !this.up;
    this.up = true;
    this.because = "";
    this.client = client;
    this.software = answer.software;
    if (client !== NO_CLIENT) this.#knownClient = client;
    this.#events.welcomed(answer, client, arrived);
  }

  /** The session was opened over this very connection: no further hello is needed. */
  adopt(client: ClientId): void {
    this.#asClient = client;
    this.client = client;
    this.#knownClient = client;
  }

  #beatLater(): void {
    this.#timer = this.#ports.after(this.#options.beatMs, () => {
      if (this.#ports.now() - this.#heard > this.#options.suspectMs) {
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
    this.ask({ kind: "beat", n: this.#beats }, (answer) => {
      if (answer.kind === "beaten") {
        this.bytesFree = answer.bytesFree;
        this.filesFree = answer.filesFree;
      }
      then?.();
    });
  }
}

/** Turns an answer into what was asked for, or a failure. A connection that broke is EIO; see {@link isLost}. */
export function expect<Kind extends MessageKind>(answer: Message | Lost, kind: Kind): Result<MessageOfKind<Kind>> {
  if (answer.kind === kind) return ok(answer as MessageOfKind<Kind>);
  if (answer.kind === "failed") return fail(errnoName(answer.errno), answer.because);
  if (answer.kind === "lost") return fail("EIO", answer.because);
  return fail("EIO", `a member answered ${answer.kind} where ${kind} was due`);
}

export type Positions = { readonly applied: Sequence; readonly durable: Sequence };
export type { Failure };
