import type { Oid } from "../../daemons/core/brand.ts";
import type { Client, ClientOptions } from "../../daemons/client/core/client.ts";
import type { ClientEvent } from "../../daemons/client/core/ports.ts";
import { CACHE_LIMITS } from "../../daemons/client/core/cache-limits.ts";
import { appendFlags } from "../../daemons/fuse/core/append-flags.ts";
import type { Header, KernelRequest, Operation } from "../../daemons/fuse/core/request.ts";
import type { Message } from "../../daemons/wire/messages.ts";
import { missingAfterSync } from "./judge-durable.ts";
import type { Answer } from "./kernel/fuse.ts";
import { SimDaemon, type Mount } from "./sim-daemon.ts";
import { SimKept } from "./sim-kept.ts";
import { SimKernel } from "./sim-kernel.ts";
import { SPANS } from "./spans.ts";
import type { World } from "./world.ts";

export type { Answer } from "./kernel/fuse.ts";

/** The first member. */
const LEAD = "m0";

/** A request that the kernel has no answer to. */
type Waiting = {
  readonly header: Header;
  readonly operation: Operation;
  readonly answered: (answer: Answer) => void;
  /** A daemon has read it. */
  isRead: boolean;
};

/** A mount: its kernel, and its daemon, which may be killed and started again. Its applications use one or the other. */
export class SimClient implements Mount {
  readonly #world: World;
  readonly name: string;
  readonly kernel: SimKernel;
  readonly #kept: SimKept | undefined;
  #daemon: SimDaemon;
  readonly #waiting = new Map<number, Waiting>();
  #unique = 2;
  readonly #cutOffUntil = new Map<number, number>();
  /** No daemon reads requests now. */
  #isDown = false;
  isDead = false;
  /** Processes that are being killed. */
  readonly killed = new Set<number>();
  readonly events: ClientEvent[] = [];
  /** The place in the order of all that happens until which nothing that it changed can be lost any more. */
  sureUntil = 0;

  constructor(world: World, place: number) {
    this.#world = world;
    this.name = `c${place}`;
    const { agenda, random, recorder } = world;
    const by = this.name;
    this.kernel = new SimKernel({
      by,
      agenda,
      random,
      recorder,
      ask: (...request) => this.ask(...request),
      synced: (oid, begun) => world.wrong.push(...missingAfterSync(world, by, oid, begun)),
      lostWrites: () => recorder.voids(by, this.sureUntil),
    });
    this.kernel.fuse.obeys = world.bugs.forgets ?? this.kernel.fuse.obeys;
    this.#kept = world.keepsState ? new SimKept() : undefined;
    this.#daemon = this.#start();
  }

  #start(): SimDaemon {
    const kept = this.#kept === undefined ? {} : { kept: this.#kept, inheritance: this.#kept.inheritance() };
    return new SimDaemon(this.#world, this, { options: this.#options(), ...kept });
  }

  #options(): ClientOptions {
    const { members } = this.#world;
    return {
      index: 1,
      members: members.map(({ name }, at) => ({
        server: name,
        address: name,
        port: 1,
        priority: 10 - at,
        permissions: 3,
      })),
      lead: 0,
      host: this.name,
      at: "/",
      configHash: new Uint8Array(0),
      ...SPANS,
      mount: { readOnly: false, noXattr: false, syncOnClose: false, cache: CACHE_LIMITS },
    };
  }

  get client(): Client {
    return this.#daemon.client;
  }

  get canExpireNames(): boolean {
    return this.#world.canExpireNames;
  }

  /** Requests that the kernel has no answer to yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Asks as the kernel would. @returns The request's number, for {@link interrupt}. */
  ask(node: Oid, operation: Operation, answered: (answer: Answer) => void, pid = 1): number {
    const unique = this.#unique;
    this.#unique += 2;
    const header: Header = { unique, resent: false, node, uid: 0, gid: 0, pid, suppGroup: undefined };
    const waiting = { header, operation, answered, isRead: false };
    this.#waiting.set(unique, waiting);
    this.#deliver(waiting);
    return unique;
  }

  #deliver(waiting: Waiting): void {
    if (this.#isDown || this.isDead) return;
    const header = { ...waiting.header, resent: waiting.isRead };
    this.#world.trace(this.name, `is asked ${header.unique} of ${header.node}`, waiting.operation);
    waiting.isRead = true;
    this.#daemon.request({ header, ...waiting.operation } as KernelRequest);
  }

  /** The caller of a request gets a signal. */
  interrupt(unique: number): void {
    const header = { unique: unique + 1, resent: false, node: 0 as Oid, uid: 0, gid: 0, pid: 0, suppGroup: undefined };
    this.#daemon.request({ header, op: "interrupt", target: unique });
  }

  /** Requests without an answer. */
  get pending(): readonly number[] {
    return [...this.#waiting.keys()];
  }

  answered(unique: number, answer: Answer): void {
    const waiting = this.#waiting.get(unique);
    if (waiting === undefined) throw new Error(`request ${unique} is answered twice, or was never made`);
    this.#waiting.delete(unique);
    this.#world.trace(this.name, `answers ${unique}`, answer);
    if (this.client.unsent === 0) this.sureUntil = this.#world.recorder.stamp();
    const told = this.#world.bugs.told?.(answer, waiting.operation.op) ?? answer;
    waiting.answered(this.#asSent(waiting, told));
  }

  /** What the transport adds. */
  #asSent({ header, operation }: Waiting, answer: Answer): Answer {
    if (answer.kind !== "opened" && answer.kind !== "created") return answer;
    const added = appendFlags({ header, ...operation } as KernelRequest, this.#world.canExpireNames);
    return { ...answer, openFlags: answer.openFlags | added };
  }

  sends(_place: number, message: Message): Message | undefined {
    return message;
  }

  invalidate(...[what, done]: Parameters<Mount["invalidate"]>): void {
    this.#world.trace(this.name, "invalidates", what);
    this.kernel.fuse.invalidate(what, () => {
      this.#world.trace(this.name, "has invalidated", what);
      done();
    });
  }

  isKilled(pid: number): boolean {
    return this.killed.has(pid);
  }

  event(event: ClientEvent): void {
    this.events.push(event);
    this.#world.note(`${this.name} ${JSON.stringify(event)}`);
    if ((event.kind === "memberUp" || event.kind === "memberDown") && event.server === LEAD)
      this.#world.recorder.leadIsAway(this.name, event.kind === "memberDown");
    // Another session is opened a while later: until then it is as if the lead were away.
    if (event.kind === "sessionLost" || event.kind === "sessionOpened")
      this.#world.recorder.leadIsAway(this.name, event.kind === "sessionLost");
    // What was not on all members may be lost, and nobody was told for sure which.
    if (event.kind === "sessionLost") this.#world.recorder.voids(this.name, this.sureUntil);
  }

  /** The daemon stands still; its kernel and its applications do not. */
  freeze(ms: number): void {
    if (this.isDead) return;
    this.#world.note(`${this.name} stands still for ${ms} ms`);
    this.#daemon.freeze(ms);
  }

  /** kill -9 of the daemon after some more of its effects; another one goes on with the mount after a while. */
  restart(effects: number, afterMs: number): void {
    if (this.#isDown || this.isDead) return;
    this.#daemon.killAfter(effects, () => {
      this.#world.note(`${this.name}'s daemon is killed`);
      this.#isDown = true;
      this.#world.recorder.leadIsAway(this.name, true);
      this.#daemon.closeAll();
      this.kernel.fuse.processEnded();
      this.#world.agenda.after(afterMs, () => this.#goOn());
    });
  }

  #goOn(): void {
    if (this.isDead) return;
    this.#world.note(`${this.name} has another daemon`);
    this.#isDown = false;
    this.#daemon = this.#start();
    // NOTIFY_RESEND: what was read is repeated first.
    const waiting = [...this.#waiting.values()];
    for (const one of waiting.filter(({ isRead }) => isRead)) this.#deliver(one);
    for (const one of waiting.filter(({ isRead }) => !isRead)) this.#deliver(one);
  }

  /**
   * Its host loses power, and nobody is told that it is gone.
   * @param losesFrames What it has sent last may reach some members and not others; else it reaches all.
   */
  die(losesFrames = false): void {
    this.#world.note(`${this.name} dies`);
    this.isDead = true;
    if (this.client.unsent === 0) this.sureUntil = this.#world.recorder.stamp();
    this.#daemon.vanish(losesFrames);
    this.#world.recorder.voids(this.name, this.sureUntil, true);
  }

  /** Breaks the connection to a member, as a cable would. */
  cut(place: number): void {
    this.#daemon.cut(place);
  }

  cutOffUntil(place: number): number {
    return this.#cutOffUntil.get(place) ?? 0;
  }

  /** As {@link hold}, and other connections do not help. */
  cutOff(place: number, ms: number): void {
    this.#cutOffUntil.set(place, this.#world.agenda.now + ms);
    this.hold(place, ms);
  }

  /** Nothing arrives from or at a member for a while, by this connection, and nobody is told. */
  hold(place: number, ms: number): void {
    this.#world.note(`${this.name} and m${place} do not hear each other for ${ms} ms`);
    this.#daemon.hold(place, ms);
  }
}
