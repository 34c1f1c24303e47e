import { test } from "node:test";
import { busyWithDirectories, moveIntoEachOther } from "./applications/directories.ts";
import { seeds, simulate, type Scenario } from "./simulate.ts";
import { crashMembers } from "./trouble.ts";

const application: Scenario["application"] = (world, client) => busyWithDirectories(world, client, 40);

test("directories that are moved into each other by several clients make no loops", () => {
  simulate({ application });
});

test("directories make no loops over members that crash", () => {
  simulate({ application, trouble: (world) => crashMembers(world) });
});

test("of two directories, each moved to below the other by another client, one stays where it is", () => {
  simulate({ clients: 4, application: (world, client) => moveIntoEachOther(world, client, 20) }, seeds(0.5));
});
