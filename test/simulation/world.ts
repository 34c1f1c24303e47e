import { Agenda } from "../support/agenda.ts";
import type { Bugs } from "./bugs.ts";
import { Recorder } from "./history/recorder.ts";
import type { Faults } from "./network.ts";
import { seeded, type Random } from "./random.ts";
import { SimClient } from "./sim-client.ts";
import { SimMember } from "./sim-member.ts";

export type WorldOptions = {
  readonly seed: number;
  readonly members: number;
  readonly clients: number;
  readonly faults: Faults;
  /** Whether a daemon that starts goes on from what the one before it left; default: yes. */
  readonly keepsState?: boolean;
  /** Of each member's disk; default: no limit. */
  readonly capacityBlocks?: number | undefined;
  readonly bugs?: Bugs;
  /** Where what happens is told. */
  readonly log?: string[];
};

const TRACES = process.env["SIMULATION_TRACE"] === "1";

const shortly = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;

/** Servers, clients and the network between them, in one process and one virtual time. */
export class World {
  readonly random: Random;
  readonly agenda = new Agenda();
  readonly recorder = new Recorder(this.agenda);
  readonly keepsState: boolean;
  /** Whether kernels can forget all names at once (Linux 6.16): in some seeds. */
  readonly canExpireNames: boolean;
  readonly memberCount: number;
  readonly members: SimMember[];
  readonly clients: SimClient[];
  faults: Faults;
  readonly log: string[];
  /** What was found wrong already. */
  readonly wrong: string[] = [];
  readonly capacityBlocks: number | undefined;
  readonly bugs: Bugs;

  constructor(options: WorldOptions) {
    this.random = seeded(options.seed);
    this.faults = options.faults;
    this.bugs = options.bugs ?? {};
    this.log = options.log ?? [];
    this.capacityBlocks = options.capacityBlocks;
    this.keepsState = options.keepsState ?? true;
    this.canExpireNames = options.seed % 4 !== 0;
    this.memberCount = options.members;
    this.members = Array.from({ length: options.members }, (_, place) => new SimMember(this, place));
    this.clients = Array.from({ length: options.clients }, (_, place) => new SimClient(this, place));
  }

  /** With `SIMULATION_TRACE=1`: every frame, and all that passes between kernels and daemons. */
  trace(who: string, what: string, value: unknown): void {
    if (TRACES) this.note(`${who} ${what} ${JSON.stringify(value, shortly)}`);
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

  pass(ms: number): void {
    this.runUntil(() => false, ms);
  }

  /** Nothing that a living application asked is unanswered, and no change is on some members only. */
  get isQuiet(): boolean {
    return this.clients.every(({ client, waiting, isDead }) => isDead || (waiting === 0 && client.unsent === 0));
  }
}
