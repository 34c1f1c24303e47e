import { sequence, type ClientId, type Oid } from "../../core/brand.ts";
import type { MemberReport, SessionReport } from "../../core/report.ts";
import { CHANGES, LIMIT, type Change, type Message, type MessageOfKind } from "../../wire/messages.ts";
import { answerRead } from "./answer-read.ts";
import { failed } from "./failed.ts";
import { leadEventOf } from "./lead-event-of.ts";
import { LEAD_DEFAULTS, type LeadEffect, type LeadEvent } from "./lead-events.ts";
import { createLead, type Lead } from "./lead.ts";
import type { Store } from "./store.ts";

/** Names one connection of a server, for as long as it lasts. */
export type ConnectionId = number;

export type MemberEvent =
  | { readonly kind: "sessionOpened"; readonly client: ClientId; readonly host: string; readonly at: string }
  | { readonly kind: "sessionEnded"; readonly client: ClientId; readonly because: string }
  /** It did not give a lease back in time. */
  | { readonly kind: "late"; readonly client: ClientId; readonly oid: Oid }
  | { readonly kind: "changeRefused"; readonly client: ClientId; readonly because: string };

export interface MemberPorts {
  now(): number;
  /** `message` may hold views; they are not needed once this returns. */
  send(connection: ConnectionId, message: Message, request: number): void;
  close(connection: ConnectionId, because: string): void;
  event(event: MemberEvent): void;
}

export type MemberOptions = {
  readonly index: number;
  readonly group: string;
  readonly export: string;
  /** This member grants the group's leases. */
  readonly isLead: boolean;
  /** May be read by clients, may be written by them: bits 1 and 2. */
  readonly permissions: 1 | 2 | 3;
  /** How long a session whose connection is gone keeps its leases: `lapse` of docs/protocol.md. */
  readonly lapseMs: number;
};

type Session = {
  readonly client: ClientId;
  host: string;
  at: string;
  connection: ConnectionId | undefined;
  /** When its connection went. */
  goneMs: number;
};

/** What a connection stands for once hello is answered. */
type Peer = { readonly host: string; session: Session | undefined; readonly reportsOnly: boolean };

const CHANGE_KINDS: ReadonlySet<string> = new Set(CHANGES.map((message) => message.kind));
const isChange = (message: Message): message is Change => CHANGE_KINDS.has(message.kind);
/** After so long a session that never came back is forgotten where no lead says so. */
const FORGET_MS = 600_000;
const OIDS_AT_ONCE = 65_536;

/**
 * One member of one group: answers the messages of its clients from its store, and, where it is the lead, grants leases
 * and locks. Sans-I/O but for the store, whose calls are synchronous.
 */
export class Member {
  readonly options: MemberOptions;
  readonly store: Store;
  readonly #ports: MemberPorts;
  readonly #peers = new Map<ConnectionId, Peer>();
  readonly #sessions = new Map<ClientId, Session>();
  readonly #lead: Lead | undefined;
  readonly #scratch = Buffer.allocUnsafeSlow(LIMIT.dataBytes);
  #changes = 0;
  #reads = 0;

  constructor(options: MemberOptions, store: Store, ports: MemberPorts) {
    this.options = options;
    this.store = store;
    this.#ports = ports;
    const nowMs = ports.now();
    for (const client of store.sessions()) this.#sessions.set(client, newSession(client, nowMs));
    if (options.isLead) {
      this.#lead = createLead({ ...LEAD_DEFAULTS, lapseMs: options.lapseMs });
      this.#step({ kind: "started", nowMs, knownClients: store.sessions(), orphans: store.orphans() });
    }
  }

  // --- connections

  /**
   * A connection said hello for this group.
   * @returns What to answer: a session that it does not know is refused by the caller as fenced.
   */
  hello(connection: ConnectionId, hello: MessageOfKind<"hello">): "welcome" | "fenced" {
    const reportsOnly = hello.role === 1;
    if (hello.client === 0 || reportsOnly) {
      this.#peers.set(connection, { host: hello.host, session: undefined, reportsOnly });
      return "welcome";
    }
    if (hello.fresh === 1 && !this.options.isLead) this.store.register(hello.client);
    if (this.store.position(hello.client) === undefined) return "fenced";
    this.#attach(connection, hello.client, hello.host);
    return "welcome";
  }

  positions(connection: ConnectionId): { readonly applied: number; readonly durable: number } {
    const session = this.#peers.get(connection)?.session;
    const applied = session === undefined ? 0 : (this.store.position(session.client) ?? 0);
    // What is applied but not yet on disk is not told apart before there is a journal that is committed.
    return { applied, durable: 0 };
  }

  /** After `welcome` went out: the lead says again what the session may have missed. */
  welcomed(connection: ConnectionId): void {
    const session = this.#peers.get(connection)?.session;
    if (session !== undefined) this.#step({ kind: "connected", nowMs: this.#ports.now(), client: session.client });
  }

  #attach(connection: ConnectionId, client: ClientId, host: string): Session {
    const session = this.#sessions.get(client) ?? newSession(client, this.#ports.now());
    this.#sessions.set(client, session);
    const older = session.connection;
    session.connection = connection;
    session.host = host;
    this.#peers.set(connection, { host, session, reportsOnly: false });
    if (older !== undefined && older !== connection) {
      this.#peers.delete(older);
      this.#step({ kind: "disconnected", nowMs: this.#ports.now(), client });
      this.#ports.close(older, "the session has a newer connection");
    }
    return session;
  }

  closed(connection: ConnectionId): void {
    const session = this.#peers.get(connection)?.session;
    this.#peers.delete(connection);
    if (session === undefined || session.connection !== connection) return;
    session.connection = undefined;
    session.goneMs = this.#ports.now();
    this.#step({ kind: "disconnected", nowMs: session.goneMs, client: session.client });
  }

  /** Once in a while: sessions that did not come back in time lose what they held. */
  tick(): void {
    const nowMs = this.#ports.now();
    this.#step({ kind: "tick", nowMs });
    const patience = this.#lead === undefined ? FORGET_MS : this.options.lapseMs;
    for (const session of this.#sessions.values()) {
      if (session.connection === undefined && nowMs - session.goneMs > patience)
        this.#end(session, "silent for too long");
    }
  }

  #end(session: Session, because: string): void {
    this.#sessions.delete(session.client);
    this.store.end(session.client);
    this.#step({ kind: "sessionEnded", nowMs: this.#ports.now(), client: session.client });
    this.#ports.event({ kind: "sessionEnded", client: session.client, because });
  }

  // --- messages

  receive(connection: ConnectionId, message: Message, request: number): void {
    const peer = this.#peers.get(connection);
    if (peer === undefined) return;
    const answer = (reply: Message): void => this.#ports.send(connection, reply, request);
    if (peer.reportsOnly) {
      answer(failed("EPERM", "this connection may only ask for a description"));
      return;
    }
    const { session } = peer;
    if (isChange(message)) this.#change(session, message, answer);
    else if (answerRead(this.store, message, this.#scratch, answer)) this.#reads += 1;
    else if (!this.#session(connection, peer, message, request, answer)) {
      this.#ports.close(connection, `${message.kind} is not for a member, or not without a session`);
    }
  }

  #change(session: Session | undefined, message: Change, answer: (reply: Message) => void): void {
    if (session === undefined) return answer(failed("EPERM", "a change without a session"));
    if ((this.options.permissions & 2) === 0) return answer(failed("EROFS", "this member may not be written"));
    this.#changes += 1;
    const { seq } = message.origin;
    const applied = this.store.apply(session.client, message);
    if (applied.kind === "applied" || applied.kind === "repeated") {
      const { errno, count, attributes } = applied.outcome;
      answer({ kind: "changed", seq, errno, count, attributes: attributes === undefined ? [] : [attributes] });
      if (errno === 0) this.#tellLead(session.client, message);
      return;
    }
    const because =
      applied.kind === "gap"
        ? `change ${seq} came after ${applied.applied}`
        : applied.kind === "version"
          ? `object ${applied.oid} has version ${applied.have} here, the change wants to make it ${applied.want}`
          : "the session is not known here";
    this.#ports.event({ kind: "changeRefused", client: session.client, because });
    answer(failed("ESTALE", because));
  }

  /** @returns Whether it was a message of a session, and could be answered. */
  #session(
    connection: ConnectionId,
    peer: Peer,
    message: Message,
    request: number,
    answer: (reply: Message) => void,
  ): boolean {
    const nowMs = this.#ports.now();
    if (message.kind === "beat") {
      this.#beat(connection, message.n, answer);
      return true;
    }
    if (message.kind === "bye") {
      if (peer.session !== undefined) this.#end(peer.session, "it said bye");
      return true;
    }
    if (message.kind === "open") {
      this.#open(connection, peer, message, answer);
      return true;
    }
    const client = peer.session?.client;
    if (client === undefined || this.#lead === undefined) {
      if (request === 0) return false;
      answer(failed("EPERM", this.#lead === undefined ? "this member is not the lead" : "there is no session"));
      return true;
    }
    if (message.kind === "oidRange") {
      this.#giveOids(client, message.count, answer);
      return true;
    }
    const event = leadEventOf(client, message, request, nowMs);
    if (event === undefined) return false;
    this.#step(event);
    if (message.kind === "reclaim") answer({ kind: "done" });
    return true;
  }

  #open(connection: ConnectionId, peer: Peer, message: MessageOfKind<"open">, answer: (reply: Message) => void): void {
    if (this.#lead === undefined) return answer(failed("EPERM", "this member is not the lead"));
    if (peer.session !== undefined) return answer(failed("EBUSY", "the connection has a session"));
    const client = this.store.drawClientId();
    this.store.register(client);
    const session = this.#attach(connection, client, message.host);
    session.at = message.at;
    this.#step({ kind: "sessionOpened", nowMs: this.#ports.now(), client });
    this.#ports.event({ kind: "sessionOpened", client, host: message.host, at: message.at });
    answer({ kind: "opened", client });
  }

  #beat(connection: ConnectionId, n: number, answer: (reply: Message) => void): void {
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

  /** What the lead must know of a change that was applied. */
  #tellLead(client: ClientId, change: Change): void {
    const nowMs = this.#ports.now();
    if (change.kind === "purge") this.#step({ kind: "purged", nowMs, oid: change.oid });
    else if (change.kind === "link") this.#step({ kind: "named", nowMs, oid: change.oid });
    else if (change.kind === "create" && change.name === "")
      this.#step({ kind: "orphaned", nowMs, client, oid: change.oid });
    else if (change.kind === "remove" && change.keep === 1)
      this.#step({ kind: "orphaned", nowMs, client, oid: change.oid });
    else if (change.kind === "rename" && change.keep === 1) {
      this.#step({ kind: "orphaned", nowMs, client, oid: change.replaced });
    }
  }

  #giveOids(client: ClientId, count: number, answer: (reply: Message) => void): void {
    const { from, to } = this.store.drawOids(Math.min(Math.max(count, 1), OIDS_AT_ONCE));
    this.#step({ kind: "oidsGiven", nowMs: this.#ports.now(), client, from, to });
    answer({ kind: "oids", from, to });
  }

  // --- the lead

  #step(event: LeadEvent): void {
    if (this.#lead === undefined) return;
    for (const effect of this.#lead.step(event)) this.#carryOut(effect);
  }

  #carryOut(effect: LeadEffect): void {
    const session = this.#sessions.get(effect.client);
    if (session === undefined) return;
    const send = (message: Message, request: number): void => {
      if (session.connection !== undefined) this.#ports.send(session.connection, message, request);
    };
    switch (effect.kind) {
      case "grant":
        return send({ kind: "granted", grants: effect.grants.map((grant) => this.#grant(grant)) }, effect.request);
      case "revoke":
        return send({ kind: "revoke", oid: effect.oid, keep: effect.keep }, 0);
      case "purge":
        return send({ kind: "purgeOrder", oid: effect.oid }, 0);
      case "done":
        return send({ kind: "done" }, effect.request);
      case "late":
        this.#ports.event({ kind: "late", client: effect.client, oid: effect.oid });
        return;
      case "failed":
        return send(failed(effect.errno), effect.request);
      case "lockHolder":
        return send(
          { kind: "lockHolder", type: effect.type, start: effect.start, end: effect.end, pid: effect.pid },
          effect.request,
        );
    }
  }

  /** A grant tells what the lead's store knows, so that the holder can count versions from there (rule L1). */
  #grant(grant: {
    readonly oid: Oid;
    readonly mode: 1 | 2;
    readonly inUse: boolean;
  }): MessageOfKind<"granted">["grants"][number] {
    const found = this.store.attributes(grant.oid);
    return {
      oid: grant.oid,
      mode: grant.mode,
      version: found.ok ? found.value.version : (0 as MessageOfKind<"granted">["grants"][number]["version"]),
      inUse: grant.inUse ? 1 : 0,
      size: found.ok ? found.value.size : 0,
    };
  }

  report(): MemberReport {
    const space = this.store.space();
    const counts = this.#lead?.counts() ?? { leases: 0, locks: 0 };
    return {
      index: this.options.index,
      group: this.options.group,
      export: this.options.export,
      storeId: Buffer.from(this.store.storeId).toString("hex"),
      run: this.store.run,
      lead: this.#lead !== undefined,
      bytesFree: space.ok ? space.value.blocksAvailable * space.value.blockSize : 0,
      bytesTotal: space.ok ? space.value.blocks * space.value.blockSize : 0,
      objects: this.store.count(),
      leases: counts.leases,
      locks: counts.locks,
      changes: this.#changes,
      reads: this.#reads,
      sessions: [...this.#sessions.values()].map((session) => this.#sessionReport(session)),
    };
  }

  #sessionReport(session: Session): SessionReport {
    return {
      client: session.client,
      host: session.host,
      at: session.at,
      connected: session.connection !== undefined,
      applied: this.store.position(session.client) ?? 0,
    };
  }
}

function newSession(client: ClientId, nowMs: number): Session {
  return { client, host: "", at: "", connection: undefined, goneMs: nowMs };
}
