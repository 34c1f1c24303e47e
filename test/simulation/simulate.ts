import assert from "node:assert/strict";
import { run, type Operation } from "../../daemons/client/core/operation.ts";
import type { Bugs } from "./bugs.ts";
import { newHistory, type History } from "./history.ts";
import { judgeEvents, judgeHistory, judgeTrees } from "./judge.ts";
import type { SimClient } from "./sim-client.ts";
import { World } from "./world.ts";

export type Scenario = {
  readonly members?: number;
  readonly clients?: number;
  /** Applications of each client; default 1. */
  readonly programs?: number;
  /** What is wrong on purpose; made anew for each seed. */
  readonly bugs?: () => Bugs;
  /** Of each member's disk, of 4,096 bytes each; default: as many as are wanted. */
  readonly capacityBlocks?: number;
  /** What is done, by the first client, before the applications begin. */
  readonly before?: (world: World, client: SimClient) => Operation<void>;
  /** What an application of each client does. */
  readonly application: (world: World, client: SimClient, history: History) => Operation<void>;
  /** What happens to them meanwhile. */
  readonly trouble?: (world: World, history: History) => void;
  /** How it is judged; default: trees, history and events. */
  readonly judge?: (world: World, history: History) => void;
  /** Why it does not hold yet. */
  readonly todo?: string;
  /** Seeds that found something once: run however few others are. */
  readonly found?: readonly number[];
};

const COUNT = Number(process.env["SIMULATION_SEEDS"] ?? 100);
const FROM = Number(process.env["SIMULATION_FROM"] ?? 1);
const ONLY = process.env["SIMULATION_SEED"];
/** Of what happened last, so much is told of a failure. */
const LOG_LINES = Number(process.env["SIMULATION_LOG"] ?? 40);
/** Virtual milliseconds after which everything must have been answered. */
const QUIET_WITHIN_MS = 300_000;

/** The seeds of a run: `SIMULATION_SEEDS=1000` for more, `SIMULATION_FROM=N` for others, `SIMULATION_SEED=N` for one. */
export const seeds = (share = 1): readonly number[] =>
  ONLY === undefined ? Array.from({ length: Math.ceil(COUNT * share) }, (_, at) => FROM + at) : [Number(ONLY)];

/** Runs a scenario once for each seed. A failure tells the seed and what happened last. */
export function simulate(scenario: Scenario, some = seeds()): void {
  const all = ONLY === undefined ? new Set([...some, ...(scenario.found ?? [])]) : some;
  for (const seed of all) tellingly(seed, scenario);
}

function tellingly(seed: number, scenario: Scenario): void {
  const log: string[] = [];
  try {
    simulateOnce(seed, scenario, log);
  } catch (error) {
    console.error(`seed ${seed}; run it alone with SIMULATION_SEED=${seed}\n${log.slice(-LOG_LINES).join("\n")}`);
    throw error;
  }
}

/** @param log Where what happens is told. @throws AssertionError when something is wrong. */
export function simulateOnce(
  seed: number,
  { members = 2, clients = 3, programs = 1, capacityBlocks, bugs = () => ({}), ...scenario }: Scenario,
  log: string[] = [],
): void {
  const world = new World({
    seed,
    members,
    clients,
    capacityBlocks,
    log,
    bugs: bugs(),
    faults: { delayMs: 20, breaks: 0 },
  });
  const history = newHistory();
  const ready = world.runUntil(() => world.clients.every(({ client }) => client.complete), 10_000);
  assert.ok(ready, "all clients find all members");
  prepare(world, scenario.before);
  let running = clients * programs;
  for (const client of world.clients) {
    for (let program = 0; program < programs; program += 1) {
      run(scenario.application(world, client, history), () => {
        running -= 1;
      });
    }
  }
  scenario.trouble?.(world, history);
  const dead = (): number => world.clients.filter(({ isDead }) => isDead).length;
  const isOver = (): boolean => running <= dead() * programs && world.isQuiet;
  assert.ok(world.runUntil(isOver, QUIET_WITHIN_MS), "every request is answered, and nothing stays unsent");
  // What was closed last is purged on the way of a request and an answer or two.
  world.pass(2_000);
  (scenario.judge ?? judge)(world, history);
}

function prepare(world: World, before: Scenario["before"]): void {
  const [first] = world.clients;
  if (before === undefined || first === undefined) return;
  let isReady = false;
  run(before(world, first), () => {
    isReady = true;
  });
  assert.ok(
    world.runUntil(() => isReady, 10_000),
    "what comes first is done",
  );
}

export function judge(world: World, history: History): void {
  judgeEvents(world);
  judgeTrees(world);
  judgeHistory(world, history);
}
