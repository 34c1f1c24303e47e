import { sequence, type ClientId } from "../../core/brand.ts";
import { helloWith } from "../../wire/hello.ts";
import { LIMIT, ROLE, type Change, type Message, type MessageOfKind } from "../../wire/messages.ts";
import { answerRead } from "./answer-read.ts";
import { isChange } from "./change-frame.ts";
import { failed } from "./failed.ts";
import { LeadDesk } from "./lead-desk.ts";
import type { Offers } from "./offers.ts";
import { Leveller } from "./level/leveller.ts";
import type { Levelled } from "./level/levelling.ts";
import type { MemberOptions, MemberPorts } from "./member-ports.ts";
import { Sessions, type ConnectionId, type Session } from "./sessions.ts";
import type { Refused, Store } from "./store.ts";

export type { MemberEvent } from "./member-ports.ts";
export type { ConnectionId } from "./sessions.ts";

/** What a connection stands for once hello is answered. */
type Peer = {
  readonly session: Session | undefined;
  readonly reportsOnly: boolean;
  /** It is the lead of the group, at this member. */
  readonly isLead?: boolean;
};
type Answer = (reply: Message) => void;

/** A laptop sleeps over night; what it had under way is worth more than a few records of clients that never come back. */
const FORGET_MS = 86_400_000;
/** Ticks come several times a second. When one is so late, this process stood still. */
const STALL_MS = 1_000;
/** Rule L4: members are alike when all is quiet, though nobody asked for what a silent client holds. */
const LEVEL_MS = 40_000;

/**
 * One member of one group: answers the messages of its clients from its store, and, where it is the lead, grants leases
 * and locks. Sans-I/O but for the store, whose calls are synchronous.
 */
export class Member {
  readonly store: Store;
  #options: MemberOptions;
  readonly #ports: MemberPorts;
  readonly #peers = new Map<ConnectionId, Peer>();
  readonly #sessions: Sessions;
  readonly #lead: LeadDesk | undefined;
  readonly #leveller: Leveller;
  readonly #scratch = Buffer.allocUnsafeSlow(LIMIT.dataBytes);
  #tickedMs: number;
  #changes = 0;
  #reads = 0;

  constructor(options: MemberOptions, store: Store, ports: MemberPorts) {
    this.#options = options;
    this.store = store;
    this.#ports = ports;
    this.#tickedMs = ports.now();
    this.#sessions = new Sessions(store.sessions(), this.#tickedMs);
    this.#lead = options.isLead ? this.#makeLead() : undefined;
    this.#leveller = this.#makeLeveller();
  }

  #makeLeveller(): Leveller {
    const close = (client: ClientId): void => {
      const connection = this.#sessions.get(client)?.connection;
      if (connection === undefined) return;
      this.closed(connection);
      this.#ports.close(connection, "the session is fenced");
    };
    return new Leveller(this.store, this.#scratch, {
      now: () => this.#ports.now(),
      peers: this.#options.peers ?? 0,
      connect: (peer, end) => this.#ports.connect(peer, end),
      hello: () => this.#helloAsLead(),
      applied: (client, change) => this.#lead?.applied(client, change),
      fenced: close,
      ended: (client) => {
        this.#sessions.end(client);
        this.store.end(client);
      },
    });
  }

  #helloAsLead(): Message {
    const { index, lead } = this.#options;
    return helloWith({ index, role: ROLE.lead, host: lead, lead });
  }

  get options(): MemberOptions {
    return this.#options;
  }

  /** From now on this is what its clients may do. */
  permit(permissions: MemberOptions["permissions"]): void {
    this.#options = { ...this.#options, permissions };
  }

  #makeLead(): LeadDesk {
    return new LeadDesk(this.#options.lapseMs, this.store, {
      now: () => this.#ports.now(),
      send: (client, message, request) => {
        const connection = this.#sessions.get(client)?.connection;
        if (connection !== undefined) this.#ports.send(connection, message, request);
      },
      later: (ms, run) => this.#ports.later(ms, run),
      late: (client, oid) => this.#ports.event({ kind: "late", client, oid }),
    });
  }

  /** Changes and reads answered since the start. */
  get counts(): { readonly changes: number; readonly reads: number; readonly leases: number; readonly locks: number } {
    const { leases, locks } = this.#lead?.counts() ?? { leases: 0, locks: 0 };
    return { changes: this.#changes, reads: this.#reads, leases, locks };
  }

  get sessions(): readonly Session[] {
    return this.#sessions.all();
  }

  // --- connections

  /**
   * A connection said hello for this group; perhaps once more, to stand for another session.
   * @returns What to answer: a session that it does not know is refused by the caller as fenced.
   */
  hello(connection: ConnectionId, hello: MessageOfKind<"hello">): "welcome" | "fenced" {
    const { client } = hello;
    if (this.#peers.get(connection)?.session?.client !== client) this.closed(connection);
    if (client === 0 || hello.role !== ROLE.client) {
      const reportsOnly = hello.role === ROLE.tool;
      this.#peers.set(connection, { session: undefined, reportsOnly, isLead: hello.role === ROLE.lead });
      return "welcome";
    }
    if (this.#leveller.isFenced(client)) return "fenced";
    if (hello.fresh === 1 && !this.#options.isLead) this.store.register(client);
    if (this.store.position(client) === undefined) return "fenced";
    this.#attach(connection, client).host = hello.host;
    return "welcome";
  }

  positions(connection: ConnectionId): { readonly applied: number; readonly durable: number } {
    const session = this.#peers.get(connection)?.session;
    if (session === undefined) return { applied: 0, durable: 0 };
    return { applied: this.store.position(session.client) ?? 0, durable: this.store.durable(session.client) };
  }

  /** After `welcome` went out: the lead says again what the session may have missed. */
  welcomed(connection: ConnectionId): void {
    const session = this.#peers.get(connection)?.session;
    if (session !== undefined) this.#lead?.step({ kind: "connected", client: session.client });
  }

  #attach(connection: ConnectionId, client: ClientId): Session {
    const { session, replaced } = this.#sessions.attach(connection, client, this.#ports.now());
    this.#peers.set(connection, { session, reportsOnly: false });
    if (replaced !== undefined) {
      this.#peers.delete(replaced);
      this.#lead?.step({ kind: "disconnected", client });
      this.#ports.close(replaced, "the session has a newer connection");
    }
    return session;
  }

  /** A connection ended, or stands for nothing any more. */
  closed(connection: ConnectionId): void {
    const session = this.#peers.get(connection)?.session;
    this.#peers.delete(connection);
    if (session === undefined || session.connection !== connection) return;
    session.connection = undefined;
    this.#lead?.step({ kind: "disconnected", client: session.client });
  }

  /**
   * Several times a second. A session that is silent for longer than `lapse` keeps what it holds until somebody wants it
   * (rule S5); one that the lead knows nothing of since its start cannot be told apart from one whose leases were taken.
   */
  tick(): void {
    const nowMs = this.#ports.now();
    if (nowMs - this.#tickedMs > STALL_MS) this.#sessions.heardAll(nowMs);
    this.#tickedMs = nowMs;
    this.#lead?.step({ kind: "tick" });
    this.#leveller.tick();
    for (const session of this.#sessions.all()) this.#lookAfter(session, nowMs - session.heardMs);
  }

  #lookAfter(session: Session, silentMs: number): void {
    const { client } = session;
    if (silentMs <= this.#options.lapseMs) return;
    if (session.connection !== undefined) {
      const { connection } = session;
      this.closed(connection);
      this.#ports.close(connection, "silent for too long");
    }
    const forgetMs = this.#options.forgetMs ?? FORGET_MS;
    if (this.#lead === undefined) {
      // Usually the lead has ended it by then, and said so.
      if (silentMs > 2 * forgetMs) this.#end(session, "silent for too long");
      return;
    }
    if (this.#leveller.isUnderWay(client)) return;
    const isTaken = !session.isReclaimed || this.#lead.isWanted(client) || this.#leveller.isFenced(client);
    if (isTaken || silentMs > forgetMs) this.#fence(session, "silent for too long");
    else if (silentMs > LEVEL_MS && !session.isLevel) this.#level(session);
  }

  /** What a session holds is to be passed on: first all members must have the same of it, and take nothing more. */
  #fence(session: Session, because: string): void {
    if (this.#lead === undefined || (this.#options.peers ?? 0) === 0) return this.#end(session, because);
    this.#leveller.level(session.client, true, (result) => {
      this.#tellApart(session, result);
      this.#end(session, because);
    });
  }

  #level(session: Session): void {
    session.isLevel = true;
    if ((this.#options.peers ?? 0) === 0) return;
    this.#leveller.level(session.client, false, (result) => this.#tellApart(session, result));
  }

  #tellApart({ client }: Session, result: Levelled): void {
    const because = result.kind === "apart" ? result.because : "";
    this.#ports.event({ kind: "levelled", client, because });
  }

  #end({ client }: Session, because: string): void {
    this.#sessions.end(client);
    this.#leveller.forget(client);
    this.store.end(client);
    this.#lead?.step({ kind: "sessionEnded", client });
    this.#ports.event({ kind: "sessionEnded", client, because });
  }

  // --- messages

  receive(connection: ConnectionId, message: Message, request: number): void {
    const peer = this.#peers.get(connection);
    if (peer === undefined) return;
    const { session } = peer;
    const answer: Answer = (reply) => this.#ports.send(connection, reply, request);
    if (peer.reportsOnly) return answer(failed("EPERM", "this connection may only ask for a description"));
    if (peer.isLead === true) return this.#answerLead(connection, message, answer);
    if (session !== undefined) session.heardMs = this.#ports.now();
    if (isChange(message)) return this.#change(session, message, answer);
    if (answerRead(this.store, message, this.#scratch, answer, this.#offers(session, message))) {
      this.#reads += 1;
      return;
    }
    if (message.kind === "beat") return this.#beat(connection, message.n, answer);
    if (message.kind === "open") return this.#open(connection, session, message, answer);
    if (session === undefined) return this.#withoutSession(connection, message, request, answer);
    if (message.kind === "bye") return this.#bye(connection, session, message.level === 1);
    this.#forLead(connection, session, message, request);
  }

  #offers(session: Session | undefined, message: Message): Offers | undefined {
    const asked = (message.kind === "lookup" || message.kind === "listDirectory") && message.lease === 1;
    return asked && session !== undefined ? this.#lead?.offersTo(session.client) : undefined;
  }

  #answerLead(connection: ConnectionId, message: Message, answer: Answer): void {
    const isKnown = this.#leveller.answer(message, answer);
    if (!isKnown) this.#ports.close(connection, `${message.kind} from a lead`);
  }

  /** @param isLevel Else the lead sees to it that all have the same of the session, and ends it then. */
  #bye(connection: ConnectionId, session: Session, isLevel: boolean): void {
    this.closed(connection);
    this.#peers.set(connection, { session: undefined, reportsOnly: false });
    if (isLevel) this.#end(session, "it said bye");
    else if (this.#lead !== undefined) this.#fence(session, "it said bye");
  }

  #withoutSession(connection: ConnectionId, message: Message, request: number, answer: Answer): void {
    if (request !== 0) answer(failed("EPERM", "there is no session"));
    else if (message.kind !== "bye") this.#ports.close(connection, `${message.kind} without a session`);
  }

  #forLead(connection: ConnectionId, session: Session, message: Message, request: number): void {
    if (this.#lead?.receive(session.client, message, request) === true) {
      if (message.kind === "reclaim" && message.last === 1) session.isReclaimed = true;
    } else if (this.#lead === undefined && request !== 0) {
      this.#ports.send(connection, failed("EPERM", "this member is not the lead"), request);
    } else {
      this.#ports.close(connection, `${message.kind} is not for a member`);
    }
  }

  #change(session: Session | undefined, message: Change, answer: Answer): void {
    if (session === undefined) return answer(failed("EPERM", "a change without a session"));
    if ((this.#options.permissions & 2) === 0) return answer(failed("EROFS", "this member may not be written"));
    this.#changes += 1;
    const { seq } = message.origin;
    const applied = this.store.apply(session.client, message);
    if (applied.kind === "applied") this.#leveller.add(session.client, message);
    if (applied.kind === "applied" || applied.kind === "repeated") {
      const { errno, count, attributes } = applied.outcome;
      answer({ kind: "changed", seq, errno, count, attributes: attributes === undefined ? [] : [attributes] });
      if (errno === 0) this.#lead?.applied(session.client, message);
      return;
    }
    const because = whyRefused(applied, seq);
    this.#ports.event({ kind: "changeRefused", client: session.client, because });
    answer(failed("ESTALE", because));
  }

  #open(connection: ConnectionId, old: Session | undefined, message: MessageOfKind<"open">, answer: Answer): void {
    if (this.#lead === undefined) return answer(failed("EPERM", "this member is not the lead"));
    if (old !== undefined) return answer(failed("EBUSY", "the connection has a session"));
    const { host, at } = message;
    this.#endOlder(host, at);
    const client = this.store.drawClientId();
    this.store.register(client);
    Object.assign(this.#attach(connection, client), { host, at, isReclaimed: true });
    this.#lead.step({ kind: "sessionOpened", client });
    this.#ports.event({ kind: "sessionOpened", client, host, at });
    answer({ kind: "opened", client });
  }

  /** A mount that is made anew has no use for what it held before (rule K3). */
  #endOlder(host: string, at: string): void {
    for (const session of this.#sessions.all()) {
      const isSilent = this.#ports.now() - session.heardMs > this.#options.lapseMs;
      if (session.host === host && session.at === at && session.connection === undefined && isSilent)
        this.#fence(session, "its mount was made anew");
    }
  }

  #beat(connection: ConnectionId, n: number, answer: Answer): void {
    const space = this.store.space();
    const { applied, durable } = this.positions(connection);
    answer({
      kind: "beaten",
      n,
      bytesFree: space.ok ? space.value.blocksAvailable * space.value.blockSize : 0,
      filesFree: space.ok ? space.value.filesFree : 0,
      applied: sequence(applied),
      durable: sequence(durable),
    });
  }
}

function whyRefused(refused: Refused, seq: number): string {
  if (refused.kind === "gap") return `change ${seq} came after ${refused.applied}`;
  if (refused.kind === "unknown-client") return "the session is not known here";
  const { oid, have, want } = refused;
  return `object ${oid} has version ${have} here, the change wants to make it ${want}`;
}
