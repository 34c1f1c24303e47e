import type { Entry } from "./change-entry.ts";

/** So much is worth sending while more is under way, up to {@link UNDER_WAY_MAX}. */
const WORTH_BYTES = 256 * 1024;
/** With more under way nothing is sent that nobody waits for. */
const UNDER_WAY_MAX = 8 * 1024 ** 2;

/**
 * What is numbered and not sent yet: while changes are under way, what is answered already waits for company. The last
 * ones may still become others until they are sent.
 */
export class Outbox {
  #staged: Entry[] = [];
  #stagedBytes = 0;
  #underWay = 0;

  get isEmpty(): boolean {
    return this.#staged.length === 0;
  }

  /** In the order of their numbers. */
  get staged(): readonly Entry[] {
    return this.#staged;
  }

  stage(entry: Entry): void {
    this.#staged.push(entry);
    this.#stagedBytes += entry.bytes;
  }

  /** The last ones are not to be sent. */
  unstage(count: number): readonly Entry[] {
    const last = this.#staged.splice(this.#staged.length - count, count);
    for (const { bytes } of last) this.#stagedBytes -= bytes;
    return last;
  }

  /** @param isUrgent Somebody waits. @returns What is to be sent now, in order. */
  take(isUrgent: boolean): readonly Entry[] {
    const isDue = this.#underWay === 0 || (this.#stagedBytes >= WORTH_BYTES && this.#underWay < UNDER_WAY_MAX);
    if (!isUrgent && !isDue) return [];
    const taken = this.#staged;
    this.#staged = [];
    this.#underWay += this.#stagedBytes;
    this.#stagedBytes = 0;
    for (const entry of taken) entry.isSent = true;
    return taken;
  }

  /** One that was sent is not under way any more. */
  ended(entry: Entry): void {
    if (entry.isSent) this.#underWay -= entry.bytes;
  }

  clear(): void {
    this.#staged = [];
    this.#stagedBytes = 0;
    this.#underWay = 0;
  }
}
