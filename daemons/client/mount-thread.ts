import type { MessagePort } from "node:worker_threads";
import type { MountReport } from "../core/report.ts";
import { FuseNativeTransport } from "../fuse/fuse-native-transport.ts";
import { KernelTransport } from "../fuse/kernel-transport.ts";
import type { Transport, TransportEvents } from "../fuse/transport.ts";
import { Connection } from "../sys/connection.ts";
import { GroupLists } from "../sys/groups.ts";
import { createLog, type Log } from "../sys/log.ts";
import { isKilled, ProcessStatus } from "../sys/process-status.ts";
import { Reactor } from "../sys/reactor.ts";
import { encodeFrameParts, FrameDecoder } from "../wire/frame.ts";
import { FIRST_EPOCH, LIMIT, type Message } from "../wire/messages.ts";
import { Client } from "./core/client.ts";
import { NOW } from "./core/context.ts";
import type { ClientEvent, ClientPorts } from "./core/ports.ts";
import type { MountPlan } from "./mount-plan.ts";

/** From the main thread. */
export type ToMount =
  /** /dev/fuse, mounted: requests may be answered. */
  | { readonly kind: "serve"; readonly fd: number }
  /** The other transport: requests will come through this port. */
  | { readonly kind: "serveCalls"; readonly port: MessagePort }
  /** The kernel has let go of the mount, or never had it: end when all is sent. */
  | { readonly kind: "stop" }
  | { readonly kind: "report"; readonly id: number }
  /** To go by another configuration, of the same members and lead. */
  | { readonly kind: "renew"; readonly plan: MountPlan }
  | { readonly kind: "reopenLog" };
/** To the main thread. */
export type FromMount =
  | { readonly kind: "awake"; readonly wakeFd: number }
  /** Servers can be reached: time to mount. `warning` where not all of them can. */
  | { readonly kind: "connected"; readonly warning: string }
  | { readonly kind: "unreachable"; readonly because: string }
  /** The mount answers. */
  | { readonly kind: "started" }
  | { readonly kind: "report"; readonly id: number; readonly report: MountReport }
  /** It goes by the configuration that came last. */
  | { readonly kind: "renewed" }
  /** The mount is gone, and all is sent. */
  | { readonly kind: "ended"; readonly because: string; readonly unsent: number };

const LOOK_MS = 20;
/** What is under way when another session is needed has so long to end. */
const DRAIN_MS = 2_000;

/** A mount on its thread: the FUSE device, the sockets, and the client that stands between them. */
export function runMount(plan: MountPlan, port: MessagePort): void {
  const log = createLog({ level: plan.log.level, file: plan.log.file });
  const reactor = new Reactor();
  new MountThread(plan, port, reactor, log).begin();
  reactor.run();
  log.flush();
}

class MountThread implements ClientPorts {
  #plan: MountPlan;
  readonly #port: MessagePort;
  readonly #reactor: Reactor;
  readonly #log: Log;
  readonly #client: Client;
  readonly #connections = new Map<number, Connection>();
  readonly #status = new ProcessStatus();
  readonly #groups = new GroupLists(this.#status);
  #transport: Transport | undefined;
  #ending = false;

  constructor(plan: MountPlan, port: MessagePort, reactor: Reactor, log: Log) {
    this.#plan = plan;
    this.#port = port;
    this.#reactor = reactor;
    this.#log = log;
    this.#client = new Client(plan.client, this);
  }

  begin(): void {
    this.#tell({ kind: "awake", wakeFd: this.#reactor.wakeFd });
    this.#reactor.inbox(this.#port, (message: unknown) => this.#told(message as ToMount));
    this.#client.start();
    this.#awaitMembers(this.now() + this.#plan.connectMs);
  }

  #tell(message: FromMount): void {
    this.#port.postMessage(message);
  }

  #told(message: ToMount): void {
    switch (message.kind) {
      case "serve":
        return this.#serve(message.fd);
      case "serveCalls":
        return this.#serveCalls(message.port);
      case "stop":
        return this.#end("told to stop");
      case "report":
        return this.#tell({ kind: "report", id: message.id, report: this.#report() });
      case "renew":
        return this.#renew(message.plan);
      case "reopenLog":
        return this.#log.reopen();
    }
  }

  /** Mounts when all writable members are there; when time is up, also when at least one can be read. */
  #awaitMembers(deadline: number): void {
    if (this.#ending) return;
    const { complete, readable, stopped } = this.#client;
    if (complete) return this.#tell({ kind: "connected", warning: "" });
    if (this.now() < deadline) {
      this.#reactor.after(LOOK_MS, () => this.#awaitMembers(deadline));
      return;
    }
    if (readable) return this.#tell({ kind: "connected", warning: stopped });
    const reasons = this.#client.members().map(({ server, because }) => `${server}: ${because}`);
    this.#tell({
      kind: "unreachable",
      because: `no server of group ${this.#plan.group} can be reached (${reasons.join("; ")})`,
    });
  }

  #renew(plan: MountPlan): void {
    if (!this.#client.needsNewSession(plan.client)) return this.#renewNow(plan);
    this.#transport?.pause?.(true);
    const deadline = this.now() + DRAIN_MS;
    const look = (): void => {
      if (this.#client.underWay > 0 && this.now() < deadline) {
        this.#reactor.after(1, look);
        return;
      }
      this.#renewNow(plan);
      this.#transport?.pause?.(false);
    };
    look();
  }

  #renewNow(plan: MountPlan): void {
    this.#plan = plan;
    this.#log.change(plan.log);
    this.#client.renew(plan.client);
    this.#log.notice("goes by the configuration as it is now", { group: plan.group, config: plan.config });
    this.#tell({ kind: "renewed" });
  }

  #serve(fd: number): void {
    this.#transport = new KernelTransport(this.#reactor, {
      fd,
      wanted: this.#plan.wanted,
      events: this.#transportEvents(),
    });
  }

  /** fuse-native does not tell who calls: all is done in the name of who mounted. */
  #serveCalls(port: MessagePort): void {
    const uid = process.getuid?.() ?? 0;
    const gid = process.getgid?.() ?? 0;
    this.#transport = new FuseNativeTransport(this.#reactor, { port, uid, gid, events: this.#transportEvents() });
  }

  #transportEvents(): TransportEvents {
    return {
      request: (request) => this.#client.request(request),
      ended: (because) => this.#end(because),
      started: () => {
        this.#log.notice("mounted", { group: this.#plan.group, at: this.#plan.at, transport: this.#plan.transport });
        this.#tell({ kind: "started" });
      },
      fault: (because) => this.#log.error("the kernel refused an answer", { because }),
    };
  }

  /** Waits for what is unsent, but not for ever: what cannot be sent is told. */
  #end(because: string): void {
    if (this.#ending) return;
    this.#ending = true;
    const deadline = this.now() + this.#plan.client.giveUpMs;
    const look = (): void => {
      if (this.#client.unsent > 0 && this.now() < deadline) {
        this.#reactor.after(LOOK_MS, look);
        return;
      }
      const { unsent } = this.#client;
      this.#client.stop();
      this.#transport?.close();
      this.#log.notice("unmounted", { group: this.#plan.group, at: this.#plan.at, because, unsent });
      this.#tell({ kind: "ended", because, unsent });
      this.#reactor.stop();
    };
    this.#client.settle(look);
  }

  #report(): MountReport {
    const { group, at, software, client } = this.#plan;
    return {
      group,
      index: client.index,
      at,
      pid: process.pid,
      software,
      transport: this.#plan.transport,
      requests: this.#transport?.requests ?? 0,
      unsent: this.#client.unsent,
      stopped: this.#client.stopped,
      client: this.#client.clientId,
      members: this.#client.members(),
    };
  }

  // --- what the client's core needs of the world

  now(): number {
    return this.#reactor.now();
  }

  realtime(): ReturnType<ClientPorts["realtime"]> {
    return this.#reactor.realtime();
  }

  after(ms: number, run: () => void): ReturnType<ClientPorts["after"]> {
    return this.#reactor.after(ms, run);
  }

  connect(place: number): void {
    const member = this.#plan.client.members[place];
    if (member === undefined) return;
    const decoder = new FrameDecoder();
    // Answers come in the sizes that were asked for; a client has no reason to fear its servers' first frame.
    decoder.limit(LIMIT.frameBytes);
    const connection: Connection = Connection.connect(this.#reactor, member.address, member.port, {
      opened: () => this.#client.link(place).opened(),
      receive: { space: () => decoder.space(), received: (bytes) => this.#received(place, connection, decoder, bytes) },
      closed: (because) => {
        if (this.#connections.get(place) !== connection) return;
        this.#connections.delete(place);
        this.#client.link(place).closed(because);
      },
    });
    this.#connections.set(place, connection);
  }

  #received(place: number, connection: Connection, decoder: FrameDecoder, bytes: number): void {
    decoder.received(bytes);
    const link = this.#client.link(place);
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      if ("fault" in frame) {
        link.drop(`sent what is no frame: ${frame.fault}`);
        return;
      }
      link.received(frame.message, frame.request);
      if (this.#connections.get(place) !== connection) return;
    }
  }

  send(place: number, message: Message, request: number): void {
    const { head, tail } = encodeFrameParts(message, request, FIRST_EPOCH);
    this.#connections.get(place)?.send(head, tail);
  }

  disconnect(place: number): void {
    const connection = this.#connections.get(place);
    this.#connections.delete(place);
    connection?.close();
  }

  reply(...answer: Parameters<ClientPorts["reply"]>): void {
    this.#transport?.reply(...answer);
  }

  replyDirectory(...[header, size, plus, entries]: Parameters<ClientPorts["replyDirectory"]>): void {
    this.#transport?.replyDirectory(header, size, plus, entries, NOW);
  }

  keep(): (() => void) | undefined {
    return this.#transport?.keep();
  }

  groups(pid: number, uid: number, gid: number): readonly number[] {
    return this.#groups.of(pid, uid, gid);
  }

  isKilled(pid: number): boolean {
    return pid !== 0 && isKilled(this.#status.read(pid));
  }

  event(event: ClientEvent): void {
    const { kind, ...fields } = event;
    const level =
      kind === "memberUp" || kind === "sessionOpened" ? "notice" : kind === "memberDiverged" ? "error" : "warning";
    this.#log[level](EVENT_TEXT[kind], { group: this.#plan.group, ...fields });
  }
}

const EVENT_TEXT: Readonly<Record<ClientEvent["kind"], string>> = {
  memberUp: "connected to a server",
  memberDown: "lost a server",
  memberRefused: "a server refuses this client",
  memberDiverged: "a server cannot follow: changes stop",
  sessionOpened: "session opened",
  sessionLost: "session lost",
  configDiffers: "a server has another version of the configuration",
  lockLost: "locks are lost",
};
