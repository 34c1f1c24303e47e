import type { MessagePort } from "node:worker_threads";
import { canonicalAddress } from "../../config-schema/address.ts";
import { ROOT_OID } from "../core/brand.ts";
import type { ServerReport } from "../core/report.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { Connection } from "../sys/connection.ts";
import { DiskWorkers } from "../sys/disk-workers.ts";
import { listen, type Listener } from "../sys/listener.ts";
import { libc } from "../sys/libc.ts";
import { createLog, type Log } from "../sys/log.ts";
import { Reactor } from "../sys/reactor.ts";
import { encodeFrameParts, FrameDecoder } from "../wire/frame.ts";
import { FIRST_EPOCH, LIMIT, type Message } from "../wire/messages.ts";
import { isChange, rememberFrame } from "./core/change-frame.ts";
import { Doorman } from "./core/doorman.ts";
import { Member, type ConnectionId, type MemberEvent } from "./core/member.ts";
import { FIRST_STATE, type ServerState } from "./core/status-line.ts";
import type { PeerConnection, PeerEnd } from "./core/level/levelling.ts";
import { reportOf } from "./core/member-report.ts";
import { openDiskStore, type DiskStore } from "./disk-store.ts";
import type { PlannedMember, ServerPlan } from "./server-plan.ts";

/** From the main thread. */
export type ToServer =
  | { readonly kind: "stop" }
  | { readonly kind: "reopenLog" }
  /** Is answered by `looked`, when every export has answered. */
  | { readonly kind: "look" }
  /** Is answered by `renewed`. The plan differs only in what can be taken over: see `restartReasons`. */
  | { readonly kind: "renew"; readonly plan: ServerPlan };
/** To the main thread. */
export type FromServer =
  /** Messages are looked at after a write to this eventfd. */
  | { readonly kind: "awake"; readonly wakeFd: number }
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "looked" }
  | { readonly kind: "renewed" }
  /** Now and then, when it differs from the last one. */
  | { readonly kind: "state"; readonly state: ServerState }
  | { readonly kind: "failed"; readonly because: string }
  | { readonly kind: "stopped" };

/** A peer that the configuration no longer names. */
const NOWHERE = { address: "", port: 0 };
const UNNAMED = "the configuration does not name this address";

const addressSet = ({ allowed }: ServerPlan): ReadonlySet<string> =>
  new Set(allowed.map((address) => canonicalAddress(address) ?? address));

type Peer = {
  readonly connection: Connection;
  readonly decoder: FrameDecoder;
  readonly address: string;
  readonly port: number;
  served: number;
};

/** How often sessions are looked after, and what is only in memory is written down. */
const TICK_MS = 100;
const CHECKPOINT_TICKS = 10;
/** A stranger that says nothing is not kept waiting for. */
const PEERS_MAX = 4_096;

/**
 * A server on its thread: sockets, exports and the reactor that drives them. Returns when it is told to stop, or could
 * not start.
 */
export function runServer(plan: ServerPlan, port: MessagePort, started: number): void {
  // A service that is not root has root's rights on files all the same: its own ids for them, credentials(7).
  libc.setfsgid(0);
  libc.setfsuid(0);
  const log = createLog({ level: plan.log.level, file: plan.log.file });
  const reactor = new Reactor();
  const workers = new DiskWorkers(reactor, plan.members.length === 0 ? 0 : plan.workers);
  const stores: DiskStore[] = [];
  const tell = (message: FromServer): void => port.postMessage(message);
  tell({ kind: "awake", wakeFd: reactor.wakeFd });
  const opened = openStores(plan.members, workers, log, stores);
  if (!opened.ok) {
    end(stores, workers);
    tell({ kind: "failed", because: opened.because ?? opened.errno });
    return;
  }
  const server = new Server(plan, reactor, log, stores, started, (state) => tell({ kind: "state", state }));
  const listening = server.listen();
  if (!listening.ok) {
    end(stores, workers);
    tell({ kind: "failed", because: listening.because ?? listening.errno });
    return;
  }
  reactor.inbox(port, (message: unknown) => {
    const order = message as ToServer;
    switch (order.kind) {
      case "stop":
        return reactor.stop();
      case "reopenLog":
        return log.reopen();
      case "look":
        server.look();
        return tell({ kind: "looked" });
      case "renew":
        server.renew(order.plan);
        return tell({ kind: "renewed" });
    }
  });
  tell({ kind: "ready", port: listening.value });
  reactor.run();
  server.close();
  end(stores, workers);
  log.notice("stopped", { server: plan.server });
  log.flush();
  tell({ kind: "stopped" });
}

function end(stores: readonly DiskStore[], workers: DiskWorkers): void {
  for (const store of stores) store.close();
  workers.close();
}

/** Opens all exports, or none: what was opened is in `stores` either way. */
function openStores(
  members: readonly PlannedMember[],
  workers: DiskWorkers,
  log: Log,
  stores: DiskStore[],
): Result<void> {
  for (const member of members) {
    const store = openDiskStore({ root: member.export, adopt: member.adopt, workers, log });
    if (!store.ok) return store;
    stores.push(store.value);
  }
  return ok(undefined);
}

class Server {
  #plan: ServerPlan;
  readonly #reactor: Reactor;
  readonly #log: Log;
  readonly #stores: readonly DiskStore[];
  readonly #members: readonly Member[];
  readonly #doorman: Doorman;
  readonly #peers = new Map<ConnectionId, Peer>();
  readonly #started: number;
  readonly #tell: (state: ServerState) => void;
  #allowed: ReadonlySet<string>;
  #told: ServerState = FIRST_STATE;
  #troubles: readonly string[] = [];
  #listener: Listener | undefined;
  #next = 1;
  #ticks = 0;

  constructor(
    plan: ServerPlan,
    reactor: Reactor,
    log: Log,
    stores: readonly DiskStore[],
    started: number,
    tell: (state: ServerState) => void,
  ) {
    this.#plan = plan;
    this.#reactor = reactor;
    this.#log = log;
    this.#stores = stores;
    this.#started = started;
    this.#tell = tell;
    this.#allowed = addressSet(plan);
    this.#members = plan.members.map((planned, place) => this.#makeMember(planned, place));
    for (const store of stores) store.onRoom(() => this.#handleAll());
    this.#doorman = new Doorman(plan, this.#members, {
      send: (connection, message, request) => this.#send(connection, message, request),
      close: (connection, because) => this.#close(connection, because),
      limit: (connection, bytes) => this.#peers.get(connection)?.decoder.limit(bytes),
      report: () => this.#report(),
    });
  }

  #makeMember(planned: PlannedMember, place: number): Member {
    const store = this.#stores[place];
    if (store === undefined) throw new Error("a member without a store");
    const options = { ...planned, lapseMs: this.#plan.lapseMs, peers: planned.peers.length };
    return new Member(options, store, {
      connect: (peer, end) => this.#connectPeer(place, peer, end),
      now: () => this.#reactor.now(),
      send: (connection, message, request) => this.#send(connection, message, request),
      close: (connection, because) => this.#close(connection, because),
      event: (event) => this.#event(planned, event),
      later: (ms, run) => void this.#reactor.after(ms, run),
    });
  }

  /** To another member of a group: where it listens may have changed since the start. */
  #connectPeer(place: number, peer: number, end: PeerEnd): PeerConnection {
    const { address, port } = this.#plan.members[place]?.peers[peer] ?? NOWHERE;
    const decoder = new FrameDecoder();
    decoder.limit(LIMIT.frameBytes);
    const received = (bytes: number): void => {
      decoder.received(bytes);
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
        if ("fault" in frame) return end.closed(frame.fault);
        end.received(frame.message, frame.request);
      }
    };
    const connection = Connection.connect(this.#reactor, address, port, {
      opened: () => end.opened(),
      receive: { space: () => decoder.space(), received },
      closed: (because) => end.closed(because),
    });
    return {
      send: (message, request) => {
        const { head, tail } = encodeFrameParts(message, request, FIRST_EPOCH);
        connection.send(head, tail);
      },
      close: () => connection.close(),
    };
  }

  /** @returns The port, or EADDRINUSE and the like with one line for people. */
  listen(): Result<number> {
    const { address, port } = this.#plan;
    const listening = listen(this.#reactor, address, port, (fd, peer, peerPort) => this.#accept(fd, peer, peerPort));
    if (!listening.ok) return fail(listening.errno, listening.because);
    this.#listener = listening.value;
    this.#log.notice("Server is now listening", { address, port, server: this.#plan.server });
    for (const { group, index } of this.#plan.witnessOf)
      this.#log.notice("witness: holds no data, and does not vote in this version", { group, index });
    this.#tickLater();
    return ok(port);
  }

  close(): void {
    this.#listener?.close();
    for (const { connection } of this.#peers.values()) connection.close();
  }

  /** Asks each export something small, as a client would. */
  look(): void {
    this.#troubles = this.#stores.flatMap((store, place) => {
      const asked = [store.attributes(ROOT_OID), store.space()];
      const wrong = asked.find((answer) => !answer.ok);
      return wrong === undefined || wrong.ok ? [] : [`${this.#plan.members[place]?.export}: ${wrong.errno}`];
    });
    for (const trouble of this.#troubles.filter((one) => !this.#told.troubles.includes(one)))
      this.#log.error("an export does not answer as it should", { trouble });
    this.#tellState();
  }

  /** Takes over what can be: permissions, addresses, the log, the configuration's hash. */
  renew(plan: ServerPlan): void {
    this.#plan = plan;
    this.#log.change(plan.log);
    this.#doorman.renew(plan);
    for (const [place, member] of this.#members.entries()) {
      const planned = plan.members[place];
      if (planned !== undefined) member.permit(planned.permissions);
    }
    this.#allowed = addressSet(plan);
    for (const [id, { address }] of this.#peers)
      if (!this.#allowed.has(canonicalAddress(address) ?? address)) this.#close(id, UNNAMED);
    this.#log.notice("took over the configuration", { config: plan.file?.path });
  }

  #tellState(): void {
    const mounts = this.#members
      .flatMap(({ sessions }) => sessions)
      .filter(({ connection }) => connection !== undefined);
    const state = { mounts: mounts.length, troubles: this.#troubles };
    if (state.mounts === this.#told.mounts && state.troubles.join() === this.#told.troubles.join()) return;
    this.#told = state;
    this.#tell(state);
  }

  #tickLater(): void {
    this.#reactor.after(TICK_MS, () => {
      this.#ticks += 1;
      for (const member of this.#members) member.tick();
      if (this.#ticks % CHECKPOINT_TICKS === 0) {
        for (const store of this.#stores) store.checkpoint();
        this.#tellState();
      }
      this.#tickLater();
    });
  }

  #accept(fd: number, address: string, port: number): void {
    const canonical = canonicalAddress(address) ?? address;
    if (!this.#allowed.has(canonical) || this.#peers.size >= PEERS_MAX) {
      const because = this.#allowed.has(canonical) ? "too many connections" : UNNAMED;
      this.#log.warning("refused a connection", { address, because });
      libc.close(fd);
      return;
    }
    const id = this.#next;
    this.#next += 1;
    const decoder = new FrameDecoder();
    const connection = Connection.adopt(this.#reactor, fd, {
      receive: { space: () => decoder.space(), received: (bytes) => this.#received(id, decoder, bytes) },
      drained: () => this.#handle(id),
      closed: (because) => this.#closed(id, because),
    });
    this.#peers.set(id, { connection, decoder, address, port, served: 0 });
    this.#log.info("Accepted client", { address, port, connection: id });
  }

  #received(id: ConnectionId, decoder: FrameDecoder, bytes: number): void {
    decoder.received(bytes);
    this.#handle(id);
  }

  /** What was kept waiting while a journal was full. */
  #handleAll(): void {
    for (const id of [...this.#peers.keys()]) this.#handle(id);
  }

  /**
   * Handles what has arrived. Back-pressure: who does not take answers gets no more of them until it does; and while the
   * journal of a store is full, everybody waits for its disk.
   */
  #handle(id: ConnectionId): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    const { connection, decoder } = peer;
    while (!connection.full && !this.#stores.some((store) => store.full)) {
      const frame = decoder.next();
      if (frame === undefined) return connection.resume();
      if ("fault" in frame) return this.#close(id, `sent what is no frame: ${frame.fault}`);
      peer.served += 1;
      if (isChange(frame.message)) rememberFrame(frame.message, decoder.lastFrame());
      this.#doorman.receive(id, frame.message, frame.request, frame.epoch);
      if (!this.#peers.has(id)) return;
    }
    connection.pause();
  }

  #send(id: ConnectionId, message: Message, request: number): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    const { head, tail } = encodeFrameParts(message, request, FIRST_EPOCH);
    peer.connection.send(head, tail);
  }

  #close(id: ConnectionId, because: string): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    peer.connection.close();
    this.#closed(id, because);
  }

  #closed(id: ConnectionId, because: string): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    this.#peers.delete(id);
    this.#doorman.closed(id);
    const { address, port, served } = peer;
    this.#log.info("Disconnected client", { address, port, served, connection: id, because });
  }

  #event({ group, index }: PlannedMember, event: MemberEvent): void {
    const where = { group, index };
    switch (event.kind) {
      case "sessionOpened":
        return this.#log.notice("session opened", { ...where, client: event.client, host: event.host, at: event.at });
      case "sessionEnded":
        return this.#log.notice("session ended", { ...where, client: event.client, because: event.because });
      case "late":
        return this.#log.warning("a client does not give a lease back", {
          ...where,
          client: event.client,
          oid: event.oid,
        });
      case "levelled":
        return this.#levelled(where, event.client, event.because);
      case "changeRefused":
        return this.#log.error("refused a change", { ...where, client: event.client, because: event.because });
    }
  }

  #levelled(where: { readonly group: string; readonly index: number }, client: number, because: string): void {
    if (because === "") return this.#log.notice("all members have the same of a client", { ...where, client });
    this.#log.error("members differ by changes of a client: compare what they have", { ...where, client, because });
  }

  #report(): ServerReport {
    return {
      server: this.#plan.server,
      software: this.#plan.software,
      pid: process.pid,
      uptimeSeconds: Math.round((Date.now() - this.#started) / 1_000),
      timeMs: Date.now(),
      configHash: Buffer.from(this.#plan.configHash).toString("hex"),
      members: this.#members.map(reportOf),
      witnessOf: this.#plan.witnessOf,
    };
  }
}
