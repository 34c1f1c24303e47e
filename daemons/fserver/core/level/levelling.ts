import { sequence, type ClientId, type Sequence } from "../../../core/brand.ts";
import type { Result } from "../../../core/result.ts";
import type { Message, MessageKind, MessageOfKind } from "../../../wire/messages.ts";

/** A connection of the lead to another member, as the lead has begun it. */
export type PeerConnection = {
  send(message: Message, request: number): void;
  /** Ends it; nothing is told of it any more. */
  close(): void;
};

/** What is told of such a connection. */
export type PeerEnd = {
  opened(): void;
  received(message: Message, request: number): void;
  closed(because: string): void;
};

export type LevellingPorts = {
  now(): number;
  /** The members besides this one that get every change. */
  readonly peers: number;
  /** Begins a connection to one of them; `end` hears of it after this has returned. */
  connect(peer: number, end: PeerEnd): PeerConnection;
  /** The first message of such a connection. */
  hello(): Message;
  /** How far this member has applied the session. */
  position(client: ClientId): Sequence;
  /** Makes what this member has applied durable. */
  sync(done: (result: Result<void>) => void): void;
  /** The frame of a change that this member has applied; undefined where it is not remembered. */
  frameOf(client: ClientId, seq: Sequence): Buffer | undefined;
  /** Applies a change that another member had. @returns Whether it fitted. */
  apply(client: ClientId, frame: Uint8Array): boolean;
};

/** What became of a session that was levelled. */
export type Levelled =
  | { readonly kind: "level" }
  /** A member has more than others, and does not remember what. They differ. */
  | { readonly kind: "apart"; readonly because: string };

/** A member that is silent for so long is connected to anew. */
const SILENT_MS = 3_000;
/** After a connection broke, or was refused. */
const AGAIN_MS = 500;

type Peer = {
  readonly place: number;
  connection: PeerConnection | undefined;
  /** How far it is, on the present connection; undefined: not told yet. */
  applied: Sequence | undefined;
  /** All of that is durable. */
  isDurable: boolean;
  /** The session has ended there: it lacks nothing. */
  hasEnded: boolean;
  /** What it was asked, and what to do with the answer. */
  asked: { readonly kind: MessageKind; readonly next: (answer: Message) => void } | undefined;
  request: number;
  /** When it was asked, or when it is to be connected to again. */
  sinceMs: number;
};

/**
 * Brings one session to the same position on all members (rules L3 and L4). The lead asks each other
 * member how far it is, by a fence after which that member takes nothing more from the client; fetches what it lacks
 * itself; supplies what others lack. A member that cannot be reached is waited for: until then nobody gets what the
 * session holds. Each step may be done twice, so a broken connection only begins anew.
 */
export class Levelling {
  readonly client: ClientId;
  readonly #fences: boolean;
  readonly #ports: LevellingPorts;
  readonly #done: (result: Levelled) => void;
  readonly #peers: Peer[];
  #result: Levelled = { kind: "level" };
  #isOver = false;

  /**
   * @param fences The session ends with it. Else its client may go on at any time: nothing that is sent twice is applied
   *   twice.
   */
  constructor(client: ClientId, fences: boolean, ports: LevellingPorts, done: (result: Levelled) => void) {
    this.client = client;
    this.#fences = fences;
    this.#ports = ports;
    this.#done = done;
    this.#peers = Array.from({ length: ports.peers }, (_, place) => ({
      place,
      connection: undefined,
      applied: undefined,
      isDurable: false,
      hasEnded: false,
      asked: undefined,
      request: 0,
      sinceMs: ports.now(),
    }));
  }

  start(): void {
    for (const peer of this.#peers) this.#connect(peer);
    this.#goOn();
  }

  /** Several times a second: who is silent is asked anew. @returns Whether nothing is left to do. */
  tick(): boolean {
    const now = this.#ports.now();
    for (const peer of this.#peers) {
      if (peer.asked !== undefined && now - peer.sinceMs >= SILENT_MS) this.#lost(peer);
      else if (!this.#isOver && peer.connection === undefined && now - peer.sinceMs >= AGAIN_MS) this.#connect(peer);
    }
    return this.#isOver && this.#peers.every(({ connection }) => connection === undefined);
  }

  #connect(peer: Peer): void {
    peer.sinceMs = this.#ports.now();
    const connection = this.#ports.connect(peer.place, {
      opened: () => {
        if (peer.connection === connection) this.#greet(peer);
      },
      received: (message, request) => {
        if (peer.connection === connection) this.#received(peer, message, request);
      },
      closed: () => {
        if (peer.connection === connection) this.#lost(peer);
      },
    });
    peer.connection = connection;
    // Until it is open there is nothing to wait for but that.
    peer.asked = { kind: "welcome", next: () => this.#askPosition(peer) };
  }

  #greet(peer: Peer): void {
    this.#ask(peer, this.#ports.hello(), "welcome", () => this.#askPosition(peer));
  }

  #askPosition(peer: Peer): void {
    const message = { kind: "standOf", client: this.client, fence: this.#fences ? 1 : 0 } as const;
    this.#ask(peer, message, "stand", ({ applied, ended }) => {
      peer.applied = applied;
      peer.isDurable = true;
      peer.hasEnded = ended === 1;
      this.#goOn();
    });
  }

  #lost(peer: Peer): void {
    peer.connection?.close();
    peer.connection = undefined;
    peer.applied = undefined;
    peer.hasEnded = false;
    peer.asked = undefined;
    peer.sinceMs = this.#ports.now();
  }

  #ask<Kind extends MessageKind>(
    peer: Peer,
    message: Message,
    kind: Kind,
    next: (answer: MessageOfKind<Kind>) => void,
  ): void {
    peer.request += 1;
    peer.sinceMs = this.#ports.now();
    // The row of the kind: what is handed on is of that kind, see #received.
    peer.asked = { kind, next: next as (answer: Message) => void };
    peer.connection?.send(message, peer.request);
  }

  #received(peer: Peer, message: Message, request: number): void {
    const { asked } = peer;
    if (this.#isOver || asked === undefined || request !== peer.request) return this.#lost(peer);
    peer.asked = undefined;
    if (message.kind === asked.kind) return asked.next(message);
    if (message.kind === "failed" && (asked.kind === "copy" || asked.kind === "done"))
      return this.#apart(`a member answered: ${message.because}`);
    this.#lost(peer);
  }

  /** All have said how far they are, and nobody is asked anything: one step more. */
  #goOn(): void {
    if (this.#isOver) return;
    const applied = this.#peers.map((peer) => peer.applied);
    if (applied.includes(undefined)) return;
    const own = this.#ports.position(this.client);
    const ahead = this.#peers.find((peer) => (peer.applied ?? 0) > own);
    if (ahead !== undefined) return this.#fetch(ahead, sequence(own + 1));
    for (const peer of this.#peers) if (peer.asked === undefined && !peer.hasEnded) this.#supply(peer, own);
    if (this.#isOver || this.#peers.some((peer) => peer.asked !== undefined)) return;
    if (this.#fences) this.#makeDurable();
    else this.#end();
  }

  /** All have the same. Who gets what the session held must find it again, though all hosts went down meanwhile. */
  #makeDurable(): void {
    const doubtful = this.#peers.filter(({ isDurable }) => !isDurable);
    for (const peer of doubtful) this.#askPosition(peer);
    if (doubtful.length > 0) return;
    const own = this.#ports.position(this.client);
    this.#ports.sync((synced) => {
      if (this.#isOver) return;
      if (!synced.ok) return this.#apart(`the disk of the lead fails: ${synced.errno}`);
      // A member that was away meanwhile is asked anew.
      if (this.#peers.every((peer) => peer.hasEnded || (peer.isDurable && peer.applied === own))) this.#end();
    });
  }

  #fetch(peer: Peer, seq: Sequence): void {
    if (peer.asked !== undefined) return;
    this.#ask(peer, { kind: "copyOf", client: this.client, seq }, "copy", ({ frame }) => {
      if (this.#ports.apply(this.client, frame)) this.#goOn();
      else this.#apart(`change ${seq} of another member does not fit here`);
    });
  }

  #supply(peer: Peer, own: Sequence): void {
    const seq = sequence((peer.applied ?? own) + 1);
    if (seq > own || this.#isOver) return;
    const frame = this.#ports.frameOf(this.client, seq);
    if (frame === undefined) return this.#apart(`change ${seq} is not remembered, and another member lacks it`);
    this.#ask(peer, { kind: "supply", client: this.client, frame }, "done", () => {
      peer.applied = seq;
      peer.isDurable = false;
      this.#goOn();
    });
  }

  /** Nothing can be done here: the session ends all the same, and whoever looks after the servers hears of it. */
  #apart(because: string): void {
    this.#result = { kind: "apart", because };
    this.#end();
  }

  /** That the session is over is told for the sake of tidiness: a member that does not hear it forgets it some day. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const peer of this.#peers) {
      if (this.#fences) this.#ask(peer, { kind: "endSession", client: this.client }, "done", () => {});
      else this.#lost(peer);
    }
    this.#done(this.#result);
  }
}
