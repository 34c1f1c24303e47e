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

const ENDED: Task = { interrupted: false, interrupt() {} };

/**
 * Runs an operation to its end. Most never wait: for them no task is made.
 * @param finished Called once with its result, perhaps before this returns.
 */
export function run<T>(operation: Operation<T>, finished: (value: T) => void): Task {
  const first = operation.next();
  if (!first.done) return goOn(operation, first.value, finished);
  finished(first.value);
  return ENDED;
}

function goOn<T>(operation: Operation<T>, first: Suspend, finished: (value: T) => void): Task {
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
  const step = (value: unknown): void => {
    const next = operation.next(value);
    if (next.done) finished(next.value);
    else awaits(next.value);
  };
  const awaits = (from: Suspend): void => {
    let suspend = from;
    for (;;) {
      let waiting = false;
      let ready = false;
      let resumed = false;
      let value: unknown;
      cancel = undefined;
      const end = suspend((result) => {
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
      const next = operation.next(value);
      if (next.done) {
        finished(next.value);
        return;
      }
      suspend = next.value;
    }
  };
  awaits(first);
  return task;
}
