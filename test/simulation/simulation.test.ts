import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, ROOT_OID } from "../../daemons/core/brand.ts";
import { ROOT_CALLER } from "../../daemons/core/caller.ts";
import type { SimMember } from "./world.ts";
import { World } from "./world.ts";
import { newHistory, startWorkload, type History } from "./workload.ts";

/** Each failing seed is named in the failure: `SIMULATION_SEED=N` runs it alone. */
const SEEDS = Number(process.env["SIMULATION_SEEDS"] ?? 150);
const ONLY = process.env["SIMULATION_SEED"];
const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [Number(ONLY)];

function contents(member: SimMember, name: string): string | undefined {
  const found = member.store.lookup(ROOT_OID, fileName(name), ROOT_CALLER);
  if (!found.ok) return undefined;
  const bytes = Buffer.alloc(found.value.size);
  const read = member.store.read(found.value.oid, 0, bytes.length, bytes);
  return read.ok ? bytes.subarray(0, read.value).toString() : undefined;
}

/** The rules of the design, as far as one can see them from outside. */
function judge(world: World, history: History): void {
  const [first, ...others] = world.members.map((member) => member.store.dump());
  for (const other of others) assert.equal(other, first, "members hold the same tree when all is quiet");
  const common = contents(world.members[0] as SimMember, "common") ?? "";
  const records = common
    .split(";")
    .filter((record) => record !== "")
    .map((record) => `${record};`);
  const counts = new Map<string, number>();
  for (const record of records) counts.set(record, (counts.get(record) ?? 0) + 1);
  for (const record of history.appended)
    assert.equal(counts.get(record), 1, `the acknowledged ${record} is there, once`);
  for (const [record, times] of counts) {
    assert.equal(times, 1, `${record} was applied once`);
    assert.ok(history.appended.has(record) || history.uncertain.has(record), `somebody wrote ${record}`);
  }
  for (const [name, times] of history.exists) {
    if (times === undefined) continue;
    const exists = contents(world.members[0] as SimMember, name) === undefined ? 0 : 1;
    assert.equal(exists, times, `${name} exists as often as it was made and not removed`);
  }
}

function settle(world: World): void {
  const quiet = (): boolean =>
    world.clients.every(({ client, waiting }) => waiting === 0 && client.unsent === 0 && client.complete);
  assert.ok(world.runUntil(quiet, 200_000), "every request is answered, and nothing stays unsent");
}

function simulate(seed: number, trouble: (world: World, history: History) => void, clients = 3): void {
  const world = new World({ seed, members: 2, clients, faults: { delayMs: 20, breaks: 0 } });
  const history = newHistory();
  try {
    const ready = world.runUntil(() => world.clients.every(({ client }) => client.complete), 10_000);
    assert.ok(ready, "all clients find all members");
    startWorkload(world, history, 25);
    trouble(world, history);
    settle(world);
    judge(world, history);
  } catch (error) {
    console.error(`seed ${seed}; run it alone with SIMULATION_SEED=${seed}\n${world.log.slice(-40).join("\n")}`);
    throw error;
  }
}

test("clients that share a tree without faults leave the same tree on all members", () => {
  for (const seed of seeds) simulate(seed, () => {});
});

test("connections that break at any moment lose nothing and repeat nothing", () => {
  for (const seed of seeds) {
    simulate(seed, (world, history) => {
      world.faults = { delayMs: 20, breaks: 0 };
      for (let count = 0; count < 6; count += 1) {
        world.runUntil(() => false, world.random.below(300));
        world.random.pick(world.clients).cut(world.random.below(2));
      }
      assert.ok(history.done >= 0);
    });
  }
});

test("members that crash and start again lose nothing and repeat nothing", () => {
  for (const seed of seeds) {
    simulate(seed, (world) => {
      for (let count = 0; count < 3; count += 1) {
        world.runUntil(() => false, world.random.below(400));
        const member = world.random.pick(world.members);
        member.crash();
        world.runUntil(() => false, world.random.below(3_000));
        member.start();
      }
    });
  }
});

test("an error at the application after give-up leaves no member behind", () => {
  for (const seed of seeds.slice(0, 30)) {
    simulate(seed, (world) => {
      world.runUntil(() => false, world.random.below(300));
      const member = world.members[1] as SimMember;
      member.crash();
      world.runUntil(() => false, 40_000);
      member.start();
    });
  }
});
