/** Up to here nobody minds: two wake-ups of another thread that makes the call take 0.05 to 0.1 ms. */
const QUICK_MS = 0.3;
/** From here on it holds up what else a thread has to do. */
const SLOW_MS = 4;
const ENOUGH = 8;
const MOST = 24;
const SOMEWHAT_SLOW = 4;
const FAR_OFF = -64;

/**
 * Decides whether a thread makes calls itself that may wait for the disk, by how long the last ones took. One that took very
 * long ends that for a while: a thread that serves others is held up by a disk that falls ill once, and not again.
 */
export class Quick {
  #score = 0;

  /** Whether the next one is likely to be quick. */
  worthwhile(): boolean {
    return this.#score >= ENOUGH;
  }

  /** A call took so long, whoever made it. */
  took(ms: number): void {
    if (ms <= QUICK_MS) this.#score = Math.min(MOST, this.#score + 1);
    else if (ms < SLOW_MS) this.#score = Math.max(0, this.#score - SOMEWHAT_SLOW);
    else this.#score = FAR_OFF;
  }
}
