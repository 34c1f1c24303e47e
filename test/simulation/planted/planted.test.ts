import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bugs } from "../bugs.ts";
import { SCENARIOS } from "../scenarios.ts";
import { simulateOnce, type Scenario } from "../simulate.ts";
import * as planted from "./bugs.ts";

/** Seeds until a bug must have been found. */
const SEEDS = 100;

/** @returns The first seed at which a bug is found, of those of which that is known, then of others; undefined: none. */
function foundAt(scenario: Scenario, bugs: () => Bugs, known: readonly number[]): number | undefined {
  for (const seed of [...known, ...Array.from({ length: SEEDS }, (_, at) => at + 1)]) {
    try {
      simulateOnce(seed, { ...scenario, bugs });
    } catch (error) {
      // A throw of another kind is a bug of the simulation.
      if (!(error instanceof assert.AssertionError)) throw error;
      return seed;
    }
  }
  return undefined;
}

/** What comes too late does so seldom: at one seed of 600. */
const RARE = [280];

const PLANTED: readonly (readonly [what: string, scenario: string, bugs: () => Bugs, known?: readonly number[]])[] = [
  ["what the kernel believes without a lease", "nothing happens", planted.validWithoutLease],
  ["a kernel that forgets nothing", "nothing happens", planted.forgetsNothing],
  ["a kernel that forgets no names", "nothing happens", planted.forgetsNoNames],
  ["a kernel that forgets no objects", "nothing happens", planted.forgetsNoObjects],
  ["a revocation that gets lost", "nothing happens", planted.revokesInSilence],
  ["a lease that is granted before it is given back", "nothing happens", planted.grantsBeforeGivenBack],
  ["a member that answers before it has done anything", "members crash", planted.answersBeforeDone],
  ["a member that does twice what it is sent twice", "connections break", planted.doesTwice],
  ["late changes of those who lost their leases", "what a client sent comes too late", planted.fencesNobody, RARE],
  ["changes that only some members have", "a client dies, and with it what it had sent", planted.levelsNobody],
  ["a member that loses a write", "nothing happens", planted.losesWrites],
];

for (const [what, name, bugs, known = []] of PLANTED) {
  test(`the simulation finds ${what}`, (t) => {
    const scenario = SCENARIOS[name];
    assert.ok(scenario !== undefined, name);
    const seed = foundAt(scenario, bugs, known);
    assert.ok(seed !== undefined, `not found within ${SEEDS} seeds`);
    t.diagnostic(`found at seed ${seed}`);
  });
}
