import assert from "node:assert/strict";
import { test } from "node:test";
import { leadScript, leadWith } from "../testing/lead-script.ts";

test("a writer hears that another client has the object open", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5r");
  lead.acquire(2, 20, "5w");
  assert.deepEqual(lead.giveBack(1, 5, { inUse: true }), ["2: #20 has 5w (open)"]);
});

test("that a client has an object open itself, it is not told", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5r");
  lead.giveBack(1, 5, { inUse: true });
  assert.deepEqual(lead.acquire(1, 11, "5w"), ["1: #11 has 5w"]);
});

test("an object that its user has closed is not open", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5r");
  lead.giveBack(1, 5, { inUse: true });
  assert.deepEqual(lead.unused(1, 5), []);
  assert.deepEqual(lead.acquire(2, 20, "5w"), ["2: #20 has 5w"]);
  lead.giveBack(2, 5);
  assert.equal(lead.lead.size, 0);
});

test("who gives back without having the object open is no user, whatever it said before", () => {
  const lead = leadWith(2);
  lead.reclaim(1, "5r", { open: [5] });
  lead.acquire(2, 20, "5w");
  assert.deepEqual(lead.giveBack(1, 5), ["2: #20 has 5w"]);
});

test("what a client had open is not, when its session has ended", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5r");
  lead.giveBack(1, 5, { inUse: true });
  lead.ended(1);
  assert.deepEqual(lead.acquire(2, 20, "5w"), ["2: #20 has 5w"]);
});

test("an orphan is purged by the client that closes it last", () => {
  const lead = leadWith(2);
  lead.giveBack(1, 5, { inUse: true });
  lead.acquire(2, 20, "5w");
  lead.orphaned(2, 5);
  assert.deepEqual(lead.unused(2, 5), []);
  assert.deepEqual(lead.unused(1, 5), ["1: purge 5"]);
  assert.deepEqual(lead.purged(5), []);
  lead.giveBack(2, 5);
  assert.equal(lead.lead.size, 0);
});

test("an orphan whose last user's session ends is purged by another client", () => {
  const lead = leadWith(2);
  lead.orphaned(1, 5);
  assert.deepEqual(lead.ended(1), ["2: purge 5"]);
});

test("an order to purge passes on when its client's session ends", () => {
  const lead = leadWith(2);
  lead.orphaned(1, 5);
  assert.deepEqual(lead.unused(1, 5), ["1: purge 5"]);
  assert.deepEqual(lead.ended(1), ["2: purge 5"]);
  lead.purged(5);
  assert.deepEqual(lead.ended(2), []);
  assert.equal(lead.lead.size, 0);
});

test("an order to purge is repeated when its client connects again, until it is carried out", () => {
  const lead = leadWith(2);
  lead.orphaned(1, 5);
  lead.unused(1, 5);
  lead.disconnected(1);
  assert.deepEqual(lead.connected(1), ["1: purge 5"]);
  lead.purged(5);
  lead.disconnected(1);
  assert.deepEqual(lead.connected(1), []);
});

test("an order to purge waits for a client when there is none", () => {
  const lead = leadWith(1);
  lead.orphaned(1, 5);
  assert.deepEqual(lead.ended(1), []);
  assert.deepEqual(lead.opened(2), ["2: purge 5"]);
});

test("a client that is not connected gets no order", () => {
  const lead = leadWith(3);
  lead.orphaned(1, 5);
  lead.disconnected(2);
  assert.deepEqual(lead.ended(1), ["3: purge 5"]);
});

test("an orphan that got a name is not purged", () => {
  const lead = leadWith(1);
  lead.orphaned(1, 5);
  lead.named(5);
  assert.deepEqual(lead.unused(1, 5), []);
  assert.equal(lead.lead.size, 0);
});

test("an object that has a name is not purged when its last user closes it", () => {
  const lead = leadWith(1);
  lead.giveBack(1, 5, { inUse: true });
  assert.deepEqual(lead.unused(1, 5), []);
});

test("an orphan that is purged while somebody has it open is forgotten quietly", () => {
  const lead = leadWith(2);
  lead.orphaned(1, 5);
  lead.giveBack(2, 5, { inUse: true });
  assert.deepEqual(lead.purged(5), []);
  assert.equal(lead.lead.size, 0);
});

test("orphans found at the start are purged by the first client that connects", () => {
  const lead = leadScript();
  assert.deepEqual(lead.started([], [5, 6]), []);
  assert.deepEqual(lead.opened(1), ["1: purge 5", "1: purge 6"]);
});

test("orphans found at the start wait until all clients have said what they have open", () => {
  const lead = leadScript();
  lead.started([1, 2], [5, 6]);
  assert.deepEqual(lead.reclaim(1, "", { open: [5] }), []);
  assert.deepEqual(lead.reclaim(2, ""), ["1: purge 6"]);
  assert.deepEqual(lead.unused(1, 5), ["1: purge 5"]);
});

test("what a client had open, and does not name when it is back, it has closed", () => {
  const lead = leadWith(2);
  lead.orphaned(1, 5);
  lead.orphaned(1, 6);
  lead.disconnected(1);
  lead.connected(1);
  assert.deepEqual(lead.reclaim(1, "", { open: [6], last: false }), []);
  assert.deepEqual(lead.reclaim(1, ""), ["1: purge 5"]);
});

test("what a client tells in several parts counts as one", () => {
  const lead = leadWith(1);
  lead.orphaned(1, 5);
  lead.orphaned(1, 6);
  lead.connected(1);
  lead.reclaim(1, "", { open: [5], last: false });
  assert.deepEqual(lead.reclaim(1, "", { open: [6] }), []);
});
