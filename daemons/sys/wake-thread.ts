import { writeSync } from "node:fs";

/** eventfd(2): adds 1. */
const ONE = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);

/** Wakes a thread whose reactor waits, so that it looks into its inbox. @param wakeFd `Reactor.wakeFd` of that thread. */
export function wakeThread(wakeFd: number): void {
  writeSync(wakeFd, ONE);
}
