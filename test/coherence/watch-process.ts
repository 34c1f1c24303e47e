import { serveTask } from "../programs/racer-process.ts";
import { Register } from "./register.ts";
import { wayOf } from "./sights.ts";
import type { Watched, Watching } from "./watch.ts";

/** One process of `watch.ts`. */
const STARTED = 0.5;
/** Changes come in bursts, so that watchers look both between them and meanwhile. */
const BURST = 4;
const START_MS = 3;

function rest(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function change({ sight, dir, count, register, restMs }: Watching): void {
  using said = new Register(register);
  const { start, show } = wayOf(sight);
  start(dir);
  said.say(STARTED);
  for (let number = 1; number <= count; number++) {
    show(dir, number);
    said.say(number);
    if (number % BURST === 0) rest(restMs);
  }
}

function watch({ sight, dir, count, register, onwards }: Watching): Watched {
  using said = new Register(register);
  const { see } = wayOf(sight);
  while (said.get() < STARTED) rest(START_MS);
  let looks = 0;
  const numbers = new Set<number>();
  for (let last = 0; last < count; looks += 1) {
    const before = Math.floor(said.get());
    const now = see(dir);
    if (now < before) throw new Error(`${now} was seen, and ${before} had been done before`);
    if (now < last && onwards) throw new Error(`${now} was seen after ${last}`);
    last = Math.max(last, now);
    numbers.add(now);
  }
  return { looks, numbers: numbers.size };
}

// Acts at load when it is the program of a process that was forked; an import for its types does nothing.
if (process.send !== undefined && process.argv[1] === import.meta.filename) serveTask<Watching>({ change, watch });
