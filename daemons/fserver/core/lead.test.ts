import assert from "node:assert/strict";
import { test } from "node:test";
import { clientId } from "../../core/brand.ts";
import { leadScript } from "../testing/lead-script.ts";

test("a lead without a past grants at once", () => {
  const lead = leadScript();
  lead.started();
  assert.equal(lead.lead.settled, true);
});

test("a lead that was not started grants nothing", () => {
  const lead = leadScript();
  lead.opened(1);
  assert.deepEqual(lead.acquire(1, 10, "5r"), []);
  assert.deepEqual(lead.started(), ["1: #10 has 5r"]);
});

test("a lead that knows clients grants nothing before all of them have reclaimed", () => {
  const lead = leadScript();
  lead.started([1, 2]);
  lead.opened(3);
  assert.deepEqual(lead.acquire(3, 30, "5r"), []);
  assert.deepEqual(lead.reclaim(1, "5w"), []);
  assert.deepEqual(lead.acquire(1, 10, "6w"), []);
  assert.deepEqual(lead.reclaim(2, "7r"), ["1: give back 5, may read", "1: #10 has 6w"]);
  assert.deepEqual(lead.giveBack(1, 5, { keep: 1 }), ["3: #30 has 5r"]);
});

test("a client may reclaim in several parts", () => {
  const lead = leadScript();
  lead.started([1]);
  lead.reclaim(1, "5w", { last: false });
  assert.equal(lead.lead.settled, false);
  lead.reclaim(1, "6r");
  assert.equal(lead.lead.settled, true);
  assert.equal(lead.lead.counts().leases, 2);
});

test("a client that ends is not waited for", () => {
  const lead = leadScript();
  lead.started([1, 2]);
  lead.ended(1);
  assert.equal(lead.lead.settled, false);
  lead.ended(2);
  assert.equal(lead.lead.settled, true);
});

test("a client that stays away is waited for until its leases have run out", () => {
  const lead = leadScript();
  lead.started([1]);
  lead.opened(2);
  lead.acquire(2, 20, "5w");
  assert.deepEqual(lead.pass(4_099), []);
  assert.deepEqual(lead.pass(1), ["2: #20 has 5w"]);
});

test("a client that reclaims too late gives up what others hold by now", () => {
  const lead = leadScript();
  lead.started([1]);
  lead.opened(2);
  lead.acquire(2, 20, "5r");
  lead.pass(4_100);
  assert.deepEqual(lead.reclaim(1, "5w 6w"), ["1: give back 5"]);
  // Not before it has done so, since its answer would be taken for one to a later revoke.
  assert.deepEqual(lead.acquire(1, 10, "5r"), []);
  assert.deepEqual(lead.giveBack(1, 5), ["1: #10 has 5r"]);
  assert.deepEqual(lead.acquire(2, 21, "6r"), ["1: give back 6, may read"]);
});

test("what is reclaimed while others wait for it is revoked", () => {
  const lead = leadScript();
  lead.started();
  lead.opened(1, 2, 3);
  lead.acquire(3, 30, "6w");
  lead.acquire(2, 20, "5w 6w");
  assert.deepEqual(lead.reclaim(1, "5r"), ["1: give back 5"]);
});

test("locks wait until all clients know that theirs are gone", () => {
  const lead = leadScript();
  lead.started([1]);
  lead.opened(2);
  assert.deepEqual(lead.lock(2, 20), []);
  assert.deepEqual(lead.lock(2, 21, { owner: "b" }), []);
  assert.deepEqual(lead.lock(2, 22, { owner: "c", wait: true }), []);
  assert.deepEqual(lead.lock(2, 23, { type: "unlock", owner: "d" }), ["2: #23 done"]);
  assert.deepEqual(lead.reclaim(1, ""), ["2: #20 done", "2: #21 EAGAIN"]);
  assert.deepEqual(lead.lead.counts(), { leases: 0, locks: 1, waiting: 1 });
});

test("a lock that waits for the lead can be cancelled", () => {
  const lead = leadScript();
  lead.started([1]);
  lead.opened(2);
  lead.lock(2, 20);
  assert.deepEqual(lead.cancel(2, 20), ["2: #20 EINTR"]);
  assert.deepEqual(lead.reclaim(1, ""), []);
  assert.equal(lead.lead.size, 0);
});

test("events of a session that is not known do nothing", () => {
  const lead = leadScript();
  lead.started();
  lead.opened(1);
  lead.ended(1);
  assert.deepEqual(lead.acquire(1, 10, "5w"), []);
  assert.deepEqual(lead.reclaim(1, "5w", { open: [6] }), []);
  assert.deepEqual(lead.lock(1, 11), []);
  assert.deepEqual(lead.orphaned(1, 5), []);
  assert.equal(lead.lead.size, 0);
});

test("the same events have the same effects", () => {
  const run = (): string[] => {
    const lead = leadScript();
    return [
      lead.started([1], [9]),
      lead.opened(2, 3),
      lead.reclaim(1, "5w 6r"),
      lead.acquire(2, 20, "5r 6w"),
      lead.acquire(3, 30, "6r"),
      lead.giveBack(1, 6, { inUse: true }),
      lead.giveBack(1, 5, { keep: 1 }),
      lead.ended(2),
    ].flat();
  };
  assert.deepEqual(run(), run());
});

test("a client that is away is wanted while it was asked to give something back", () => {
  const lead = leadScript();
  lead.started();
  lead.opened(1, 2);
  lead.acquire(1, 10, "5w");
  assert.equal(lead.lead.isWanted(clientId(1)), false);
  lead.acquire(2, 20, "5r");
  assert.equal(lead.lead.isWanted(clientId(1)), true);
  lead.giveBack(1, 5);
  assert.equal(lead.lead.isWanted(clientId(1)), false);
});

test("a client that is connected is waited for when the others' time to reclaim is up", () => {
  const lead = leadScript();
  lead.started([1, 2]);
  lead.connected(1);
  assert.deepEqual(lead.pass(4_100), []);
  assert.equal(lead.lead.settled, false);
  lead.reclaim(1, "");
  assert.equal(lead.lead.settled, true);
});
