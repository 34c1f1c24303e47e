import { test } from "node:test";
import { busyWithDirectories } from "./applications/directories.ts";
import { simulate, type Scenario } from "./simulate.ts";
import { crashMembers } from "./trouble.ts";

const application: Scenario["application"] = (world, client) => busyWithDirectories(world, client, 40);

test("directories that are moved into each other by several clients make no loops", () => {
  simulate({ application });
});

test("directories make no loops over members that crash", () => {
  simulate({ application, trouble: (world) => crashMembers(world) });
});
