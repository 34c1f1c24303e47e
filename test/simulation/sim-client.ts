import type { Oid } from "../../daemons/core/brand.ts";
import { CACHE_LIMITS } from "../../daemons/client/core/cache-limits.ts";
import { Client } from "../../daemons/client/core/client.ts";
import type { ClientEvent, ClientPorts } from "../../daemons/client/core/ports.ts";
import type { DirectoryEntry, Reply } from "../../daemons/fuse/core/reply.ts";
import type { Header, KernelRequest, Operation } from "../../daemons/fuse/core/request.ts";
import { FIRST_EPOCH, type Message } from "../../daemons/wire/messages.ts";
import type { Pipe } from "./network.ts";
import { SPANS } from "./spans.ts";
import type { World } from "./world.ts";

/** What an operation of an application came to. */
export type Answer = Reply | { readonly kind: "directory"; readonly entries: readonly DirectoryEntry[] };

/** A mount: its daemon, and the kernel and applications around it. */
export class SimClient implements ClientPorts {
  readonly #world: World;
  readonly name: string;
  readonly client: Client;
  readonly #pipes = new Map<number, Pipe>();
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #unique = 2;
  /** What happened to a daemon that stands still, in order. */
  #missed: (() => void)[] | undefined;
  isDead = false;
  /** Processes that are being killed. */
  readonly killed = new Set<number>();
  readonly events: ClientEvent[] = [];

  constructor(world: World, place: number) {
    this.#world = world;
    this.name = `c${place}`;
    this.client = new Client(
      {
        index: 1,
        members: world.members.map(({ name }, at) => ({
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
      },
      this,
    );
    this.client.start();
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
    this.#waiting.set(unique, answered);
    this.#happens(() => this.client.request({ header, ...operation } as KernelRequest));
    return unique;
  }

  /** The caller of a request gets a signal. */
  interrupt(unique: number): void {
    const header = { unique: unique + 1, resent: false, node: 0 as Oid, uid: 0, gid: 0, pid: 0, suppGroup: undefined };
    this.#happens(() => this.client.request({ header, op: "interrupt", target: unique }));
  }

  /** Requests without an answer. */
  get pending(): readonly number[] {
    return [...this.#waiting.keys()];
  }

  /** The daemon stands still for a while (SIGSTOP, a laptop that sleeps), then sees at once what it has missed. */
  freeze(ms: number): void {
    if (this.#missed !== undefined || this.isDead) return;
    this.#world.note(`${this.name} stands still for ${ms} ms`);
    const missed: (() => void)[] = [];
    this.#missed = missed;
    this.#world.agenda.after(ms, () => {
      this.#missed = undefined;
      this.#world.note(`${this.name} goes on`);
      for (const happened of missed) this.#happens(happened);
    });
  }

  /** Its host loses power: what it has sent arrives, and nobody is told that it is gone. */
  die(): void {
    this.#world.note(`${this.name} dies`);
    this.isDead = true;
  }

  #happens(what: () => void): void {
    if (this.isDead) return;
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
    agenda.after(random.next() * faults.delayMs, () => this.#happens(() => this.#connected(place)));
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
    this.#pipes.get(place)?.send(0, message, request, FIRST_EPOCH);
  }

  disconnect(place: number): void {
    this.#pipes.get(place)?.close(0);
    this.#pipes.delete(place);
  }

  /** Breaks the connection to a member, as a cable would. */
  cut(place: number): void {
    this.#pipes.get(place)?.break("cut");
  }

  /** Nothing arrives from or at a member for a while, and nobody is told. */
  hold(place: number, ms: number): void {
    this.#world.note(`${this.name} and m${place} do not hear each other for ${ms} ms`);
    this.#pipes.get(place)?.hold(ms);
  }

  #answer(unique: number, answer: Answer): void {
    const answered = this.#waiting.get(unique);
    if (answered === undefined) throw new Error(`request ${unique} is answered twice, or was never made`);
    this.#waiting.delete(unique);
    answered(answer);
  }

  reply(header: Header, reply: Reply): void {
    // Bytes may be views of what is received next.
    this.#answer(header.unique, reply.kind === "data" ? { kind: "data", data: Uint8Array.from(reply.data) } : reply);
  }

  replyDirectory(header: Header, _size: number, _plus: boolean, entries: Iterable<DirectoryEntry>): void {
    this.#answer(header.unique, { kind: "directory", entries: [...entries] });
  }

  readonly canExpireNames = true;

  invalidate(...[, done]: Parameters<ClientPorts["invalidate"]>): void {
    done();
  }

  keep(): undefined {
    return undefined;
  }

  groups(): readonly number[] {
    return [];
  }

  isKilled(pid: number): boolean {
    return this.killed.has(pid);
  }

  event(event: ClientEvent): void {
    this.events.push(event);
    this.#world.note(`${this.name} ${JSON.stringify(event)}`);
  }
}
