import type { FileName, Oid } from "../../core/brand.ts";

/** What a name meant when it was last looked up. `type` is the S_IFMT bits of its mode. */
export type Hint = { readonly oid: Oid; readonly type: number };

const HINTS_MAX = 16_384;

/**
 * Remembers what names meant, to save a lookup before a change. Never believed: a change names the object it expects and
 * is refused with ESTALE when the name means another one by now. So a wrong hint costs a round trip, not a wrong answer.
 */
export class Hints {
  readonly #byName = new Map<string, Hint>();

  static #key(parent: Oid, name: FileName): string {
    return `${parent}/${name}`;
  }

  get(parent: Oid, name: FileName): Hint | undefined {
    return this.#byName.get(Hints.#key(parent, name));
  }

  set(parent: Oid, name: FileName, hint: Hint): void {
    // The oldest tenth goes at once: a Map keeps the order of insertion.
    if (this.#byName.size >= HINTS_MAX) {
      let left = HINTS_MAX / 10;
      for (const key of this.#byName.keys()) {
        this.#byName.delete(key);
        left -= 1;
        if (left <= 0) break;
      }
    }
    this.#byName.set(Hints.#key(parent, name), hint);
  }

  delete(parent: Oid, name: FileName): void {
    this.#byName.delete(Hints.#key(parent, name));
  }
}
