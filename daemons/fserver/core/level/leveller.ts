import { ROOT_OID, sequence, type ClientId, type Oid, type Sequence } from "../../../core/brand.ts";
import type { Change, Message } from "../../../wire/messages.ts";
import { decodeChange } from "../change-frame.ts";
import type { Store } from "../store.ts";
import { answerLead } from "./lead-visit.ts";
import { Levelling, type Levelled, type LevellingPorts } from "./levelling.ts";
import { type ReadBack, RecentChanges } from "./recent-changes.ts";

export type LevellerPorts = Pick<LevellingPorts, "now" | "peers" | "connect" | "hello"> & {
  /** A change of a session was applied for the lead's or another member's sake. */
  applied(client: ClientId, change: Change): void;
  /** A session is fenced by the lead: its connection is to end. */
  fenced(client: ClientId): void;
  /** A fenced session is over. */
  ended(client: ClientId): void;
};

/** The part of a member that keeps its group level: as the lead, and for the lead. */
export class Leveller {
  readonly #store: Store;
  readonly #ports: LevellerPorts;
  readonly #recent = new RecentChanges();
  /** What was read back of one session. */
  #recalled: { readonly client: ClientId; readonly changes: RecentChanges } | undefined;
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
    const standing = this.#store.standing(client);
    return standing === "fenced" || standing === "ended";
  }

  /** Whether a session is being levelled. */
  isUnderWay(client: ClientId): boolean {
    return this.#underWay.has(client);
  }

  /** A change was applied here; the other members may lack it. */
  add(client: ClientId, change: Change): void {
    if (this.#ports.peers > 0) this.#recent.add(client, change);
  }

  /** The session is over, or nothing of it is under way. */
  forget(client: ClientId): void {
    this.#recent.forget(client);
    if (this.#recalledOf(client) !== undefined) this.#recalled = undefined;
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
        sync: (done) => this.#store.sync(ROOT_OID, done),
        position: () => this.#position(client),
        frameOf: (_, seq) => this.#frameOf(client, seq),
        apply: (_, frame) => this.#apply(client, frame),
      },
      (result) => {
        this.#underWay.delete(client);
        this.#parting.add(levelling);
        if (this.#recalledOf(client) !== undefined) this.#recalled = undefined;
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

  /** What the lead of the group asks this member. @returns Whether a lead has such a question. */
  answer(message: Message, answer: (reply: Message) => void): boolean {
    return answerLead(
      {
        store: this.#store,
        position: (client) => this.#position(client),
        fence: (client) => this.#fence(client),
        frameOf: (client, seq) => this.#frameOf(client, seq),
        apply: (client, frame) => this.#apply(client, frame),
        end: (client) => {
          this.forget(client);
          this.#ports.ended(client);
        },
      },
      message,
      answer,
    );
  }

  #position(client: ClientId): Sequence {
    return this.#store.position(client) ?? sequence(0);
  }

  #fence(client: ClientId): void {
    if (this.isFenced(client)) return;
    this.#store.fence(client);
    this.#ports.fenced(client);
  }

  #frameOf(client: ClientId, seq: Sequence): Buffer | undefined {
    const readBack: ReadBack = (oid, offset, length) => this.#readBack(oid, offset, length);
    const known =
      this.#recent.frameOf(client, seq, readBack) ?? this.#recalledOf(client)?.frameOf(client, seq, readBack);
    return known ?? this.#recall(client).frameOf(client, seq, readBack);
  }

  #recalledOf(client: ClientId): RecentChanges | undefined {
    return this.#recalled?.client === client ? this.#recalled.changes : undefined;
  }

  /** What this process does not remember may be written down: it has started since, or believed it to be everywhere. */
  #recall(client: ClientId): RecentChanges {
    const changes = new RecentChanges();
    this.#store.recall(client, (change, length) => changes.addBack(client, change, length));
    this.#recalled = { client, changes };
    return changes;
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
