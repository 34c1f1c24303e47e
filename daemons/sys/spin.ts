/** Below this a wait counts as short: one that slept holds two wake-ups of a virtual machine (~50 µs each). */
const SHORT_US = 200;
/** As many short waits in favour are needed before spinning starts. */
const ENOUGH = 4;
const MOST = 16;

/**
 * Decides whether a loop should look again for a while before it sleeps. Sleeping and waking costs ~50 µs on an idle
 * virtual machine; spinning costs a core. So it spins only while events come in quick succession: a spin that caught
 * something speaks for more, one that was in vain against it.
 */
export class Spin {
  #score = 0;

  /** Whether to spin before the next sleep. */
  worthwhile(): boolean {
    return this.#score >= ENOUGH;
  }

  /** An event came while spinning. */
  caught(): void {
    this.#score = MOST;
  }

  /** Nothing came while spinning. */
  missed(): void {
    this.#score = Math.max(0, this.#score - ENOUGH);
  }

  /** An event ended a sleep that took so long. */
  slept(us: number): void {
    if (us > SHORT_US) this.#score = Math.max(0, this.#score - 1);
    else this.#score = Math.min(MOST, this.#score + 1);
  }
}
