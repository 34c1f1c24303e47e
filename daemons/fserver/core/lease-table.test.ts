import assert from "node:assert/strict";
import { test } from "node:test";
import { leadWith } from "../testing/lead-script.ts";

test("a free object is granted at once", () => {
  const lead = leadWith(1);
  assert.deepEqual(lead.acquire(1, 10, "5w"), ["1: #10 has 5w"]);
  assert.deepEqual(lead.lead.counts(), { leases: 1, locks: 0, waiting: 0 });
});

test("a read lease is shared", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5r");
  assert.deepEqual(lead.acquire(2, 20, "5r"), ["2: #20 has 5r"]);
});

test("a write lease is revoked before a second writer gets one", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5w");
  assert.deepEqual(lead.acquire(2, 20, "5w"), ["1: give back 5"]);
  assert.deepEqual(lead.giveBack(1, 5), ["2: #20 has 5w"]);
});

test("a writer may keep reading when another client only wants to read", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5w");
  assert.deepEqual(lead.acquire(2, 20, "5r"), ["1: give back 5, may read"]);
  assert.deepEqual(lead.giveBack(1, 5, { keep: 1 }), ["2: #20 has 5r"]);
  assert.equal(lead.lead.counts().leases, 2);
});

test("all readers give back before a writer is granted", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5r");
  lead.acquire(2, 20, "5r");
  assert.deepEqual(lead.acquire(3, 30, "5w"), ["1: give back 5", "2: give back 5"]);
  assert.deepEqual(lead.giveBack(1, 5), []);
  assert.deepEqual(lead.giveBack(2, 5), ["3: #30 has 5w"]);
});

test("what a client holds already is granted again, in the mode that it holds", () => {
  const lead = leadWith(1);
  lead.acquire(1, 10, "5w");
  assert.deepEqual(lead.acquire(1, 11, "5r 6r"), ["1: #11 has 5w 6r"]);
});

test("a set with one object twice is answered as it was asked, in the stronger mode", () => {
  const lead = leadWith(1);
  assert.deepEqual(lead.acquire(1, 10, "5r 6w 5w"), ["1: #10 has 5w 6w 5w"]);
});

test("a waiting writer goes before readers that came later", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5r");
  assert.deepEqual(lead.acquire(2, 20, "5w"), ["1: give back 5"]);
  assert.deepEqual(lead.acquire(3, 30, "5r"), []);
  assert.deepEqual(lead.giveBack(1, 5), ["2: #20 has 5w", "2: give back 5, may read"]);
  assert.deepEqual(lead.giveBack(2, 5, { keep: 1 }), ["3: #30 has 5r"]);
});

test("readers that wait one after the other are granted together", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5w");
  lead.acquire(2, 20, "5r");
  lead.acquire(3, 30, "5r");
  assert.deepEqual(lead.giveBack(1, 5, { keep: 1 }), ["2: #20 has 5r", "3: #30 has 5r"]);
});

test("a set is granted as a whole or not at all", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5w");
  lead.acquire(2, 20, "6w");
  assert.deepEqual(lead.acquire(3, 30, "5w 6w 7w"), ["1: give back 5", "2: give back 6"]);
  assert.deepEqual(lead.giveBack(1, 5), []);
  assert.equal(lead.lead.counts().leases, 1);
  assert.deepEqual(lead.giveBack(2, 6), ["3: #30 has 5w 6w 7w"]);
});

test("a set that waits keeps later ones from all of its objects", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5w");
  lead.acquire(2, 20, "5w 6w");
  assert.deepEqual(lead.acquire(3, 30, "6w"), []);
  assert.deepEqual(lead.giveBack(1, 5), ["2: #20 has 5w 6w", "2: give back 6"]);
  assert.deepEqual(lead.giveBack(2, 6), ["3: #30 has 6w"]);
});

test("sets that want the same objects in another order both get them", () => {
  const lead = leadWith(3);
  lead.acquire(3, 30, "5w 6w");
  assert.deepEqual(lead.acquire(1, 10, "5w 6w"), ["3: give back 5", "3: give back 6"]);
  assert.deepEqual(lead.acquire(2, 20, "6w 5w"), []);
  lead.giveBack(3, 6);
  assert.deepEqual(lead.giveBack(3, 5), ["1: #10 has 5w 6w", "1: give back 5", "1: give back 6"]);
  lead.giveBack(1, 5);
  assert.deepEqual(lead.giveBack(1, 6), ["2: #20 has 6w 5w"]);
});

test("of two readers that both want to write, the second gives its read lease back first", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5r");
  lead.acquire(2, 20, "5r");
  assert.deepEqual(lead.acquire(1, 11, "5w"), ["2: give back 5"]);
  assert.deepEqual(lead.acquire(2, 21, "5w"), []);
  assert.deepEqual(lead.giveBack(2, 5), ["1: #11 has 5w", "1: give back 5"]);
  assert.deepEqual(lead.giveBack(1, 5), ["2: #21 has 5w"]);
});

test("the only reader writes at once", () => {
  const lead = leadWith(1);
  lead.acquire(1, 10, "5r");
  assert.deepEqual(lead.acquire(1, 11, "5w"), ["1: #11 has 5w"]);
});

test("a revoke is sent once until it is answered", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5w");
  assert.deepEqual(lead.acquire(2, 20, "5r"), ["1: give back 5, may read"]);
  assert.deepEqual(lead.acquire(3, 30, "5r"), []);
});

test("a holder is asked one question at a time, though more is wanted back meanwhile", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5w");
  assert.deepEqual(lead.acquire(2, 20, "5r"), ["1: give back 5, may read"]);
  lead.acquire(3, 30, "5w");
  assert.deepEqual(lead.disconnected(2), []);
  assert.deepEqual(lead.giveBack(1, 5, { keep: 1 }), ["1: give back 5"]);
  assert.deepEqual(lead.giveBack(1, 5), ["3: #30 has 5w"]);
});

test("a holder that may keep reading is asked again when a writer is next", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5w");
  lead.acquire(2, 20, "5r");
  lead.acquire(3, 30, "5w");
  assert.deepEqual(lead.giveBack(1, 5, { keep: 1 }), ["2: #20 has 5r", "1: give back 5", "2: give back 5"]);
});

test("a client that owes an answer to a revoke is granted nothing on that object before", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5w");
  lead.acquire(2, 20, "5w");
  assert.deepEqual(lead.acquire(1, 11, "5r"), []);
  // The one that wanted it is gone. But the answer is under way, and would be taken for one to the new grant.
  assert.deepEqual(lead.ended(2), []);
  assert.deepEqual(lead.giveBack(1, 5), ["1: #11 has 5r"]);
});

test("an answer that keeps more than was asked leaves the question open", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5w");
  lead.acquire(2, 20, "5w");
  assert.deepEqual(lead.giveBack(1, 5, { keep: 1 }), []);
  assert.deepEqual(lead.giveBack(1, 5), ["2: #20 has 5w"]);
});

test("giving back what one does not hold does nothing", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5w");
  assert.deepEqual(lead.giveBack(2, 5), []);
  assert.deepEqual(lead.giveBack(2, 6), []);
  assert.deepEqual(lead.acquire(2, 20, "5r"), ["1: give back 5, may read"]);
});

test("when a session ends, what it held goes to those that wait", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5w 6w");
  lead.acquire(2, 20, "5w 6r");
  assert.deepEqual(lead.ended(1), ["2: #20 has 5w 6r"]);
  lead.ended(2);
  assert.equal(lead.lead.size, 0);
});

test("when a session ends, nobody waits for what it asked", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5r");
  lead.acquire(2, 20, "5w");
  lead.acquire(3, 30, "5r");
  assert.deepEqual(lead.ended(2), ["3: #30 has 5r"]);
});

test("the requests of a broken connection are forgotten, what is held stays", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5w");
  lead.acquire(2, 20, "5w 6w");
  lead.acquire(3, 30, "6w");
  assert.deepEqual(lead.disconnected(2), ["3: #30 has 6w"]);
  assert.deepEqual(lead.disconnected(1), []);
  assert.equal(lead.lead.counts().leases, 2);
});

test("a client that connects again hears what it still owes", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5w 6w");
  lead.acquire(2, 20, "5r");
  lead.acquire(3, 30, "6w");
  lead.disconnected(1);
  assert.deepEqual(lead.connected(1), ["1: give back 5, may read", "1: give back 6"]);
});

test("what a client makes is under its write lease, without a request", () => {
  const lead = leadWith(2);
  lead.oidsGiven(1, 100, 200);
  assert.deepEqual(lead.acquire(2, 20, "150r"), ["1: give back 150, may read"]);
  assert.deepEqual(lead.giveBack(1, 150, { keep: 1 }), ["2: #20 has 150r"]);
});

test("a number that was given back implies no lease any more", () => {
  const lead = leadWith(2);
  lead.oidsGiven(1, 100, 200);
  lead.giveBack(1, 150);
  assert.deepEqual(lead.acquire(2, 20, "150w"), ["2: #20 has 150w"]);
  lead.giveBack(2, 150);
  assert.deepEqual(lead.acquire(2, 21, "150r"), ["2: #21 has 150r"]);
});

test("the maker of an object may ask for it too", () => {
  const lead = leadWith(1);
  lead.oidsGiven(1, 100, 200);
  assert.deepEqual(lead.acquire(1, 10, "150r"), ["1: #10 has 150w"]);
});

test("when a session ends, its numbers imply nothing", () => {
  const lead = leadWith(2);
  lead.oidsGiven(1, 100, 200);
  lead.ended(1);
  assert.deepEqual(lead.acquire(2, 20, "150w"), ["2: #20 has 150w"]);
});

test("a client that does not give back in time is named once", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5w");
  lead.acquire(2, 20, "5w");
  assert.deepEqual(lead.pass(4_999), []);
  assert.deepEqual(lead.pass(1), ["1: late 5"]);
  assert.deepEqual(lead.pass(9_999), []);
  assert.deepEqual(lead.ended(1), ["2: #20 has 5w"]);
});

test("a client that gives back in time is not named", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5w");
  lead.acquire(2, 20, "5w");
  lead.giveBack(1, 5);
  assert.deepEqual(lead.pass(60_000), []);
});

test("past the limit of one client, its oldest leases are revoked", () => {
  const lead = leadWith(1, { leasesPerClientMax: 3 });
  lead.acquire(1, 10, "5w 6r 7w");
  assert.deepEqual(lead.acquire(1, 11, "8r"), ["1: #11 has 8r", "1: give back 5"]);
  // What is to come back counts as if it had.
  assert.deepEqual(lead.acquire(1, 12, "9r"), ["1: #12 has 9r", "1: give back 6"]);
  lead.giveBack(1, 5);
  lead.giveBack(1, 6);
  assert.equal(lead.lead.counts().leases, 3);
});

test("a mode that is none is EINVAL", () => {
  const lead = leadWith(1);
  const [effect] = lead.lead.step({
    kind: "acquire",
    nowMs: 0,
    client: 1,
    request: 10,
    wants: [{ oid: 5, mode: 3 }],
    extras: [],
  } as never);
  assert.deepEqual(effect, { kind: "failed", client: 1, request: 10, errno: "EINVAL" });
  assert.equal(lead.lead.size, 0);
});

test("a client that waits for too many sets is told EBUSY", () => {
  const lead = leadWith(2, { waitingPerClientMax: 2 });
  lead.acquire(1, 10, "5w");
  lead.acquire(2, 20, "5w");
  lead.acquire(2, 21, "5w");
  assert.deepEqual(lead.acquire(2, 22, "6w"), ["2: #22 EBUSY"]);
});

test("a set that is cancelled lets those go on that waited behind it", () => {
  const lead = leadWith(3);
  lead.acquire(1, 10, "5w");
  assert.deepEqual(lead.acquire(2, 20, "5w 6w"), ["1: give back 5"]);
  assert.deepEqual(lead.acquire(3, 30, "6w"), []);
  assert.deepEqual(lead.cancel(2, 20), ["2: #20 EINTR", "3: #30 has 6w"]);
  assert.deepEqual(lead.cancel(2, 20), []);
  assert.deepEqual(lead.giveBack(1, 5), []);
});
