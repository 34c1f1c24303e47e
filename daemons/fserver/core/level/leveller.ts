import { sequence, type ClientId, type Oid, type Sequence } from "../../../core/brand.ts";
import type { Change, Message } from "../../../wire/messages.ts";
import { decodeChange } from "../change-frame.ts";
import type { Store } from "../store.ts";
import { answerLead } from "./lead-visit.ts";
import { Levelling, type Levelled, type LevellingPorts } from "./levelling.ts";
import { RecentChanges } from "./recent-changes.ts";

export type LevellerPorts = Pick<LevellingPorts, "now" | "peers" | "connect" | "hello"> & {
  /** A change of a session was applied for the lead's or another member's sake. */
  applied(client: ClientId, change: Change): void;
  /** A session is fenced by the lead: its connection is to end. */
  fenced(client: ClientId): void;
  /** A fenced session is over. */
  ended(client: ClientId): void;
};

/** Ids of fenced sessions that are remembered: they are never used again, and only their own clients ever name them. */
const FENCED_MAX = 65_536;

/** The part of a member that keeps its group level: as the lead, and for the lead. */
export class Leveller {
  readonly #store: Store;
  readonly #ports: LevellerPorts;
  readonly #recent = new RecentChanges();
  readonly #fenced = new Set<ClientId>();
  readonly #underWay = new Map<ClientId, Levelling>();
  readonly #parting = new Set<Levelling>();
  readonly #scratch: Buffer;

  /** @param scratch As large as the largest read. */
  constructor(store: Store, scratch: Buffer, ports: LevellerPorts) {
    this.#store = store;
    this.#scratch = scratch;
    this.#ports = ports;
  }

  /** Whether nothing is taken from a session's client any more. */
  isFenced(client: ClientId): boolean {
    return this.#fenced.has(client);
  }

  /** Whether a session is being levelled. */
  isUnderWay(client: ClientId): boolean {
    return this.#underWay.has(client);
  }

  /** A change was applied here; the other members may lack it. */
  add(client: ClientId, change: Change): void {
    if (this.#ports.peers > 0) this.#recent.add(client, change);
  }

  /** Whether a session may have changes that not every member has. */
  has(client: ClientId): boolean {
    return this.#recent.has(client);
  }

  /** The session is over, or nothing of it is under way. */
  forget(client: ClientId): void {
    this.#recent.forget(client);
  }

  /** As the lead. @param fences See {@link Levelling}. */
  level(client: ClientId, fences: boolean, done: (result: Levelled) => void): void {
    if (fences) this.#fence(client);
    if (this.#underWay.has(client)) return;
    const levelling = new Levelling(
      client,
      fences,
      {
        ...this.#ports,
        position: () => this.#position(client),
        frameOf: (_, seq) => this.#frameOf(client, seq),
        apply: (_, frame) => this.#apply(client, frame),
      },
      (result) => {
        this.#underWay.delete(client);
        this.#parting.add(levelling);
        if (result.kind === "level") this.#recent.forget(client);
        done(result);
      },
    );
    this.#underWay.set(client, levelling);
    levelling.start();
  }

  /** Several times a second. */
  tick(): void {
    for (const levelling of this.#underWay.values()) levelling.tick();
    for (const levelling of this.#parting) if (levelling.tick()) this.#parting.delete(levelling);
  }

  /** What the lead of the group asks this member. @returns Undefined where a lead has no such question. */
  answer(message: Message): Message | undefined {
    return answerLead(
      {
        position: (client) => this.#position(client),
        fence: (client) => this.#fence(client),
        frameOf: (client, seq) => this.#frameOf(client, seq),
        apply: (client, frame) => this.#apply(client, frame),
        end: (client) => {
          this.#recent.forget(client);
          this.#ports.ended(client);
        },
      },
      message,
    );
  }

  #position(client: ClientId): Sequence {
    return this.#store.position(client) ?? sequence(0);
  }

  #fence(client: ClientId): void {
    if (this.#fenced.has(client)) return;
    this.#fenced.add(client);
    for (const oldest of this.#fenced) {
      if (this.#fenced.size <= FENCED_MAX) break;
      this.#fenced.delete(oldest);
    }
    this.#ports.fenced(client);
  }

  #frameOf(client: ClientId, seq: Sequence): Buffer | undefined {
    return this.#recent.frameOf(client, seq, (oid, offset, length) => this.#readBack(oid, offset, length));
  }

  #readBack(oid: Oid, offset: number, length: number): Uint8Array {
    const count = this.#store.read(oid, offset, length, this.#scratch);
    return this.#scratch.subarray(0, count.ok ? count.value : 0);
  }

  #apply(client: ClientId, frame: Uint8Array): boolean {
    const change = decodeChange(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
    if (change === undefined) return false;
    this.#store.register(client);
    const applied = this.#store.apply(client, change);
    if (applied.kind !== "applied" && applied.kind !== "repeated") return false;
    if (applied.kind === "repeated") return true;
    this.#recent.add(client, change);
    if (applied.outcome.errno === 0) this.#ports.applied(client, change);
    return true;
  }
}
