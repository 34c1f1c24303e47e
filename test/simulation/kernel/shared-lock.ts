import { wait, type Operation as Steps } from "../../../daemons/client/core/operation.ts";

type Waiter = { readonly exclusive: boolean; readonly go: () => void };

/** A lock like Linux' rw_semaphore: shared by many or held by one, first come, first served. */
export class SharedLock {
  #shared = 0;
  #isExclusive = false;
  #queue: Waiter[] = [];

  /** Somebody holds it alone. */
  get isExclusive(): boolean {
    return this.#isExclusive;
  }

  *lockShared(): Steps<void> {
    yield* this.#lock(false);
  }

  *lock(): Steps<void> {
    yield* this.#lock(true);
  }

  *#lock(exclusive: boolean): Steps<void> {
    if (this.#queue.length === 0 && this.#isFree(exclusive)) return this.#take(exclusive);
    yield* wait<void>((resume) => {
      this.#queue.push({ exclusive, go: () => resume() });
      return undefined;
    });
  }

  #isFree(exclusive: boolean): boolean {
    return !this.#isExclusive && (!exclusive || this.#shared === 0);
  }

  #take(exclusive: boolean): void {
    if (exclusive) this.#isExclusive = true;
    else this.#shared += 1;
  }

  unlockShared(): void {
    this.#shared -= 1;
    this.#next();
  }

  unlock(): void {
    this.#isExclusive = false;
    this.#next();
  }

  #next(): void {
    for (let first = this.#queue[0]; first !== undefined && this.#isFree(first.exclusive); first = this.#queue[0]) {
      this.#queue.shift();
      this.#take(first.exclusive);
      first.go();
    }
  }
}
