import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, ROOT_OID } from "../../daemons/core/brand.ts";
import { busyWithOwnTree, textOf, type States } from "./applications/own-tree.ts";
import { judgeTrees } from "./judge.ts";
import type { SimMember } from "./sim-member.ts";
import { simulate, type Scenario } from "./simulate.ts";
import { SPANS } from "./spans.ts";
import { crashMembers, cutConnections } from "./trouble.ts";
import type { World } from "./world.ts";

/** What each client's own directory was, by its name. */
const statesOf = new WeakMap<World, Map<string, States>>();

const application: Scenario["application"] = (world, client) => {
  const states: States = { all: [""], sure: 0 };
  const all = statesOf.get(world) ?? new Map<string, States>();
  statesOf.set(world, all.set(client.name, states));
  return busyWithOwnTree(world, client, states, 40);
};

/** What of a client's changes is there are the first ones, and at least those before its last fsync. */
function judge(world: World): void {
  world.pass(SPANS.forgetMs + 10_000);
  for (const member of world.members) {
    for (const [name, { all, sure }] of statesOf.get(world) ?? []) {
      const there = contents(member, name);
      if (there === undefined) continue;
      const place = all.lastIndexOf(there);
      const told = all.map((state, at) => `  ${at}${at === sure ? " sure" : ""}: ${state}`).join("\n");
      assert.ok(place >= 0, `${member.name}: ${name} holds ${there}, which it never was:\n${told}`);
      assert.ok(place >= sure, `${member.name}: ${name} holds ${there}, of before its last fsync:\n${told}`);
      const client = world.clients.find((one) => one.name === name);
      if (client?.isDead !== true) assert.ok(place >= all.length - 2, `${member.name}: ${name} lost changes:\n${told}`);
    }
  }
}

function contents({ store }: SimMember, name: string): string | undefined {
  const directory = store.lookup(ROOT_OID, fileName(name));
  if (!directory.ok) return undefined;
  const listed = store.list(directory.value.oid, 0, 1_000_000);
  if (!listed.ok) return undefined;
  const files = listed.value.entries.map(({ name: file, attributes }) => {
    const bytes = Buffer.alloc(attributes.size);
    store.read(attributes.oid, 0, bytes.length, bytes);
    return [file, bytes.toString("latin1")] as const;
  });
  return textOf(new Map(files));
}

const die = (world: World): void => {
  world.pass(world.random.below(1_500));
  for (const client of world.clients) if (world.random.chance(0.5)) client.die(true);
};

test("of a client that dies the first changes are there", () => {
  simulate({ application, judge, trouble: die });
});

test("of a client that dies all members have the same", () => {
  simulate({
    application,
    trouble: die,
    judge: (world) => {
      world.pass(SPANS.forgetMs + 10_000);
      judgeTrees(world);
    },
  });
});

test("of a client that dies while connections break the first changes are there", () => {
  simulate({
    application,
    judge,
    trouble: (world) => {
      cutConnections(world, 3);
      die(world);
    },
  });
});

test("of a client that dies while members crash the first changes are there", () => {
  simulate({
    application,
    judge,
    trouble: (world) => {
      crashMembers(world, 1);
      die(world);
    },
  });
});
