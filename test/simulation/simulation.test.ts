import { test } from "node:test";
import { busyWithNames } from "./applications/names.ts";
import { simulate, seeds, type Scenario } from "./simulate.ts";
import { crash, crashMembers, cutConnections } from "./trouble.ts";
import type { SimMember } from "./sim-member.ts";

const application: Scenario["application"] = (world, client, history) => busyWithNames(world, client, history, 25);

test("clients that share a tree without faults leave the same tree on all members", () => {
  simulate({ application });
});

test("connections that break at any moment lose nothing and repeat nothing", () => {
  simulate({ application, trouble: (world) => cutConnections(world) });
});

test("members that crash and start again lose nothing and repeat nothing", () => {
  simulate({ application, trouble: (world) => crashMembers(world) });
});

test("three members are kept equal as two are", () => {
  simulate({ members: 3, application, trouble: (world) => crashMembers(world) }, seeds(0.5));
});

test("an error at the application after give-up leaves no member behind", () => {
  const long: Scenario["application"] = (world, client, history) => busyWithNames(world, client, history, 200);
  simulate(
    {
      application: long,
      trouble: (world) => {
        world.pass(world.random.below(300));
        crash(world, world.members[1] as SimMember, 30_000 + world.random.below(3_000));
      },
    },
    seeds(0.3),
  );
});
