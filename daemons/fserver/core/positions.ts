import { type ClientId, type Sequence, sequence } from "../../core/brand.ts";

/** How many outcomes of one client are kept: more than it has under way. */
export const OUTCOMES = 1_024;

/** How many ended sessions are known as such: a late word of a client, or of the lead, comes long before so many. */
const ENDED_MAX = 1_024;

/** What a member knows of a session. Ended: whatever it changed was everywhere then, and it never comes back. */
export type Standing = "unknown" | "open" | "fenced" | "ended";

export type OutcomeOf = { readonly seq: number; readonly errno: number; readonly count: number };

type Session = {
  position: number;
  /** Of what is on disk. */
  durable: number;
  /** The outcomes from this sequence on are known: done, unless they are in `outcomes`. */
  from: number;
  readonly outcomes: Map<number, OutcomeOf>;
  isFenced: boolean;
};

/**
 * How far each client's changes are applied, and what came of the last of them: the exactly-once table (rule 4). Most
 * changes simply succeed, so only the others are kept.
 */
export class Positions {
  readonly #sessions = new Map<ClientId, Session>();
  /** Whose position may have moved since what is on disk. */
  readonly #moved = new Set<ClientId>();
  /** The latest last. */
  readonly #ended = new Set<ClientId>();

  /** Sessions that are known to have ended. */
  get ended(): readonly ClientId[] {
    return [...this.#ended];
  }

  standing(client: ClientId): Standing {
    const session = this.#sessions.get(client);
    if (session === undefined) return this.#ended.has(client) ? "ended" : "unknown";
    return session.isFenced ? "fenced" : "open";
  }

  get clients(): readonly ClientId[] {
    return [...this.#sessions.keys()];
  }

  /**
   * A session at position 0, or as it was known.
   * @returns False, and nothing happens, when it is known already, or known to have ended.
   */
  register(client: ClientId, from = 1, position = 0, outcomes: readonly OutcomeOf[] = []): boolean {
    if (this.#sessions.has(client) || this.#ended.has(client)) return false;
    const known = new Map(outcomes.map((outcome) => [outcome.seq, outcome]));
    this.#sessions.set(client, { position, durable: 0, from, outcomes: known, isFenced: false });
    if (position > 0) this.#moved.add(client);
    return true;
  }

  /** Nothing more is taken from its client. @returns False when there is none, or that is so already. */
  fence(client: ClientId): boolean {
    const session = this.#sessions.get(client);
    if (session === undefined || session.isFenced) return false;
    session.isFenced = true;
    return true;
  }

  /** @returns False when it had ended already. */
  end(client: ClientId): boolean {
    this.#moved.delete(client);
    this.#sessions.delete(client);
    if (this.#ended.has(client)) return false;
    this.#ended.add(client);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= ENDED_MAX) break;
      this.#ended.delete(oldest);
    }
    return true;
  }

  /** What comes next tells the session anew. */
  forget(client: ClientId): void {
    this.#sessions.delete(client);
  }

  position(client: ClientId): Sequence | undefined {
    const session = this.#sessions.get(client);
    return session === undefined ? undefined : sequence(session.position);
  }

  durable(client: ClientId): Sequence {
    return sequence(this.#sessions.get(client)?.durable ?? 0);
  }

  /** @returns What came of a change, or undefined when that is too long ago. */
  outcome(client: ClientId, seq: number): OutcomeOf | undefined {
    const session = this.#sessions.get(client);
    if (session === undefined || seq < session.from || seq > session.position) return undefined;
    return session.outcomes.get(seq) ?? { seq, errno: 0, count: 0 };
  }

  /** The outcome of a client's next change; from then on that is its position. */
  applied(client: ClientId, seq: number, errno: number, count: number): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    session.position = seq;
    if (errno !== 0 || count !== 0) session.outcomes.set(seq, { seq, errno, count });
    if (seq - session.from >= OUTCOMES) {
      session.outcomes.delete(session.from);
      session.from += 1;
    }
    this.#moved.add(client);
  }

  /** @returns To be called when everything that is applied now is on disk. */
  committing(): () => void {
    const now = [...this.#moved].map((client) => [client, this.#sessions.get(client)?.position ?? 0] as const);
    this.#moved.clear();
    return () => {
      for (const [client, position] of now) {
        const session = this.#sessions.get(client);
        if (session !== undefined) session.durable = position;
      }
    };
  }

  /** A session as it is to be written down, with at most so many outcomes: the latest. */
  told(client: ClientId, outcomesMax: number): { from: number; position: number; outcomes: readonly OutcomeOf[] } {
    const session = this.#sessions.get(client);
    if (session === undefined) return { from: 1, position: 0, outcomes: [] };
    const all = [...session.outcomes.values()];
    const outcomes = all.slice(Math.max(0, all.length - outcomesMax));
    const dropped = all[all.length - outcomes.length - 1];
    const from = dropped === undefined ? session.from : dropped.seq + 1;
    return { from, position: session.position, outcomes };
  }
}
