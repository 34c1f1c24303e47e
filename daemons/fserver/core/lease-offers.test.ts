import assert from "node:assert/strict";
import { test } from "node:test";
import { clientId, oid } from "../../core/brand.ts";
import { leadScript, leadWith } from "../testing/lead-script.ts";

test("a read lease is offered of what nobody holds for writing, and held from then on", () => {
  const lead = leadWith(3);
  assert.equal(lead.offer(1, 5), true);
  assert.equal(lead.offer(2, 5), true);
  assert.deepEqual(lead.lead.counts(), { leases: 2, locks: 0, waiting: 0 });
  assert.deepEqual(lead.acquire(3, 30, "5w"), ["1: give back 5", "2: give back 5"]);
});

test("what a client holds already is no other lease", () => {
  const lead = leadWith(1);
  lead.acquire(1, 10, "5w 6r");
  assert.deepEqual([lead.offer(1, 5), lead.offer(1, 6), lead.offer(1, 6)], [true, true, true]);
  assert.equal(lead.lead.counts().leases, 2);
  assert.deepEqual(lead.acquire(1, 11, "5r"), ["1: #11 has 5w"]);
});

test("nothing is offered of what another client writes, waits for or has made", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5w 6r");
  lead.acquire(2, 20, "6w");
  lead.oidsGiven(1, 100, 200);
  assert.deepEqual([lead.offer(3, 5), lead.offer(3, 6), lead.offer(3, 150)], [false, false, false]);
  assert.equal(lead.offer(1, 150), true);
  assert.equal(lead.offer(3, 200), true);
});

test("nothing is offered to a client that owes an answer, before the lead grants, or to nobody", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5r");
  lead.acquire(2, 20, "5w");
  assert.equal(lead.offer(1, 5), false);
  assert.equal(lead.offer(9, 6), false);
  const young = leadScript();
  young.started([1]);
  assert.equal(young.offer(1, 5), false);
});

test("a directory covers what is told of its names while its holder was not asked for it", () => {
  const lead = leadWith(2);
  const holds = (client: number, object: number) => lead.lead.holds(clientId(client), oid(object));
  lead.acquire(1, 10, "5r");
  lead.oidsGiven(1, 100, 200);
  assert.deepEqual([holds(1, 5), holds(2, 5), holds(1, 100), holds(2, 100)], [true, false, true, false]);
  lead.acquire(2, 20, "5w");
  assert.equal(holds(1, 5), false);
});

test("extras come with the wants where nobody is in their way, and nobody is asked for them", () => {
  const lead = leadWith(2);
  lead.acquire(2, 20, "6w 7r");
  assert.deepEqual(lead.acquire(1, 10, "5w", "6r 7r 7w 8w 5r"), ["1: #10 has 5w 7r 8w 5w"]);
  assert.equal(lead.lead.counts().leases, 5);
});

test("extras are given when the wants are, not when they are asked for", () => {
  const lead = leadWith(2);
  lead.acquire(2, 20, "5w 6w");
  assert.deepEqual(lead.acquire(1, 10, "5r", "6r"), ["2: give back 5, may read"]);
  lead.giveBack(2, 6);
  assert.deepEqual(lead.giveBack(2, 5, { keep: 1 }), ["1: #10 has 5r 6r"]);
});

test("of an object that is gone nothing is kept, unless somebody waits for it", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5w 6w 7r");
  lead.acquire(2, 20, "6r");
  lead.removed(1, 5);
  lead.removed(1, 6);
  lead.removed(1, 7);
  assert.equal(lead.lead.counts().leases, 2);
  assert.deepEqual(lead.giveBack(1, 6), ["2: #20 has 6r"]);
});

test("who was offered more than it may hold is asked for the oldest, after the answers", () => {
  const lead = leadWith(1, { leasesPerClientMax: 3 });
  for (let object = 5; object < 10; object += 1) assert.equal(lead.offer(1, object), true);
  assert.deepEqual(lead.pass(100), ["1: give back 5", "1: give back 6"]);
  assert.deepEqual(lead.pass(100), []);
});

test("what many clients were offered goes with them", () => {
  const lead = leadWith(3);
  for (let client = 1; client <= 3; client += 1) {
    for (let object = 5; object < 50; object += 1) assert.equal(lead.offer(client, object), true);
  }
  assert.equal(lead.lead.size, 45);
  for (let client = 1; client <= 3; client += 1) lead.ended(client);
  assert.equal(lead.lead.size, 0);
});
