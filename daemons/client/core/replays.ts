import type { Change } from "../../wire/messages.ts";
import type { ChangeOutcome } from "./change-entry.ts";
import { wait, type Operation } from "./operation.ts";

/** A change that an earlier daemon of this mount began, for a request that the kernel has no answer to yet. */
export class Replay {
  readonly change: Change;
  /** The kernel has made the request once more. */
  isWanted = false;
  #outcome: ChangeOutcome | undefined;
  #waiting: ((outcome: ChangeOutcome) => void)[] = [];

  constructor(change: Change) {
    this.change = change;
  }

  /** What came of it is known. Once. */
  settle(outcome: ChangeOutcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume(outcome);
  }

  /** Waits for what comes of it. */
  *outcome(): Operation<ChangeOutcome> {
    if (this.#outcome !== undefined) return this.#outcome;
    return yield* wait<ChangeOutcome>((resume) => {
      this.#waiting.push(resume);
      return undefined;
    });
  }
}

/** Those changes by the numbers of their requests: a repeated request gets their outcome, and does nothing twice. */
export class Replays {
  readonly #byRequest = new Map<number, Replay>();

  add(unique: number, change: Change): Replay {
    const replay = new Replay(change);
    this.#byRequest.set(unique, replay);
    return replay;
  }

  get(unique: number): Replay | undefined {
    return this.#byRequest.get(unique);
  }

  /** Requests that the kernel has not made once more: they had their answers before. */
  unwanted(): readonly number[] {
    return [...this.#byRequest].filter(([, replay]) => !replay.isWanted).map(([unique]) => unique);
  }

  /** The request has its answer. */
  delete(unique: number): void {
    this.#byRequest.delete(unique);
  }
}
