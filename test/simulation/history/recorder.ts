import type { Attributes } from "../../../daemons/core/attributes.ts";
import type { Agenda } from "../../support/agenda.ts";
import type { Call, ContentOp, NameOp } from "./calls.ts";

/** What an application was told of an object's attributes, and between which moments that was true. */
export type Told = {
  readonly by: string;
  readonly begin: number;
  readonly end: number;
  readonly attributes: Attributes;
};

/** A listing: names that were there, and all others were not, each at some moment. */
export type Listed = {
  readonly by: string;
  readonly begin: number;
  readonly end: number;
  readonly at: number;
  readonly directory: number;
  readonly names: ReadonlySet<string>;
};

/** A change under way. Where neither is said, nobody was told how it ended. */
export type Begun<Op> = {
  /** @param was What it was, where more is known of it by now. */
  done(was?: Op): void;
  /** It has not happened; @param was what that says of the object, if anything. */
  refused(was?: Op): void;
};

type Editable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Writes down what happens, in order. */
export class Recorder {
  readonly #agenda: Agenda;
  #clock = 0;
  readonly names: Editable<Call<NameOp>>[] = [];
  readonly contents = new Map<number, Editable<Call<ContentOp>>[]>();
  readonly told: Told[] = [];
  readonly lists: Listed[] = [];
  /** By client: what began before is void. */
  readonly #voidBefore = new Map<string, number>();
  /** Clients that do not hear the lead, and when each last began or ended to. */
  readonly #away = new Set<string>();
  readonly #awaySince = new Map<string, number>();

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** The next place in the order of all that happens. */
  stamp(): number {
    this.#clock += 1;
    return this.#clock;
  }

  /** Stands for an object whose number nobody was told. */
  unknown(): number {
    return -this.stamp();
  }

  /** What an application saw of a name since `begin`. */
  name(by: string, begin: number, op: NameOp): void {
    if (this.#isOld(by, begin)) return;
    this.#began(this.names, by, op, begin).done();
  }

  content(by: string, begin: number, oid: number, op: ContentOp): void {
    if (this.#isOld(by, begin)) return;
    this.#began(this.#contentsOf(oid), by, op, begin).done();
  }

  /** A change is asked for. */
  nameBegan(by: string, op: NameOp): Begun<NameOp> {
    return this.#began(this.names, by, op, this.stamp());
  }

  contentBegan(by: string, oid: number, op: ContentOp): Begun<ContentOp> {
    return this.#began(this.#contentsOf(oid), by, op, this.stamp());
  }

  #contentsOf(oid: number): Editable<Call<ContentOp>>[] {
    let calls = this.contents.get(oid);
    if (calls === undefined) {
      calls = [];
      this.contents.set(oid, calls);
    }
    return calls;
  }

  /** Until more is known it may have happened or not, and may yet. */
  #began<Op>(calls: Editable<Call<Op>>[], by: string, op: Op, begin: number): Begun<Op> {
    const call: Editable<Call<Op>> = {
      by,
      op,
      begin,
      end: Number.POSITIVE_INFINITY,
      at: this.#agenda.now,
      maybe: true,
    };
    calls.push(call);
    const done = (was: Op): void => {
      Object.assign(call, { op: was, end: this.stamp(), at: this.#agenda.now, maybe: this.#isVoid(by, begin) });
    };
    return {
      done: (was = op) => done(was),
      refused: (was) => {
        if (was === undefined) calls.splice(calls.indexOf(call), 1);
        else done(was);
      },
    };
  }

  /** A client hears the lead no more, or again. */
  leadIsAway(by: string, isAway: boolean): void {
    if (isAway) this.#away.add(by);
    else this.#away.delete(by);
    this.#awaySince.set(by, this.stamp());
  }

  /**
   * What was asked of the daemon, and not of the kernel's cache, while the lead was away: it may be of before what others
   * did last (docs/guarantees.md).
   */
  #isOld(by: string, begin: number): boolean {
    if (this.#clock === begin) return false;
    return this.#away.has(by) || begin < (this.#awaySince.get(by) ?? 0);
  }

  #isVoid(by: string, begin: number): boolean {
    return begin < (this.#voidBefore.get(by) ?? 0);
  }

  listed(by: string, begin: number, directory: number, names: readonly string[]): void {
    const at = this.#agenda.now;
    if (!this.#isVoid(by, begin) && !this.#isOld(by, begin))
      this.lists.push({ by, begin, end: this.stamp(), at, directory, names: new Set(names) });
  }

  attributes(by: string, begin: number, attributes: Attributes): void {
    if (!this.#isVoid(by, begin) && !this.#isOld(by, begin))
      this.told.push({ by, begin, end: this.stamp(), attributes });
  }

  /**
   * What a client was told, and what its applications saw, since this moment is void: what it changed may be lost, or
   * come to pass later.
   * @param isOver Nobody is told anything by this client any more.
   */
  voids(by: string, since: number, isOver = false): void {
    this.#voidBefore.set(by, isOver ? Number.POSITIVE_INFINITY : this.stamp());
    for (const calls of [this.names, ...this.contents.values()]) {
      for (const call of calls) if (call.by === by && call.end > since) call.maybe = true;
    }
    for (const seen of [this.told, this.lists]) {
      for (let place = seen.length - 1; place >= 0; place -= 1) {
        const one = seen[place];
        if (one?.by === by && one.end > since) seen.splice(place, 1);
      }
    }
  }
}
