import type { MessagePort } from "node:worker_threads";
import type { MountReport, SyncLeft } from "../core/report.ts";
import { FuseNativeTransport } from "../fuse/fuse-native-transport.ts";
import { KernelTransport } from "../fuse/kernel-transport.ts";
import type { Negotiated } from "../fuse/core/negotiate.ts";
import type { Transport, TransportEvents } from "../fuse/transport.ts";
import { WithoutHandles } from "../fuse/without-handles.ts";
import { Connection } from "../sys/connection.ts";
import { GroupLists } from "../sys/groups.ts";
import { createLog, type Log } from "../sys/log.ts";
import { isKilled, ProcessStatus } from "../sys/process-status.ts";
import { Reactor } from "../sys/reactor.ts";
import { EncodedFrame } from "../wire/encoded-frame.ts";
import { FrameDecoder } from "../wire/frame.ts";
import { type Change, LIMIT, type Message } from "../wire/messages.ts";
import { Client } from "./core/client.ts";
import type { ClientEvent, ClientPorts } from "./core/ports.ts";
import type { Barrier } from "./core/sync-all.ts";
import type { Inheritance, KeptChange } from "./core/kept-state.ts";
import { type Kept, type KeptStateFile, openKept } from "./kept-file.ts";
import { goesOnWith, type KeptMount, keptMountOf, keptMountToPlain } from "./kept-mount.ts";
import type { MountPlan } from "./mount-plan.ts";
import { writeRescueFile } from "./rescue-file.ts";
import { runFiles } from "./run-files.ts";

/** From the main thread. */
export type ToMount =
  /** /dev/fuse, mounted: requests may be answered. */
  | { readonly kind: "serve"; readonly fd: number }
  /** The other transport: requests will come through this port. */
  | { readonly kind: "serveCalls"; readonly port: MessagePort }
  /** The kernel has let go of the mount, or never had it: end when all is sent. */
  | { readonly kind: "stop" }
  | { readonly kind: "report"; readonly id: number }
  /** All that was answered before is to be durable; or nobody waits for that any more. */
  | { readonly kind: "sync"; readonly id: number }
  | { readonly kind: "syncGivenUp"; readonly id: number }
  /** To go by another configuration, of the same members and lead. */
  | { readonly kind: "renew"; readonly plan: MountPlan }
  /** How the kernel mounted it is to outlive this process. */
  | { readonly kind: "keep"; readonly mount: KeptMount }
  /** Another process goes on with the mount: end, and leave it to that. */
  | { readonly kind: "handOver" }
  | { readonly kind: "reopenLog" };
/** To the main thread. */
export type FromMount =
  | { readonly kind: "awake"; readonly wakeFd: number }
  /** Servers can be reached: time to mount. `warning` where not all of them can. */
  | { readonly kind: "connected"; readonly warning: string }
  | { readonly kind: "unreachable"; readonly because: string }
  /** The mount answers; what was agreed on with the kernel, where it is spoken to without a library. */
  | { readonly kind: "started"; readonly session: Negotiated | undefined }
  /** A process that comes after this one could go on with the mount; or it could not (any more). */
  | { readonly kind: "kept" }
  | { readonly kind: "notKept"; readonly because: string }
  /** Nobody reads the kernel's requests now. */
  | { readonly kind: "handedOver" }
  | { readonly kind: "report"; readonly id: number; readonly report: MountReport }
  | { readonly kind: "syncing"; readonly id: number; readonly left: SyncLeft }
  /** `because`: why it cannot be; empty when it is done. */
  | { readonly kind: "synced"; readonly id: number; readonly because: string }
  /** The mount is gone, and not all is sent. */
  | { readonly kind: "ending"; readonly left: SyncLeft }
  /** It goes by the configuration that came last. */
  | { readonly kind: "renewed" }
  /** The mount is gone, and all is sent. */
  | { readonly kind: "ended"; readonly because: string; readonly unsent: number };

const LOOK_MS = 20;
/** So often it is told how a barrier, or the end of the mount, goes on. */
const TELL_MS = 200;
/** What is under way when another session is needed has so long to end. */
const DRAIN_MS = 2_000;

/** A mounted /dev/fuse that an earlier process had, and what that had agreed on with the kernel. */
export type TakeOver = { readonly fd: number; readonly session: Negotiated };

/** What the thread is started with. */
export type MountStart = {
  readonly plan: MountPlan;
  readonly port: MessagePort;
  readonly takeOver: TakeOver | undefined;
};

/** A mount on its thread: the FUSE device, the sockets, and the client that stands between them. */
export function runMount(start: MountStart): void {
  const { level, file } = start.plan.log;
  const log = createLog({ level, file });
  const reactor = new Reactor();
  new MountThread(start, reactor, log).begin();
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
  readonly #takeOver: TakeOver | undefined;
  readonly keptState: KeptStateFile | undefined;
  readonly #barriers = new Map<number, Barrier>();
  readonly #withoutHandles: WithoutHandles | undefined;
  readonly #encoded = new EncodedFrame();
  #transport: Transport | undefined;
  #ending = false;
  #flushAsked = false;
  #isEnded = false;

  constructor({ plan, port, takeOver }: MountStart, reactor: Reactor, log: Log) {
    this.#plan = plan;
    this.#port = port;
    this.#reactor = reactor;
    this.#log = log;
    this.#takeOver = takeOver;
    const path = runFiles(plan.at).kept;
    const kept = plan.transport === "kernel" ? openKept(path, (because) => this.#notKept(because)) : undefined;
    this.keptState = kept?.state;
    const inheritance = kept === undefined ? undefined : this.#inheritance(kept);
    this.#client = new Client(plan.client, this, inheritance);
    this.#withoutHandles = needsHandles(plan)
      ? undefined
      : new WithoutHandles({
          handle: (request) => this.#client.request(request),
          reply: (header, reply) => this.#transport?.reply(header, reply),
        });
  }

  /**
   * What an earlier daemon left. Where the kernel's connection has ended with it, so have the handles; what it had not
   * sent to all members is to be sent all the same.
   */
  #inheritance({ state, left }: Kept): Inheritance | undefined {
    const { inheritance } = left;
    if (inheritance === undefined) return undefined;
    const mount = keptMountOf(left.mount);
    const goesOn = mount !== undefined && goesOnWith(mount.plan.client, this.#plan.client);
    const session = goesOn ? inheritance.session : undefined;
    const count = inheritance.changes.filter(({ outcome }) => outcome === undefined).length;
    if (count > 0) {
      const what = goesOn
        ? "finishing what was under way"
        : "what was under way cannot be finished: the members changed";
      this.#log[goesOn ? "notice" : "error"](what, { group: this.#plan.group, changes: count });
    }
    if (this.#takeOver !== undefined) return { ...inheritance, session };
    for (const { fh } of inheritance.files) state.closed(fh);
    return { ...inheritance, session, files: [], changes: inheritance.changes.map(unanswered(state)) };
  }

  begin(): void {
    this.#tell({ kind: "awake", wakeFd: this.#reactor.wakeFd });
    this.#reactor.inbox(this.#port, (message: unknown) => this.#told(message as ToMount));
    if (this.#takeOver !== undefined) this.#goOn(this.#takeOver);
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
      case "sync":
        return this.#sync(message.id);
      case "syncGivenUp":
        this.#barriers.get(message.id)?.giveUp();
        this.#barriers.delete(message.id);
        return;
      case "renew":
        return this.#renew(message.plan);
      case "keep":
        return this.#keep(message.mount);
      case "handOver":
        return this.#handOver();
      case "reopenLog":
        return this.#log.reopen();
    }
  }

  #sync(id: number): void {
    const barrier = this.#client.sync((result) => {
      this.#barriers.delete(id);
      this.#tell({ kind: "synced", id, because: result.ok ? "" : (result.because ?? result.errno) });
    });
    this.#barriers.set(id, barrier);
    const look = (): void => {
      if (this.#barriers.get(id) !== barrier) return;
      this.#tell({ kind: "syncing", id, left: barrier.left() });
      this.#reactor.after(TELL_MS, look);
    };
    this.#reactor.after(TELL_MS, look);
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

  /** The kernel does not notice: what it asked meanwhile is read now, what was asked before is asked once more. */
  #goOn({ fd, session }: TakeOver): void {
    const transport = new KernelTransport(this.#reactor, { fd, session, events: this.#transportEvents() });
    this.#transport = transport;
    this.#client.inheritKernel();
    if (!transport.resend()) this.#log.error("the kernel does not repeat its requests", { group: this.#plan.group });
    this.#log.notice("goes on with the mount", { group: this.#plan.group, at: this.#plan.at });
  }

  #keep(mount: KeptMount): void {
    this.keptState?.mount(keptMountToPlain(mount));
    if (this.keptState?.isWhole === true) this.#tell({ kind: "kept" });
  }

  #notKept(because: string): void {
    this.#log.warning("if this daemon is killed, the mount ends with it", { group: this.#plan.group, because });
    this.#tell({ kind: "notKept", because });
  }

  /** What is under way may end, for a moment; the rest the kernel asks the next process again. */
  #handOver(): void {
    this.#drain(() => {
      this.#client.leave();
      this.keptState?.close();
      this.#log.notice("leaves the mount to another process", { group: this.#plan.group, at: this.#plan.at });
      this.#tell({ kind: "handedOver" });
      this.#reactor.stop();
    });
  }

  #renew(plan: MountPlan): void {
    if (!this.#client.needsNewSession(plan.client)) return this.#renewNow(plan);
    this.#drain(() => {
      this.#renewNow(plan);
      this.#transport?.pause?.(false);
    });
  }

  /** Takes no more requests, and goes on when those under way have ended, or their time is over. */
  #drain(then: () => void): void {
    this.#transport?.pause?.(true);
    const deadline = this.now() + DRAIN_MS;
    const look = (): void => {
      if (this.#client.underWay > 0 && this.now() < deadline) this.#reactor.after(1, look);
      else then();
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
      request: (request) => (this.#withoutHandles ?? this.#client).request(request),
      ended: (because) => this.#end(because),
      started: (session) => {
        this.#log.notice("mounted", { group: this.#plan.group, at: this.#plan.at, transport: this.#plan.transport });
        this.#tell({ kind: "started", session: this.#plan.transport === "kernel" ? session : undefined });
      },
      fault: (because) => this.#log.error("the kernel refused an answer", { because }),
    };
  }

  /** Waits until all is durable on all members, but not for ever: what cannot be sent is told. */
  #end(because: string): void {
    if (this.#ending) return;
    this.#ending = true;
    const end = (): void => {
      if (this.#isEnded) return;
      this.#isEnded = true;
      const { unsent } = this.#client;
      this.#endClient(unsent);
      this.#transport?.close();
      this.#log.notice("unmounted", { group: this.#plan.group, at: this.#plan.at, because, unsent });
      this.#tell({ kind: "ended", because, unsent });
      this.#reactor.stop();
    };
    const look = (): void => {
      if (this.#client.unsent > 0) this.#reactor.after(LOOK_MS, look);
      // All have all. A member that is away by now will have made it durable by itself, within a second.
      else if (this.#client.stopped !== "") end();
      else this.#client.sync(end);
    };
    const tell = (): void => {
      this.#tell({ kind: "ending", left: this.#client.left });
      this.#reactor.after(TELL_MS, tell);
    };
    this.#reactor.after(this.#plan.client.giveUpMs, end);
    this.#reactor.after(TELL_MS, tell);
    this.#client.settle(look);
  }

  /** What could not be sent is kept, with the session, for the next mount at this place. */
  #endClient(unsent: number): void {
    if (unsent === 0 || this.keptState === undefined) {
      this.#client.stop();
      this.keptState?.remove(runFiles(this.#plan.at).kept);
    } else {
      this.#client.leave();
      this.keptState.close();
    }
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
      cache: this.#client.cache,
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
    const { head, tail } = this.#encoded.of(message, request);
    const connection = this.#connections.get(place);
    if (!("origin" in message)) return connection?.send(head, tail);
    // A change that is answered already may wait for company: see #flushForCallers.
    connection?.sendLater(head, tail);
    if (this.#flushAsked) return;
    this.#flushAsked = true;
    this.#reactor.afterTurn(() => this.#flushForCallers());
  }

  /** By now the kernel has what could be answered: if somebody still waits, it is for what was sent. */
  #flushForCallers(): void {
    this.#flushAsked = false;
    if (this.#transport?.unanswered === 0) return;
    for (const connection of this.#connections.values()) connection.flush();
  }

  disconnect(place: number): void {
    const connection = this.#connections.get(place);
    this.#connections.delete(place);
    connection?.close();
  }

  reply(...answer: Parameters<ClientPorts["reply"]>): void {
    if (this.#withoutHandles?.takes(...answer)) return;
    this.#transport?.reply(...answer);
  }

  replyDirectory(...[header, size, plus, entries]: Parameters<ClientPorts["replyDirectory"]>): void {
    this.#transport?.replyDirectory(header, size, plus, entries);
  }

  invalidate(...[what, done]: Parameters<ClientPorts["invalidate"]>): void {
    if (this.#transport === undefined) done();
    else this.#transport.invalidate(what, done);
  }

  get canExpireNames(): boolean {
    return this.#transport?.canExpireNames ?? false;
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

  rescue(changes: readonly Change[], because: string): string | undefined {
    const { group, at } = this.#plan;
    const since = new Date().toISOString();
    try {
      const path = writeRescueFile({ group, at, client: this.#client.clientId, because, since }, changes);
      this.#log.error("changes could not be sent, and are kept in a file", { group, because, path });
      return path;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#log.error("changes are lost", { group, because, changes: changes.length, why });
      return undefined;
    }
  }

  event(event: ClientEvent): void {
    const { kind, ...fields } = event;
    const level =
      kind === "memberUp" || kind === "sessionOpened" ? "notice" : kind === "memberDiverged" ? "error" : "warning";
    this.#log[level](EVENT_TEXT[kind], { group: this.#plan.group, ...fields });
  }
}

/** Whether locks, xattrs or what close(2) is to do need the kernel to tell of opening and closing. */
const needsHandles = ({ transport, client: { mount }, wanted }: MountPlan): boolean =>
  transport !== "kernel" || !mount.noXattr || mount.syncOnClose || wanted.features.includes("posixLocks");

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

/** Nobody waits for the outcome of a change any more: the connection to the kernel in which it was asked for has ended. */
const unanswered =
  (state: KeptStateFile) =>
  (kept: KeptChange): KeptChange => {
    state.answered(kept.unique);
    return { ...kept, unique: 0 };
  };
