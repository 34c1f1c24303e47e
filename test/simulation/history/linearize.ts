import type { Call } from "./calls.ts";

/** What an object is, and what each operation makes of it. */
export type Model<State, Op> = {
  readonly initial: State;
  /** @returns The state after the operation; undefined when it could not have ended so in this state. */
  step(state: State, op: Op): State | undefined;
  /** Equal for equal states. */
  key(state: State): string;
  /** It changes nothing: where it fits, the state is the same object after it; or one of which more is known. */
  isRead(op: Op): boolean;
  /** What it concerns: operations without a key in common do not meet. Undefined: everything. */
  keys(op: Op): readonly string[] | undefined;
};

/** One way in which all could have come to pass so far: the state, and which of the calls under way have happened. */
type Way<State> = { readonly state: State; readonly key: string; readonly done: readonly number[] };

export type Verdict<State, Op> =
  | { readonly kind: "linearizable" }
  | { readonly kind: "tooHard" }
  /** No order of what happened explains this call: what was under way then, and the states that were possible. */
  | {
      readonly kind: "impossible";
      readonly call: Call<Op>;
      readonly pending: readonly Call<Op>[];
      readonly states: readonly State[];
    };

type Event = { readonly place: number; readonly stamp: number; readonly isEnd: boolean };

/** Ways that are looked at, at most, for the end of one call. */
const WAYS_MAX = 20_000;

/**
 * Whether calls could have happened one after the other, each between its beginning and its end: Wing and Gong's search,
 * breadth first as by Lowe ("Testing for linearizability", 2017): only when a call ends must it have happened. What reads
 * is taken as soon as it fits, which forecloses nothing.
 */
export function linearize<State, Op>(model: Model<State, Op>, calls: readonly Call<Op>[]): Verdict<State, Op> {
  const search = new Search(model, calls);
  for (const { place, isEnd } of eventsOf(calls)) {
    if (!isEnd) {
      search.begin(place);
      continue;
    }
    const verdict = search.end(place);
    if (verdict !== undefined) return verdict;
  }
  return { kind: "linearizable" };
}

function eventsOf(calls: readonly Call<unknown>[]): readonly Event[] {
  const events = calls.flatMap(({ begin, end, maybe }, place): Event[] => {
    const began = { place, stamp: begin, isEnd: false };
    return maybe || end === Number.POSITIVE_INFINITY ? [began] : [began, { place, stamp: end, isEnd: true }];
  });
  return events.sort((a, b) => a.stamp - b.stamp || Number(a.isEnd) - Number(b.isEnd));
}

class Search<State, Op> {
  readonly #model: Model<State, Op>;
  readonly #calls: readonly Call<Op>[];
  readonly #reads = new Set<number>();
  readonly #changes = new Set<number>();
  #ways: Way<State>[];

  constructor(model: Model<State, Op>, calls: readonly Call<Op>[]) {
    this.#model = model;
    this.#calls = calls;
    this.#ways = [{ state: model.initial, key: model.key(model.initial), done: [] }];
  }

  #op(place: number): Op {
    return (this.#calls[place] as Call<Op>).op;
  }

  begin(place: number): void {
    const { op, maybe } = this.#calls[place] as Call<Op>;
    if (!this.#model.isRead(op)) {
      this.#changes.add(place);
      return;
    }
    // What nobody was told and changes nothing needs no explanation.
    if (maybe) return;
    this.#reads.add(place);
    this.#ways = this.#ways.map((way) => this.#withReads(way, [place]));
  }

  /** The call has ended: it has happened in all ways that go on. */
  end(place: number): Verdict<State, Op> | undefined {
    const found = this.#search(place);
    if (found === undefined) return { kind: "tooHard" };
    if (found.length === 0) return this.#impossible(place);
    this.#reads.delete(place);
    this.#changes.delete(place);
    const kept = new Map<string, Way<State>>();
    for (const { state, key, done } of found) {
      const way = { state, key, done: done.filter((one) => one !== place) };
      kept.set(nameOf(way), way);
    }
    this.#ways = [...kept.values()];
    return undefined;
  }

  /** @returns All ways to the end of the call; undefined: too many. */
  #search(place: number): readonly Way<State>[] | undefined {
    const found: Way<State>[] = [];
    const seen = new Set<string>();
    const open = [...this.#ways];
    let related: readonly number[] | undefined;
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next.done.includes(place)) {
        found.push(next);
        continue;
      }
      if (seen.size > WAYS_MAX) return undefined;
      related ??= this.#related(place);
      for (const change of related) {
        const after = next.done.includes(change) ? undefined : this.#after(next, change);
        if (after === undefined) continue;
        const name = nameOf(after);
        if (seen.has(name)) continue;
        seen.add(name);
        open.push(after);
      }
    }
    return found;
  }

  /** The changes under way that may have to do with a call: those that meet it, or meet one that does. */
  #related(place: number): readonly number[] {
    const left = new Set(this.#changes);
    left.delete(place);
    const related = [place];
    const keys = new Set<string>();
    const first = this.#model.keys(this.#op(place));
    if (first === undefined) return [place, ...left];
    for (const key of first) keys.add(key);
    for (let grows = true; grows; ) {
      grows = false;
      for (const other of left) {
        const others = this.#model.keys(this.#op(other));
        if (others === undefined) return [...related, ...left];
        if (!others.some((key) => keys.has(key))) continue;
        left.delete(other);
        related.push(other);
        for (const key of others) keys.add(key);
        grows = true;
      }
    }
    return related;
  }

  #after({ state, done }: Way<State>, place: number): Way<State> | undefined {
    const after = this.#model.step(state, this.#op(place));
    if (after === undefined) return undefined;
    const way = { state: after, key: this.#model.key(after), done: [...done, place].sort((a, b) => a - b) };
    return this.#withReads(way, this.#reads);
  }

  /** With those reads taken that fit its state. */
  #withReads(way: Way<State>, reads: Iterable<number>): Way<State> {
    let { done } = way;
    for (const read of reads) {
      // One that says more of the state than was known is taken when it has to be.
      if (done.includes(read) || this.#model.step(way.state, this.#op(read)) !== way.state) continue;
      done = [...done, read].sort((a, b) => a - b);
    }
    return done === way.done ? way : { ...way, done };
  }

  #impossible(place: number): Verdict<State, Op> {
    const pending = [...this.#changes].map((one) => this.#calls[one] as Call<Op>);
    const states = this.#ways.slice(0, 8).map(({ state }) => state);
    return { kind: "impossible", call: this.#calls[place] as Call<Op>, pending, states };
  }
}

const nameOf = ({ key, done }: Way<unknown>): string => `${done.join()}|${key}`;
