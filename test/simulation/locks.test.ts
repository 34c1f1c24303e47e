import { test } from "node:test";
import { busyWithLocks, nobody } from "./applications/locks.ts";
import { simulate, type Scenario } from "./simulate.ts";
import { crashMembers, cutConnections } from "./trouble.ts";

/** Holders are those of one world: made anew where a world begins. */
function lockers(): Scenario["application"] {
  let world: unknown;
  let ranges = nobody();
  let wholes = nobody();
  return (now, client, history) => {
    if (now !== world) {
      world = now;
      ranges = nobody();
      wholes = nobody();
    }
    const flock = client.name !== "c0" && client.name !== "c1";
    return busyWithLocks(now, client, { history, holders: flock ? wholes : ranges, flock }, 12);
  };
}

test("a write lock is never held by two, whatever client asks", () => {
  simulate({ clients: 4, application: lockers() });
});

test("a lock is kept over a connection that breaks", () => {
  simulate({ clients: 4, application: lockers(), trouble: (world) => cutConnections(world, 10) });
});

test("a lock is kept over a restart of the lead", () => {
  simulate({ clients: 4, application: lockers(), trouble: (world) => crashMembers(world, 4) });
});
