/**
 * Operations that wait, without promises: generators, resumed synchronously.
 *
 * The reactor's thread never returns to Node's event loop, so a promise would never settle there; and a simulation wants
 * to resume each operation at a moment of its own choosing. An operation yields a {@link Suspend}: a function that is
 * given `resume` and calls it once, now or later.
 */

/** Starts something; calls `resume` once, perhaps before it returns. Returns how to end the wait early, if it can be. */
export type Suspend = (resume: (value: unknown) => void) => (() => void) | undefined;
export type Operation<T> = Generator<Suspend, T, unknown>;

/**
 * Waits for one value.
 * @param start As {@link Suspend}. What it returns is called when the operation is interrupted while it waits; it must
 *   then see to it that `resume` is called.
 */
export function* wait<T>(start: (resume: (value: T) => void) => (() => void) | undefined): Operation<T> {
  // The one cast of this module: what comes back from `yield` is what this very suspend was resumed with.
  return (yield start as Suspend) as T;
}

/** A running operation. */
export type Task = {
  /** Ends its present wait early, where that wait allows it; remembered for waits that allow it later. */
  interrupt(): void;
  readonly interrupted: boolean;
};

/**
 * Runs an operation to its end.
 * @param finished Called once with its result, perhaps before this returns.
 */
export function run<T>(operation: Operation<T>, finished: (value: T) => void): Task {
  let cancel: (() => void) | undefined;
  const task = {
    interrupted: false,
    interrupt(): void {
      task.interrupted = true;
      const end = cancel;
      cancel = undefined;
      end?.();
    },
  };
  const step = (first: unknown): void => {
    let value = first;
    for (;;) {
      const next = operation.next(value);
      if (next.done) {
        finished(next.value);
        return;
      }
      let waiting = false;
      let ready = false;
      let resumed = false;
      cancel = undefined;
      const end = next.value((result) => {
        // A late second answer belongs to no wait any more, least of all to the one that goes on now.
        if (resumed) return;
        resumed = true;
        if (waiting) {
          cancel = undefined;
          step(result);
        } else {
          ready = true;
          value = result;
        }
      });
      if (!ready) {
        waiting = true;
        cancel = end;
        if (task.interrupted) task.interrupt();
        return;
      }
    }
  };
  step(undefined);
  return task;
}
