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

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** The next place in the order of all that happens. */
  stamp(): number {
    this.#clock += 1;
    return this.#clock;
  }

  /** @param unknown Nobody was told how it ended. */
  name(by: string, begin: number, op: NameOp, unknown = false): void {
    this.names.push(this.#call(by, begin, op, unknown));
  }

  content(by: string, begin: number, oid: number, op: ContentOp, unknown = false): void {
    let calls = this.contents.get(oid);
    if (calls === undefined) {
      calls = [];
      this.contents.set(oid, calls);
    }
    calls.push(this.#call(by, begin, op, unknown));
  }

  #call<Op>(by: string, begin: number, op: Op, unknown: boolean): Editable<Call<Op>> {
    const end = unknown ? Number.POSITIVE_INFINITY : this.stamp();
    return { by, op, begin, end, at: this.#agenda.now, maybe: unknown || this.#isVoid(by, begin) };
  }

  #isVoid(by: string, begin: number): boolean {
    return begin < (this.#voidBefore.get(by) ?? 0);
  }

  listed(by: string, begin: number, directory: number, names: readonly string[]): void {
    const at = this.#agenda.now;
    if (!this.#isVoid(by, begin))
      this.lists.push({ by, begin, end: this.stamp(), at, directory, names: new Set(names) });
  }

  attributes(by: string, begin: number, attributes: Attributes): void {
    if (!this.#isVoid(by, begin)) this.told.push({ by, begin, end: this.stamp(), attributes });
  }

  /**
   * What a client was told, and what its applications saw, since this moment is void: what it changed may be lost, or
   * come to pass later.
   */
  voids(by: string, since: number): void {
    this.#voidBefore.set(by, this.stamp());
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
