import { ROOT_OID } from "../../core/brand.ts";
import { askAll } from "./everywhere.ts";
import type { MemberLink } from "./member-link.ts";

/** Waits until what all members have applied is durable there. One question to them serves all who came before it. */
export class Durability {
  readonly #ask: (done: (isDurable: boolean) => void) => void;
  /** Those that the question under way was asked for; undefined: none is. */
  #asked: ((isDurable: boolean) => void)[] | undefined;
  #next: ((isDurable: boolean) => void)[] = [];

  /** @param ask Asks every writable member to make durable what it has applied. */
  constructor(ask: (done: (isDurable: boolean) => void) => void) {
    this.#ask = ask;
  }

  /** @param done Told, now or later, whether what was applied before this call is durable on every writable member. */
  await(done: (isDurable: boolean) => void): void {
    this.#next.push(done);
    if (this.#asked === undefined) this.#begin();
  }

  #begin(): void {
    const asked = this.#next;
    this.#asked = asked;
    this.#next = [];
    this.#ask((isDurable) => {
      this.#asked = undefined;
      for (const done of asked) done(isDurable);
      if (this.#next.length > 0 && this.#asked === undefined) this.#begin();
    });
  }
}

/**
 * Asks members to make durable all that they have applied. It is asked of the root, which always exists: a member makes
 * everything durable at once.
 * @param done Told once whether all of them have.
 */
export function askDurable(links: readonly MemberLink[], done: (isDurable: boolean) => void): void {
  askAll(links, { kind: "syncObject", oid: ROOT_OID, dataOnly: 0 }, (answers) => {
    done(answers.every(({ kind }) => kind === "done"));
  });
}
