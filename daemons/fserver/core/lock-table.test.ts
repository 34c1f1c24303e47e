import assert from "node:assert/strict";
import { test } from "node:test";
import { clientId } from "../../core/brand.ts";
import { leadScript, leadWith } from "../testing/lead-script.ts";

test("a write lock refuses another owner's", () => {
  const lead = leadWith(2);
  assert.deepEqual(lead.lock(1, 10), ["1: #10 done"]);
  assert.deepEqual(lead.lock(1, 11, { owner: "other" }), ["1: #11 EAGAIN"]);
  assert.deepEqual(lead.lock(2, 20), ["2: #20 EAGAIN"]);
  assert.deepEqual(lead.lock(2, 21, { start: 100, end: 199 }), ["2: #21 done"]);
});

test("read locks are shared", () => {
  const lead = leadWith(2);
  lead.lock(1, 10, { type: "read" });
  assert.deepEqual(lead.lock(2, 20, { type: "read" }), ["2: #20 done"]);
  assert.deepEqual(lead.lock(2, 21), ["2: #21 EAGAIN"]);
});

test("an owner's own locks never refuse it", () => {
  const lead = leadWith(1);
  lead.lock(1, 10, { type: "read" });
  assert.deepEqual(lead.lock(1, 11), ["1: #11 done"]);
  assert.deepEqual(lead.lock(1, 12, { start: 10, end: 19, type: "read" }), ["1: #12 done"]);
  assert.equal(lead.lead.counts().locks, 3);
});

test("the same owner of two clients is two owners", () => {
  const lead = leadWith(2);
  lead.lock(1, 10, { owner: "same" });
  assert.deepEqual(lead.lock(2, 20, { owner: "same" }), ["2: #20 EAGAIN"]);
});

test("a lock that is waited for is answered when it is free", () => {
  const lead = leadWith(2);
  lead.lock(1, 10);
  assert.deepEqual(lead.lock(2, 20, { wait: true }), []);
  assert.deepEqual(lead.lock(1, 11, { type: "unlock", start: 50, end: 99 }), ["1: #11 done"]);
  assert.deepEqual(lead.lock(1, 12, { type: "unlock", start: 0, end: 49 }), ["1: #12 done", "2: #20 done"]);
});

test("those that wait are served in order", () => {
  const lead = leadWith(3);
  lead.lock(1, 10);
  lead.lock(2, 20, { wait: true });
  lead.lock(3, 30, { wait: true, type: "read" });
  lead.lock(1, 11, { wait: true, owner: "other", type: "read" });
  assert.deepEqual(lead.lockDrop(1, 12), ["1: #12 done", "2: #20 done"]);
  assert.deepEqual(lead.lockDrop(2, 21), ["2: #21 done", "3: #30 done", "1: #11 done"]);
});

test("one that waits does not keep others from bytes that it has no use for", () => {
  const lead = leadWith(3);
  lead.lock(1, 10);
  lead.lock(2, 20, { wait: true });
  assert.deepEqual(lead.lock(3, 30, { wait: true, start: 100, end: 100 }), ["3: #30 done"]);
});

test("a reader that comes later stands behind a writer that waits, for a while", () => {
  const lead = leadWith(3);
  lead.lock(1, 10, { type: "read" });
  lead.lock(2, 20, { wait: true });
  assert.deepEqual(lead.lock(3, 30, { wait: true, type: "read" }), []);
  assert.deepEqual(lead.pass(199), []);
  assert.deepEqual(lead.pass(1), ["3: #30 done"]);
  assert.deepEqual(lead.pass(10_000), []);
});

test("a reader that will not wait is refused only by a lock that is held", () => {
  const lead = leadWith(3);
  lead.lock(1, 10, { type: "read" });
  lead.lock(2, 20, { wait: true });
  assert.deepEqual(lead.lock(3, 30, { type: "read" }), ["3: #30 done"]);
});

test("who holds a lock is not made to stand behind others, who may wait for it", () => {
  const lead = leadWith(2);
  lead.lock(1, 10, { start: 0, end: 9 });
  lead.lock(2, 20, { start: 0, end: 29, wait: true });
  assert.deepEqual(lead.lock(1, 11, { start: 20, end: 29, wait: true }), ["1: #11 done"]);
});

test("one that stands behind another is served when that one gives up", () => {
  const lead = leadWith(3);
  lead.lock(1, 10, { type: "read" });
  lead.lock(2, 20, { wait: true });
  lead.lock(3, 30, { wait: true, type: "read" });
  assert.deepEqual(lead.cancel(2, 20), ["2: #20 EINTR", "3: #30 done"]);
});

test("a lock given to one that waits may free what an earlier one waits for", () => {
  const lead = leadWith(3);
  lead.lock(1, 10, { start: 0, end: 9 });
  lead.lock(2, 20, { start: 20, end: 29 });
  lead.lock(3, 30, { start: 0, end: 9, type: "read", wait: true });
  lead.lock(1, 11, { start: 0, end: 29, type: "read", wait: true });
  assert.deepEqual(lead.lockDrop(2, 21), ["2: #21 done", "1: #11 done", "3: #30 done"]);
});

test("two owners that wait for each other are EDEADLK for the second", () => {
  const lead = leadWith(2);
  lead.lock(1, 10, { oid: 5 });
  lead.lock(2, 20, { oid: 6 });
  assert.deepEqual(lead.lock(1, 11, { oid: 6, wait: true }), []);
  assert.deepEqual(lead.lock(2, 21, { oid: 5, wait: true }), ["2: #21 EDEADLK"]);
});

test("a ring of three is EDEADLK too", () => {
  const lead = leadWith(3);
  for (const client of [1, 2, 3]) lead.lock(client, client, { oid: client });
  lead.lock(1, 11, { oid: 2, wait: true });
  lead.lock(2, 12, { oid: 3, wait: true });
  assert.deepEqual(lead.lock(3, 13, { oid: 1, wait: true }), ["3: #13 EDEADLK"]);
  assert.deepEqual(lead.lockDrop(3, 14, { oid: 3 }), ["3: #14 done", "2: #12 done"]);
});

test("two readers that both want to write are EDEADLK for the second", () => {
  const lead = leadWith(2);
  lead.lock(1, 10, { type: "read" });
  lead.lock(2, 20, { type: "read" });
  assert.deepEqual(lead.lock(1, 11, { wait: true }), []);
  assert.deepEqual(lead.lock(2, 21, { wait: true }), ["2: #21 EDEADLK"]);
  assert.deepEqual(lead.lockDrop(2, 22), ["2: #22 done", "1: #11 done"]);
});

test("a chain that is no ring waits", () => {
  const lead = leadWith(3);
  lead.lock(1, 10, { oid: 5 });
  lead.lock(2, 20, { oid: 6 });
  assert.deepEqual(lead.lock(2, 21, { oid: 5, wait: true }), []);
  assert.deepEqual(lead.lock(3, 30, { oid: 6, wait: true }), []);
});

test("a wait that is cancelled is EINTR", () => {
  const lead = leadWith(2);
  lead.lock(1, 10);
  lead.lock(2, 20, { wait: true });
  assert.deepEqual(lead.cancel(2, 20), ["2: #20 EINTR"]);
  assert.deepEqual(lead.lockDrop(1, 11), ["1: #11 done"]);
  assert.equal(lead.lead.size, 0);
});

test("cancelling a lock that was answered does nothing", () => {
  const lead = leadWith(1);
  lead.lock(1, 10);
  assert.deepEqual(lead.cancel(1, 10), []);
  assert.equal(lead.lead.counts().locks, 1);
});

test("a test names the first lock in the way, and its process to its own client only", () => {
  const lead = leadWith(2);
  lead.lock(1, 10, { start: 50, end: 59, pid: 501 });
  lead.lock(1, 11, { start: 20, end: 29, pid: 502 });
  assert.deepEqual(lead.lockTest(1, 12, { owner: "other" }), ["1: #12 write 20-29 pid 502"]);
  assert.deepEqual(lead.lockTest(2, 20, { type: "read" }), ["2: #20 write 20-29 pid 0"]);
  assert.deepEqual(lead.lockTest(2, 21, { start: 60 }), ["2: #21 free"]);
  assert.deepEqual(lead.lockTest(1, 13), ["1: #13 free"]);
});

test("dropping removes an owner's locks on one object, and no others", () => {
  const lead = leadWith(1);
  lead.lock(1, 10, { start: 0, end: 9 });
  lead.lock(1, 11, { start: 20, end: 29 });
  lead.lock(1, 12, { owner: "other", start: 40, end: 49 });
  lead.lock(1, 13, { oid: 6 });
  assert.deepEqual(lead.lockDrop(1, 14), ["1: #14 done"]);
  assert.equal(lead.lead.counts().locks, 2);
  assert.deepEqual(lead.lockDrop(1, 15, { oid: 99 }), ["1: #15 done"]);
});

test("flock and fcntl locks never meet", () => {
  const lead = leadWith(2);
  lead.lock(1, 10);
  assert.deepEqual(lead.lock(2, 20, { flock: true }), ["2: #20 done"]);
  assert.deepEqual(lead.lockDrop(2, 21), ["2: #21 done"]);
  assert.deepEqual(lead.lock(1, 11, { flock: true }), ["1: #11 EAGAIN"]);
});

test("flock locks the whole file, whatever the range", () => {
  const lead = leadWith(2);
  lead.lock(1, 10, { flock: true, start: 0, end: 0 });
  assert.deepEqual(lead.lock(2, 20, { flock: true, start: 5, end: 5 }), ["2: #20 EAGAIN"]);
});

test("a flock that is converted is lost first: one that waits gets it", () => {
  const lead = leadWith(2);
  lead.lock(1, 10, { flock: true, type: "read" });
  lead.lock(2, 20, { flock: true, wait: true });
  assert.deepEqual(lead.lock(1, 11, { flock: true }), ["2: #20 done", "1: #11 EAGAIN"]);
  assert.equal(lead.lead.counts().locks, 1);
});

test("a flock is converted when nobody minds", () => {
  const lead = leadWith(1);
  lead.lock(1, 10, { flock: true, type: "read" });
  assert.deepEqual(lead.lock(1, 11, { flock: true }), ["1: #11 done"]);
  assert.deepEqual(lead.lock(1, 12, { flock: true }), ["1: #12 done"]);
  assert.deepEqual(lead.lock(1, 13, { flock: true, type: "unlock" }), ["1: #13 done"]);
  assert.equal(lead.lead.size, 0);
});

test("flock knows no EDEADLK", () => {
  const lead = leadWith(2);
  lead.lock(1, 10, { flock: true, oid: 5 });
  lead.lock(2, 20, { flock: true, oid: 6 });
  lead.lock(1, 11, { flock: true, oid: 6, wait: true });
  assert.deepEqual(lead.lock(2, 21, { flock: true, oid: 5, wait: true }), []);
});

test("when a session ends, its locks go to those that wait", () => {
  const lead = leadWith(2);
  lead.lock(1, 10);
  lead.lock(1, 11, { owner: "other", start: 100, end: 199 });
  lead.lock(1, 12, { flock: true });
  lead.lock(2, 20, { wait: true, end: 199 });
  lead.lock(2, 21, { wait: true, flock: true });
  assert.deepEqual(lead.ended(1), ["2: #20 done", "2: #21 done"]);
  lead.ended(2);
  assert.equal(lead.lead.size, 0);
});

test("the waiting of a broken connection is forgotten, what is held stays", () => {
  const lead = leadWith(3);
  lead.lock(1, 10, { type: "read" });
  lead.lock(2, 20, { wait: true });
  lead.lock(3, 30, { wait: true, type: "read" });
  assert.deepEqual(lead.disconnected(2), ["3: #30 done"]);
  assert.deepEqual(lead.disconnected(1), []);
  assert.deepEqual(lead.lead.counts(), { leases: 0, locks: 2, waiting: 0 });
});

test("what is no range or type is EINVAL", () => {
  const lead = leadWith(1);
  assert.deepEqual(lead.lock(1, 10, { start: 5, end: 4 }), ["1: #10 EINVAL"]);
  assert.deepEqual(lead.lockTest(1, 11, { type: "unlock" }), ["1: #11 EINVAL"]);
  assert.equal(lead.lead.size, 0);
});

test("a client that holds, or waits for, too many locks is told ENOLCK", () => {
  const lead = leadWith(2, { locksPerClientMax: 2, waitingPerClientMax: 1 });
  lead.lock(1, 10, { start: 0, end: 0 });
  lead.lock(1, 11, { start: 2, end: 2 });
  assert.deepEqual(lead.lock(1, 12, { start: 4, end: 4 }), ["1: #12 ENOLCK"]);
  assert.deepEqual(lead.lock(1, 13, { type: "unlock", start: 0, end: 0 }), ["1: #13 done"]);
  lead.lock(2, 20, { start: 2, end: 2, wait: true });
  assert.deepEqual(lead.lock(2, 21, { owner: "b", start: 2, end: 2, wait: true }), ["2: #21 ENOLCK"]);
});

test("a lock of the lead before is set again before the lead has begun to grant", () => {
  const lead = leadScript();
  lead.started([1, 2]);
  assert.deepEqual(lead.lock(2, 20), []);
  assert.deepEqual(lead.lock(1, 10, { again: true }), ["1: #10 done"]);
  assert.deepEqual(lead.reclaim(1, ""), []);
  assert.deepEqual(lead.reclaim(2, ""), ["2: #20 EAGAIN"]);
});

test("a lock of the lead before that another one has by now is refused, and never waited for", () => {
  const lead = leadWith(2);
  lead.lock(2, 20);
  assert.deepEqual(lead.lock(1, 10, { again: true }), ["1: #10 EAGAIN"]);
  assert.equal(lead.lead.counts().waiting, 0);
});

test("a lock that is set again where it was never lost changes nothing", () => {
  const lead = leadWith(2);
  lead.lock(1, 10);
  assert.deepEqual(lead.lock(1, 11, { again: true }), ["1: #11 done"]);
  assert.equal(lead.lead.counts().locks, 1);
});

test("a client that is away is wanted when somebody waits for what it has locked, or was refused it", () => {
  const lead = leadWith(2);
  lead.lock(1, 10);
  lead.lock(2, 20);
  lead.disconnected(1);
  assert.equal(lead.lead.isWanted(clientId(1)), false);
  lead.lock(2, 21, { start: 100, end: 199 });
  assert.equal(lead.lead.isWanted(clientId(1)), false);
  lead.lock(2, 22);
  assert.equal(lead.lead.isWanted(clientId(1)), true);
  lead.connected(1);
  lead.disconnected(1);
  assert.equal(lead.lead.isWanted(clientId(1)), false);
  lead.lock(2, 23, { wait: true });
  assert.equal(lead.lead.isWanted(clientId(1)), true);
});
