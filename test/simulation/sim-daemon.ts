import { Client, type ClientOptions } from "../../daemons/client/core/client.ts";
import type { ClientEvent, ClientPorts } from "../../daemons/client/core/ports.ts";
import type { Inheritance, KeptState } from "../../daemons/client/core/kept-state.ts";
import type { Invalidation } from "../../daemons/fuse/core/invalidation.ts";
import type { DirectoryEntry, Reply } from "../../daemons/fuse/core/reply.ts";
import type { Header, KernelRequest } from "../../daemons/fuse/core/request.ts";
import { FIRST_EPOCH, type Message } from "../../daemons/wire/messages.ts";
import type { Answer } from "./kernel/fuse.ts";
import type { Pipe } from "./network.ts";
import type { World } from "./world.ts";

/** What a daemon needs of the mount that it serves. */
export type Mount = {
  readonly name: string;
  readonly canExpireNames: boolean;
  answered(unique: number, answer: Answer): void;
  invalidate(what: readonly Invalidation[], done: () => void): void;
  isKilled(pid: number): boolean;
  event(event: ClientEvent): void;
  /** When connections to a member can be made again. */
  cutOffUntil(place: number): number;
  /** Every frame that it sends: undefined where it is lost on the way. */
  sends(place: number, message: Message, request: number): Message | undefined;
};

/** One life of a mount's daemon. It may stand still, and be killed at any moment: from then on nothing has an effect. */
export class SimDaemon implements ClientPorts {
  readonly #world: World;
  readonly #mount: Mount;
  readonly client: Client;
  readonly keptState: KeptState | undefined;
  readonly #pipes = new Map<number, Pipe>();
  /** What happened to a daemon that stands still, in order. */
  #missed: (() => void)[] | undefined;
  #isDead = false;
  /** So many effects more, then it is killed. */
  #effectsLeft = Number.POSITIVE_INFINITY;
  #killed: () => void = () => {};

  constructor(
    world: World,
    mount: Mount,
    { options, kept, inheritance }: { options: ClientOptions; kept?: KeptState; inheritance?: Inheritance | undefined },
  ) {
    this.#world = world;
    this.#mount = mount;
    this.keptState = kept === undefined ? undefined : this.#guarded(kept);
    this.client = new Client(options, this, inheritance);
    if (inheritance !== undefined) this.client.inheritKernel();
    this.client.start();
  }

  /** What is written down is an effect like any other. */
  #guarded(kept: KeptState): KeptState {
    const guard =
      <Args extends readonly unknown[]>(write: (...args: Args) => void) =>
      (...args: Args): void => {
        if (this.#hasEffect()) write(...args);
      };
    return {
      session: guard((session) => kept.session(session)),
      opened: guard((file) => kept.opened(file)),
      closed: guard((fh) => kept.closed(fh)),
      locked: guard((locks) => kept.locked(locks)),
      changing: guard((change) => kept.changing(change)),
      unmade: guard((seq) => kept.unmade(seq)),
      durable: guard((upTo) => kept.durable(upTo)),
      settled: guard((seq, outcome) => kept.settled(seq, outcome)),
      answered: guard((unique) => kept.answered(unique)),
    };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** kill -9, after so many more effects on the world. */
  killAfter(effects: number, killed: () => void): void {
    this.#effectsLeft = effects;
    this.#killed = killed;
    if (effects === 0) this.#die();
  }

  #hasEffect(): boolean {
    if (this.#isDead) return false;
    if (this.#effectsLeft > 0) {
      this.#effectsLeft -= 1;
      return true;
    }
    this.#die();
    return false;
  }

  #die(): void {
    this.#isDead = true;
    this.#world.agenda.after(0, this.#killed);
  }

  /** Its sockets are closed by the system. */
  closeAll(): void {
    this.#isDead = true;
    for (const pipe of this.#pipes.values()) pipe.close(0);
    this.#pipes.clear();
  }

  /** Its host has no power any more: nobody is told. What it sent last may arrive at some members, or at none. */
  vanish(losesFrames: boolean): void {
    this.#isDead = true;
    if (!losesFrames) return;
    for (const pipe of this.#pipes.values()) if (this.#world.random.chance(0.5)) pipe.vanish();
  }

  request(request: KernelRequest): void {
    this.#happens(() => this.client.request(request));
  }

  /** Stands still for a while (SIGSTOP, a laptop that sleeps), then sees at once what it has missed. */
  freeze(ms: number): void {
    if (this.#missed !== undefined || this.#isDead) return;
    const missed: (() => void)[] = [];
    this.#missed = missed;
    this.#world.agenda.after(ms, () => {
      this.#missed = undefined;
      this.#world.note(`${this.#mount.name} goes on`);
      for (const happened of missed) this.#happens(happened);
    });
  }

  #happens(what: () => void): void {
    if (this.#isDead) return;
    if (this.#missed === undefined) what();
    else this.#missed.push(what);
  }

  now(): number {
    return this.#world.agenda.now;
  }

  realtime(): { readonly sec: number; readonly nsec: number } {
    const now = this.#world.agenda.now;
    return { sec: Math.floor(now / 1_000), nsec: Math.floor((now % 1_000) * 1_000_000) };
  }

  after(ms: number, run: () => void): { cancel(): void } {
    return this.#world.agenda.after(ms, () => this.#happens(run));
  }

  connect(place: number): void {
    const { agenda, random, faults } = this.#world;
    const ms = Math.max(random.next() * faults.delayMs, this.#mount.cutOffUntil(place) - agenda.now);
    agenda.after(ms, () => this.#happens(() => this.#connected(place)));
  }

  #connected(place: number): void {
    const link = this.client.link(place);
    const happens = (pipe: Pipe | undefined, what: () => void): void =>
      this.#happens(() => {
        if (this.#pipes.get(place) === pipe) what();
      });
    const pipe = this.#world.members[place]?.accept({
      opened: () => {},
      received: (message, request) => {
        // Views are of a buffer that is used anew.
        const kept = this.#missed === undefined ? message : structuredClone(message);
        happens(pipe, () => link.received(kept, request));
      },
      closed: (because) =>
        happens(pipe, () => {
          this.#pipes.delete(place);
          link.closed(because);
        }),
    });
    if (pipe === undefined) return link.closed("connection refused");
    this.#pipes.set(place, pipe);
    link.opened();
  }

  send(place: number, message: Message, request: number): void {
    if (!this.#hasEffect()) return;
    const sent = this.#mount.sends(place, message, request);
    if (sent !== undefined) this.#pipes.get(place)?.send(0, sent, request, FIRST_EPOCH);
  }

  disconnect(place: number): void {
    this.#pipes.get(place)?.close(0);
    this.#pipes.delete(place);
  }

  /** Breaks the connection to a member, as a cable would. */
  cut(place: number): void {
    this.#pipes.get(place)?.break("cut");
  }

  hold(place: number, ms: number): void {
    this.#pipes.get(place)?.hold(ms);
  }

  reply(header: Header, reply: Reply): void {
    if (!this.#hasEffect()) return;
    // Bytes may be views of what is received next.
    const answer: Answer = reply.kind === "data" ? { kind: "data", data: Uint8Array.from(reply.data) } : reply;
    this.#mount.answered(header.unique, answer);
  }

  replyDirectory(header: Header, size: number, plus: boolean, entries: Iterable<DirectoryEntry>): void {
    if (!this.#hasEffect()) return;
    this.#mount.answered(header.unique, { kind: "directory", entries: fitting(size, plus, entries) });
  }

  invalidate(what: readonly Invalidation[], done: () => void): void {
    if (this.#hasEffect()) this.#mount.invalidate(what, () => this.#happens(done));
  }

  get canExpireNames(): boolean {
    return this.#mount.canExpireNames;
  }

  keep(): undefined {
    return undefined;
  }

  groups(): readonly number[] {
    return [];
  }

  isKilled(pid: number): boolean {
    return this.#mount.isKilled(pid);
  }

  event(event: ClientEvent): void {
    if (!this.#isDead) this.#mount.event(event);
  }
}

/** linux/fuse.h: struct fuse_dirent 24 bytes, fuse_entry_out 128 more, the name, all to multiples of 8. */
function fitting(size: number, plus: boolean, entries: Iterable<DirectoryEntry>): readonly DirectoryEntry[] {
  const taken: DirectoryEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    bytes += Math.ceil(((plus ? 152 : 24) + entry.name.length) / 8) * 8;
    if (bytes > size) break;
    taken.push(entry);
  }
  return taken;
}
