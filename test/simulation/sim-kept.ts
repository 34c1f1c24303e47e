import type { ClientId, Sequence } from "../../daemons/core/brand.ts";
import type {
  Inheritance,
  KeptChange,
  KeptFile,
  KeptLocks,
  KeptSession,
  KeptState,
} from "../../daemons/client/core/kept-state.ts";

type Entry = {
  readonly client: ClientId | undefined;
  readonly kept: KeptChange;
  unique: number;
  outcome: KeptChange["outcome"];
  isDurable: boolean;
};

/** Data may be a view of what is used anew. */
function copied(kept: KeptChange): KeptChange {
  const { change } = kept;
  if (change.kind === "write") return { ...kept, change: { ...change, data: new Uint8Array(change.data) } };
  if (change.kind === "setXattr") return { ...kept, change: { ...change, value: new Uint8Array(change.value) } };
  return { ...kept };
}

/** What outlives a mount's daemon, in memory. */
export class SimKept implements KeptState {
  #session: KeptSession | undefined;
  readonly #files = new Map<number, KeptFile>();
  readonly #locks = new Map<string, KeptLocks>();
  readonly #changes = new Map<Sequence, Entry>();
  #last = 0;

  session(session: KeptSession): void {
    // Numbers of changes begin anew with each session.
    if (this.#session?.client !== session.client) this.#last = 0;
    this.#session = session;
  }

  opened(file: KeptFile): void {
    this.#files.set(file.fh, { ...file });
  }

  closed(fh: number): void {
    this.#files.delete(fh);
  }

  locked(locks: KeptLocks): void {
    const key = `${locks.oid} ${locks.flock} ${locks.owner}`;
    if (locks.ranges.length === 0 && !locks.isUnsure) this.#locks.delete(key);
    else this.#locks.set(key, structuredClone(locks));
  }

  changing(change: KeptChange): void {
    const kept = copied(change);
    const { seq } = kept.change.origin;
    const client = this.#session?.client;
    this.#changes.set(seq, { client, kept, unique: kept.unique, outcome: kept.outcome, isDurable: false });
    this.#last = Math.max(this.#last, seq);
  }

  unmade(seq: Sequence): void {
    this.#changes.delete(seq);
    this.#last = seq - 1;
  }

  settled(seq: Sequence, outcome: KeptChange["outcome"]): void {
    const entry = this.#changes.get(seq);
    if (entry === undefined) return;
    entry.outcome = outcome;
    if (outcome === undefined) this.#changes.delete(seq);
  }

  durable(upTo: number): void {
    for (const [seq, entry] of this.#changes) {
      if (seq > upTo || entry.outcome === undefined) continue;
      entry.isDurable = true;
      if (entry.unique === 0) this.#changes.delete(seq);
    }
  }

  answered(unique: number): void {
    for (const [seq, entry] of this.#changes) {
      if (entry.unique !== unique || unique === 0) continue;
      entry.unique = 0;
      if (entry.isDurable) this.#changes.delete(seq);
    }
  }

  /** What a daemon that starts now goes on from; undefined: nothing. */
  inheritance(): Inheritance | undefined {
    const session = this.#session;
    if (session === undefined) return undefined;
    const own = [...this.#changes.values()].filter(({ client }) => client === session.client);
    own.sort((a, b) => a.kept.change.origin.seq - b.kept.change.origin.seq);
    return {
      session,
      files: [...this.#files.values()],
      locks: [...this.#locks.values()].map((locks) => structuredClone(locks)),
      changes: own.map(({ kept, unique, outcome, isDurable }) => ({ ...copied(kept), unique, outcome, isDurable })),
      lastSequence: this.#last,
    };
  }
}
