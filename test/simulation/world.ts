import type { Oid } from "../../daemons/core/brand.ts";
import { Client } from "../../daemons/client/core/client.ts";
import type { ClientEvent, ClientPorts } from "../../daemons/client/core/ports.ts";
import { Doorman, FIRST_EPOCH } from "../../daemons/fserver/core/doorman.ts";
import { Member } from "../../daemons/fserver/core/member.ts";
import { MemoryStore } from "../../daemons/fserver/core/memory-store.ts";
import type { DirectoryEntry, Reply } from "../../daemons/fuse/core/reply.ts";
import type { Header, KernelRequest, Operation } from "../../daemons/fuse/core/request.ts";
import type { Message } from "../../daemons/wire/messages.ts";
import { Agenda } from "./agenda.ts";
import { Pipe, type Faults } from "./network.ts";
import { seeded, type Random } from "./random.ts";

/** Spans as in real life, so that time-outs mean something. */
const SPANS = { beatMs: 1_000, suspectMs: 3_000, giveUpMs: 30_000, lapseMs: 4_100 } as const;
const TICK_MS = 100;

export type WorldOptions = {
  readonly seed: number;
  readonly members: number;
  readonly clients: number;
  readonly faults: Faults;
};

/** Servers, clients and the network between them, in one process and one virtual time. */
export class World {
  readonly random: Random;
  readonly agenda = new Agenda();
  readonly members: SimMember[];
  readonly clients: SimClient[];
  faults: Faults;
  readonly log: string[] = [];

  constructor(options: WorldOptions) {
    this.random = seeded(options.seed);
    this.faults = options.faults;
    this.members = Array.from({ length: options.members }, (_, place) => new SimMember(this, place));
    this.clients = Array.from({ length: options.clients }, (_, place) => new SimClient(this, place));
  }

  note(text: string): void {
    this.log.push(`${this.agenda.now} ${text}`);
  }

  /** Lets time pass until the condition holds. @returns Whether it did within the time. */
  runUntil(holds: () => boolean, withinMs: number): boolean {
    const deadline = this.agenda.now + withinMs;
    while (!holds() && this.agenda.now < deadline) if (!this.agenda.step()) break;
    return holds();
  }
}

/** A member's process may crash and start again; its store is what a disk would keep. */
export class SimMember {
  readonly #world: World;
  readonly place: number;
  readonly name: string;
  readonly store = new MemoryStore();
  readonly #pipes = new Map<number, Pipe>();
  #next = 1;
  #member: Member | undefined;
  #doorman: Doorman | undefined;
  #life = 0;

  constructor(world: World, place: number) {
    this.#world = world;
    this.place = place;
    this.name = `m${place}`;
    this.start();
  }

  get up(): boolean {
    return this.#doorman !== undefined;
  }

  start(): void {
    this.#life += 1;
    const life = this.#life;
    this.store.restart();
    const ports = {
      send: (connection: number, message: Message, request: number) =>
        this.#pipes.get(connection)?.send(1, message, request, FIRST_EPOCH),
      close: (connection: number) => this.#close(connection),
    };
    const options = {
      index: 1,
      group: "sim",
      export: "/",
      isLead: this.place === 0,
      permissions: 3,
      lapseMs: SPANS.lapseMs,
    } as const;
    const member = new Member(options, this.store, {
      ...ports,
      now: () => this.#world.agenda.now,
      event: (event) => this.#world.note(`${this.name} ${JSON.stringify(event)}`),
    });
    this.#member = member;
    this.#doorman = new Doorman(
      { server: this.name, software: "sim", configHash: new Uint8Array(0), anyIndex: false },
      [member],
      {
        ...ports,
        limit: () => {},
        report: () => {
          throw new Error("nobody asks for a report here");
        },
      },
    );
    const tick = (): void => {
      if (this.#life !== life || !this.up) return;
      member.tick();
      this.#world.agenda.after(TICK_MS, tick);
    };
    tick();
  }

  crash(): void {
    this.#world.note(`${this.name} crashes`);
    this.#member = undefined;
    this.#doorman = undefined;
    for (const pipe of this.#pipes.values()) pipe.break("the server crashed");
    this.#pipes.clear();
  }

  /** @returns The pipe, whose end 0 is the client's; undefined when nobody listens. */
  accept(client: Parameters<typeof this.makePipe>[0]): Pipe | undefined {
    return this.up ? this.makePipe(client) : undefined;
  }

  makePipe(client: ConstructorParameters<typeof Pipe>[3][0]): Pipe {
    const id = this.#next;
    this.#next += 1;
    const { agenda, random, faults } = this.#world;
    const pipe = new Pipe(agenda, random, faults, [
      client,
      {
        opened: () => {},
        received: (message, request, epoch) => this.#doorman?.receive(id, message, request, epoch),
        closed: () => this.#gone(id),
      },
    ]);
    this.#pipes.set(id, pipe);
    return pipe;
  }

  #gone(id: number): void {
    if (this.#pipes.delete(id)) this.#doorman?.closed(id);
  }

  #close(id: number): void {
    this.#pipes.get(id)?.close(1);
    this.#gone(id);
  }

  get lead(): Member | undefined {
    return this.#member;
  }
}

/** What an operation of an application came to. */
export type Answer = Reply | { readonly kind: "directory"; readonly entries: readonly DirectoryEntry[] };

export class SimClient implements ClientPorts {
  readonly #world: World;
  readonly name: string;
  readonly client: Client;
  readonly #pipes = new Map<number, Pipe>();
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #unique = 2;

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
        mount: { readOnly: false, noXattr: false },
      },
      this,
    );
    this.client.start();
  }

  /** Requests that the kernel has no answer to yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Asks as the kernel would. @returns The request's number, for INTERRUPT. */
  ask(node: Oid, operation: Operation, answered: (answer: Answer) => void): number {
    const unique = this.#unique;
    this.#unique += 2;
    const header: Header = { unique, resent: false, node, uid: 0, gid: 0, pid: 1, suppGroup: undefined };
    this.#waiting.set(unique, answered);
    this.client.request({ header, ...operation } as KernelRequest);
    return unique;
  }

  now(): number {
    return this.#world.agenda.now;
  }

  realtime(): { readonly sec: number; readonly nsec: number } {
    const now = this.#world.agenda.now;
    return { sec: Math.floor(now / 1_000), nsec: Math.floor((now % 1_000) * 1_000_000) };
  }

  after(ms: number, run: () => void): { cancel(): void } {
    return this.#world.agenda.after(ms, run);
  }

  connect(place: number): void {
    const link = this.client.link(place);
    const { agenda, random, faults } = this.#world;
    agenda.after(random.next() * faults.delayMs, () => {
      const pipe = this.#world.members[place]?.accept({
        opened: () => {},
        received: (message, request) => {
          if (this.#pipes.get(place) === pipe) link.received(message, request);
        },
        closed: (because) => {
          if (this.#pipes.get(place) !== pipe) return;
          this.#pipes.delete(place);
          link.closed(because);
        },
      });
      if (pipe === undefined) return link.closed("connection refused");
      this.#pipes.set(place, pipe);
      link.opened();
    });
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

  keep(): undefined {
    return undefined;
  }

  groups(): readonly number[] {
    return [];
  }

  isKilled(): boolean {
    return false;
  }

  event(event: ClientEvent): void {
    this.#world.note(`${this.name} ${JSON.stringify(event)}`);
  }
}
