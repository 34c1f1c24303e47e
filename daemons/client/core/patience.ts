/** Waits that end early: when time is up, or when the caller is interrupted. */
import { wait, type Operation } from "./operation.ts";
import type { ClientPorts, TimerHandle } from "./ports.ts";

/** Why a wait ended without what it waited for. */
export type Early = { readonly kind: "interrupted" } | { readonly kind: "timeOut" };

export const INTERRUPTED = { kind: "interrupted" } as const;
export const TIME_OUT = { kind: "timeOut" } as const;

/**
 * Waits for one value until the caller is interrupted, and for `ms` at most.
 * @param ms Undefined: without a limit of time.
 * @param start Given `resume`, to be called once, now or later; what it says after the wait has ended is dropped. What it
 *   returns is called when the wait ends early, to take the waiter out of whatever list it is in.
 */
export function* waitAtMost<T>(
  ports: Pick<ClientPorts, "after">,
  ms: number | undefined,
  start: (resume: (value: T) => void) => (() => void) | undefined,
): Operation<T | Early> {
  return yield* wait<T | Early>((resume) => {
    let timer: TimerHandle | undefined;
    let undo: (() => void) | undefined;
    let over = false;
    const end = (value: T | Early): void => {
      if (over) return;
      over = true;
      timer?.cancel();
      resume(value);
    };
    const endEarly = (why: Early): void => {
      if (over) return;
      undo?.();
      end(why);
    };
    undo = start(end);
    if (!over && ms !== undefined) timer = ports.after(ms, () => endEarly(TIME_OUT));
    return () => endEarly(INTERRUPTED);
  });
}
