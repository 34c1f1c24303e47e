import { test } from "node:test";
import { busyWithSharedTree, makeSharedTree } from "./applications/shared-tree.ts";
import { judgeCoherence, judgeEvents } from "./judge.ts";
import { simulate, type Scenario } from "./simulate.ts";
import { crashMembers, cutConnections } from "./trouble.ts";

const shared = (operations: number): Pick<Scenario, "before" | "application" | "programs" | "judge"> => ({
  before: (_world, client) => makeSharedTree(client),
  application: (world, client) => busyWithSharedTree(world, client, operations),
  programs: 2,
  judge: (world) => {
    judgeEvents(world);
    judgeCoherence(world);
  },
});

test("what applications of three mounts see of shared names and files happened in one order", () => {
  simulate(shared(15));
});

test("they see it over connections that break", () => {
  simulate({ ...shared(15), trouble: (world) => cutConnections(world) });
});

test("they see it over members that crash", () => {
  simulate({ ...shared(15), trouble: (world) => crashMembers(world) });
});
