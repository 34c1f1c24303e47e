import { test } from "node:test";
import { busyWithOpenFiles } from "./applications/unlinked-files.ts";
import { simulate, type Scenario } from "./simulate.ts";
import { crashMembers, cutConnections } from "./trouble.ts";

const application: Scenario["application"] = (world, client, history) => busyWithOpenFiles(world, client, history, 20);

test("a file that another client removes can be read until it is closed, and is gone from all members then", () => {
  simulate({ application, found: [2] });
});

test("an open file outlives its last name over connections that break", () => {
  simulate({ application, trouble: (world) => cutConnections(world), found: [12, 2190] });
});

test("an open file outlives its last name over members that crash, the lead among them", () => {
  simulate({ application, trouble: (world) => crashMembers(world) });
});
