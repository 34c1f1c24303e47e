import { setTimeout as sleep } from "node:timers/promises";

/** @returns Whether a promise is still not settled after `ms`. */
export function stillWaits(promise: Promise<unknown>, ms = 1_500): Promise<boolean> {
  const settled = promise.then(
    () => false,
    () => false,
  );
  return Promise.race([settled, sleep(ms, true)]);
}
