import assert from "node:assert/strict";
import { test } from "node:test";
import { busyWithNames } from "./applications/names.ts";
import { busyWithOpenFiles } from "./applications/unlinked-files.ts";
import { judgeHistory, judgeTrees, tellsOfDifference } from "./judge.ts";
import { simulate, type Scenario } from "./simulate.ts";
import { SPANS } from "./spans.ts";
import { crashMembers } from "./trouble.ts";
import type { World } from "./world.ts";

const application: Scenario["application"] = (world, client, history) => busyWithNames(world, client, history, 40);

/** Sessions may end here, but nothing may differ. */
const judge: Scenario["judge"] = (world, history) => {
  judgeTrees(world);
  judgeHistory(world, history);
};

test("a client that stands still for seconds changes nothing that others hold by then", () => {
  simulate({
    application,
    trouble: (world) => {
      for (let count = 0; count < 3; count += 1) {
        world.pass(world.random.below(400));
        world.random.pick(world.clients).freeze(world.random.below(12_000));
      }
    },
    judge,
  });
});

test("a client that is silent for long, and that nobody waits for, goes on with what it held", () => {
  simulate({
    clients: 1,
    application,
    trouble: (world) => {
      world.pass(world.random.below(400));
      for (const client of world.clients) client.freeze(60_000);
    },
  });
});

/** Applications of the living finish, though the dead held leases, locks and open files. */
test("what a client holds that dies without a word is free for others after a while", () => {
  const both: Scenario["application"] = (world, client, history) =>
    client.name === "c0" ? busyWithNames(world, client, history, 40) : busyWithOpenFiles(world, client, history, 25);
  simulate({
    clients: 4,
    application: both,
    found: [707, 1059],
    trouble: (world) => {
      world.pass(world.random.below(600));
      (world.clients[1] as World["clients"][number]).die();
    },
    judge: (world, history) => {
      // What it had open is kept for as long as it may come back.
      world.pass(SPANS.forgetMs + 10_000);
      judge(world, history);
    },
  });
});

test("a member that a client does not hear for seconds is never left behind without a word", () => {
  simulate({
    application,
    trouble: (world) => {
      for (let count = 0; count < 4; count += 1) {
        world.pass(world.random.below(500));
        world.random.pick(world.clients).hold(world.random.below(2), world.random.below(12_000));
      }
    },
    judge: (world, history) => {
      const told = world.clients.some(({ events }) => events.some((event) => tellsOfDifference(event)));
      if (!told) judge(world, history);
    },
  });
});

test("an application that is killed gets its answer at once, and what it began is done on all members or on none", () => {
  simulate({
    application,
    trouble: (world) => {
      for (const client of world.clients) client.killed.add(1);
      for (let count = 0; count < 12; count += 1) {
        world.pass(world.random.below(150));
        const client = world.random.pick(world.clients);
        for (const unique of client.pending) {
          client.interrupt(unique);
          assert.ok(!client.pending.includes(unique), "it is answered");
        }
      }
      crashMembers(world, 1);
    },
  });
});
