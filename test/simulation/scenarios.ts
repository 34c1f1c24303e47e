import { busyWithSharedTree, makeSharedTree } from "./applications/shared-tree.ts";
import { busyWithPages, makePages } from "./applications/pages.ts";
import { busyWithOneFile } from "./applications/one-file.ts";
import { judgeCoherence, judgeEvents } from "./judge.ts";
import type { Scenario } from "./simulate.ts";
import {
  crashMembers,
  cutConnections,
  freezeClients,
  holdConnections,
  losePower,
  restartDaemons,
  silenceClient,
} from "./trouble.ts";
import type { World } from "./world.ts";

/** Two programs of each of three clients, on few names. */
const shared = (operations: number): Pick<Scenario, "before" | "application" | "programs"> => ({
  before: (_world, client) => makeSharedTree(client),
  application: (world, client) => busyWithSharedTree(world, client, operations),
  programs: 2,
});

/** No session is lost, no member is given up. */
const wholly = (world: World): void => {
  judgeEvents(world);
  judgeCoherence(world);
};

/** What applications see of shared names and files, whatever happens meanwhile. By name, for `many.ts`. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "nothing happens": { ...shared(15), judge: wholly },
  "one file is overwritten in place": {
    before: (_world, client) => makePages(client),
    application: (world, client) => busyWithPages(world, client, 25),
    programs: 2,
    judge: wholly,
  },
  "connections break": { ...shared(15), judge: wholly, trouble: (world) => cutConnections(world) },
  "members crash": { ...shared(15), judge: wholly, trouble: (world) => crashMembers(world) },
  "three members, one crashes": {
    ...shared(12),
    members: 3,
    judge: wholly,
    trouble: (world) => crashMembers(world, 1),
  },
  "daemons of mounts are killed and started again": {
    ...shared(15),
    judge: wholly,
    trouble: (world) => restartDaemons(world),
    found: [34, 39, 66, 117, 143],
  },
  "clients stand still": { ...shared(15), judge: judgeCoherence, trouble: (world) => freezeClients(world) },
  "a client dies": {
    ...shared(15),
    judge: judgeCoherence,
    trouble: (world) => {
      world.pass(world.random.below(800));
      world.random.pick(world.clients).die();
    },
  },
  "nobody hears somebody for a while": {
    ...shared(15),
    judge: judgeCoherence,
    trouble: (world) => holdConnections(world),
  },
  "a client dies, and with it what it had sent": {
    ...shared(15),
    judge: judgeCoherence,
    trouble: (world) => {
      world.pass(world.random.below(800));
      world.random.pick(world.clients).die(true);
    },
  },
  "members lose power": {
    ...shared(15),
    judge: wholly,
    trouble: (world) => losePower(world),
  },
  "what a client sent comes too late": {
    before: (_world, client) => makeSharedTree(client),
    application: (world, client) => busyWithOneFile(world, client, 30),
    judge: judgeCoherence,
    trouble: (world) => silenceClient(world),
  },
  "disks are full": {
    ...shared(15),
    capacityBlocks: 12,
    judge: wholly,
    todo: "space is to be put aside for creations, too",
  },
  "all of it": {
    ...shared(20),
    judge: judgeCoherence,
    found: [14],
    trouble: (world) => {
      for (let count = 0; count < 2; count += 1) {
        cutConnections(world, 2);
        restartDaemons(world, 1);
        freezeClients(world, 1, 6_000);
        crashMembers(world, 1);
        holdConnections(world, 1);
      }
    },
  },
};
