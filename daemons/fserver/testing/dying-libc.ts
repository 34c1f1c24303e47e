import { libc } from "../../sys/libc.ts";

/** Thrown where a process would have been killed. */
export const KILLED = new Error("killed");

/**
 * Counts the system calls of this thread, and ends the one that counts to `at` before it is made: as kill -9 would, since
 * all that a call has done stays and nothing of the next one happens.
 */
export class DyingLibc {
  count = 0;
  /** 0: never. */
  at = 0;

  constructor() {
    const calls = libc as unknown as Record<string, (...values: unknown[]) => number>;
    for (const [name, call] of Object.entries(calls)) {
      let real = call;
      const counted = (...values: unknown[]): number => {
        this.count += 1;
        if (this.at > 0 && this.count >= this.at) throw KILLED;
        return real(...values);
      };
      Object.defineProperty(calls, name, {
        get: () => counted,
        // The table replaces an entry by the bound call when it is first used.
        set: (bound: typeof call) => {
          real = bound;
        },
      });
    }
  }
}
