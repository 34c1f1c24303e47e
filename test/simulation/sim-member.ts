import { Doorman } from "../../daemons/fserver/core/doorman.ts";
import { Member } from "../../daemons/fserver/core/member.ts";
import type { PeerConnection, PeerEnd } from "../../daemons/fserver/core/level/levelling.ts";
import { MemoryStore } from "../../daemons/fserver/core/memory-store.ts";
import { FIRST_EPOCH, type Message } from "../../daemons/wire/messages.ts";
import { DurableStore } from "./durable-store.ts";
import { Pipe } from "./network.ts";
import { SPANS } from "./spans.ts";
import type { World } from "./world.ts";

const TICK_MS = 100;

/** A member's process may crash and start again; its store is what a disk would keep. */
export class SimMember {
  readonly #world: World;
  readonly place: number;
  readonly name: string;
  readonly store: DurableStore;
  readonly #pipes = new Map<number, Pipe>();
  #next = 1;
  #doorman: Doorman | undefined;
  #life = 0;

  constructor(world: World, place: number) {
    this.#world = world;
    this.place = place;
    this.name = `m${place}`;
    const { capacityBlocks, bugs } = world;
    const options = capacityBlocks === undefined ? {} : { capacityBlocks };
    const make = (): MemoryStore => bugs.store?.(options) ?? new MemoryStore(options);
    this.store = new DurableStore(make, world.agenda, world.random);
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
      send: (connection: number, message: Message, request: number) => {
        const { leaves } = this.#world.bugs;
        if (leaves?.({ member: this, connection, message, request }) !== false)
          this.sends(connection, message, request);
      },
      close: (connection: number) => this.#close(connection),
    };
    const options = {
      index: 1,
      group: "sim",
      export: "/",
      isLead: this.place === 0,
      lead: "",
      permissions: 3,
      lapseMs: SPANS.lapseMs,
      forgetMs: SPANS.forgetMs,
      peers: this.#world.memberCount - 1,
    } as const;
    const member = new Member(options, this.store, {
      ...ports,
      now: () => this.#world.agenda.now,
      event: (event) => this.#world.note(`${this.name} ${JSON.stringify(event)}`),
      later: (ms, run) => this.#world.agenda.after(ms, () => (this.#life === life && this.up ? run() : undefined)),
      connect: (peer, end) => this.#connect(peer < this.place ? peer : peer + 1, end),
    });
    this.#doorman = new Doorman(
      { server: this.name, software: "sim", configHash: new Uint8Array(0), anyIndex: false, witnessOf: [] },
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

  #connect(place: number, end: PeerEnd): PeerConnection {
    const life = this.#life;
    const alive = (): boolean => this.#life === life && this.up;
    const { agenda, members } = this.#world;
    const pipe = members[place]?.accept({
      opened: () => {},
      received: (message, request) => {
        if (alive()) end.received(message, request);
      },
      closed: (because) => {
        if (alive()) end.closed(because);
      },
    });
    agenda.after(1, () => {
      if (!alive()) return;
      if (pipe === undefined) end.closed("nobody listens");
      else end.opened();
    });
    return {
      send: (message, request) => {
        if (alive()) pipe?.send(0, message, request, FIRST_EPOCH);
      },
      close: () => pipe?.close(0),
    };
  }

  /** Its host goes down: what is not on disk is lost. */
  losePower(): void {
    this.crash("has no power");
    this.store.losePower();
  }

  crash(how = "crashes"): void {
    this.#world.note(`${this.name} ${how}`);
    this.#doorman = undefined;
    this.store.abandon();
    for (const pipe of this.#pipes.values()) pipe.break("the server crashed");
    this.#pipes.clear();
  }

  /** Does something after a while, if this life of it goes on. */
  later(ms: number, run: () => void): void {
    const life = this.#life;
    this.#world.agenda.after(ms, () => {
      if (this.up && this.#life === life) run();
    });
  }

  /** A frame of a client has arrived. */
  hears(connection: number, message: Message, request: number): void {
    this.#world.trace(this.name, `hears ${connection}#${request}`, message);
    this.#doorman?.receive(connection, message, request, FIRST_EPOCH);
  }

  sends(connection: number, message: Message, request: number): void {
    this.#world.trace(this.name, `tells ${connection}#${request}`, message);
    this.#pipes.get(connection)?.send(1, message, request, FIRST_EPOCH);
  }

  /** @returns The pipe, whose end 0 is the client's; undefined when nobody listens. */
  accept(client: Parameters<typeof this.makePipe>[0]): Pipe | undefined {
    return this.up ? this.makePipe(client) : undefined;
  }

  /** Breaks all connections to it, as a switch would. */
  cut(): void {
    for (const pipe of this.#pipes.values()) pipe.break("cut");
  }

  makePipe(client: ConstructorParameters<typeof Pipe>[3][0]): Pipe {
    const id = this.#next;
    this.#next += 1;
    const { agenda, random, faults } = this.#world;
    const pipe = new Pipe(agenda, random, faults, [
      client,
      {
        opened: () => {},
        received: (message, request) => {
          const { arrives } = this.#world.bugs;
          if (arrives?.({ member: this, connection: id, message, request }) !== false) this.hears(id, message, request);
        },
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
}
