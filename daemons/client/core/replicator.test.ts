import assert from "node:assert/strict";
import { test } from "node:test";
import { oid, sequence } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { TIME_ZERO } from "../../core/time.ts";
import type { Change, Message } from "../../wire/messages.ts";
import { Replicator } from "./replicator.ts";
import { FakeGroup, GIVE_UP_MS } from "./testing/fake-group.ts";

const done = (seq: number, errno = 0, count = 0): Message => ({
  kind: "changed",
  seq: sequence(seq),
  errno,
  count,
  attributes: [],
});
const changeOf = (seq: number): Change => ({
  kind: "purge",
  oid: oid(5),
  origin: { seq: sequence(seq), settled: sequence(0), time: TIME_ZERO, caller: ROOT_CALLER, touches: [] },
});

/** A replicator over members that the test plays. `told` has what became of each change, by the name it was given. */
function replicating(members = 2) {
  const told: string[] = [];
  const state = { valid: true };
  const group = FakeGroup.ready(members);
  const replicator = new Replicator(
    group.links,
    group.ports,
    { giveUpMs: GIVE_UP_MS, dirtyBytes: 1e6, isValid: () => state.valid },
    {
      diverged: (place, because) => told.push(`m${place}: ${because}`),
      gaveUp: () => told.push("gave up"),
      undurable: () => told.push("undurable"),
    },
  );
  group.events = {
    welcomed: (link, applied) => replicator.welcomed(link, applied),
    lost: () => replicator.lost(),
  };
  const submit = (name: string): (() => void) =>
    replicator.submit({
      build: (seq) => changeOf(seq),
      done: (outcome) =>
        told.push(`${name} ${outcome.kind === "changed" ? (outcome.errno ?? "done") : `unknown ${outcome.errno}`}`),
      settled: (outcome) => told.push(`${name} settled${outcome === undefined ? " as unknown" : ""}`),
    });
  return { group, replicator, told, submit, state };
}

test("a change is done when every member has applied it, and not before", () => {
  const { group, told, submit, replicator } = replicating();
  submit("a");
  group.answer(0, "purge", done(1));
  assert.deepEqual(told, []);
  assert.equal(replicator.unsent, 1);
  group.answer(1, "purge", done(1));
  assert.deepEqual(told, ["a settled", "a done"]);
  assert.equal(replicator.unsent, 0);
});

test("changes are numbered from 1, the same for all members", () => {
  const { group, submit } = replicating();
  submit("a");
  submit("b");
  for (const place of [0, 1]) {
    assert.equal(group.ports.take(place, "purge").message.origin.seq, 1);
    assert.equal(group.ports.take(place, "purge").message.origin.seq, 2);
  }
});

test("an errno of all members is the application's", () => {
  const { group, told, submit } = replicating();
  submit("a");
  for (const place of [0, 1]) group.answer(place, "purge", done(1, 17));
  assert.deepEqual(told, ["a settled", "a EEXIST"]);
});

test("while a member is away nothing new is sent to any", () => {
  const { group, told, submit, replicator } = replicating();
  group.break(1);
  submit("a");
  assert.deepEqual(group.ports.sent, []);
  assert.match(replicator.stopped, /m1 is away: cut/);
  group.connect(1);
  assert.deepEqual(group.ports.kindsSentTo(0), ["purge"]);
  assert.deepEqual(group.ports.kindsSentTo(1), ["purge"]);
  assert.deepEqual(told, []);
});

test("what was under way is sent again before anything new, in order", () => {
  const { group, submit } = replicating();
  submit("a");
  submit("b");
  group.break(1);
  submit("c");
  group.connect(1);
  const seqs = [1, 2, 3].map(() => group.ports.take(1, "purge").message.origin.seq);
  assert.deepEqual(seqs, [1, 2, 3]);
});

test("what a member has acknowledged is not sent to it again", () => {
  const { group, submit } = replicating();
  submit("a");
  group.answer(1, "purge", done(1));
  group.break(1);
  group.connect(1, { applied: 1 });
  assert.deepEqual(group.ports.kindsSentTo(1), []);
});

test("after give-up the application has an error, and the member still gets the change when it is back", () => {
  const { group, told, submit, replicator } = replicating();
  submit("sent");
  group.answer(0, "purge", done(1));
  group.break(1);
  submit("waiting");
  group.pass(GIVE_UP_MS);
  assert.deepEqual(told, ["sent unknown EIO", "waiting settled as unknown", "waiting unknown EIO", "gave up"]);
  assert.notEqual(replicator.stuck, "");
  group.connect(1);
  assert.equal(group.answer(1, "purge", done(1)).origin.seq, 1);
  assert.deepEqual(told.slice(4), ["sent settled"]);
  assert.equal(replicator.stuck, "");
});

test("while a member is away for long, changes fail at once", () => {
  const { group, told, submit } = replicating();
  group.break(1);
  submit("a");
  group.pass(GIVE_UP_MS);
  told.length = 0;
  submit("b");
  assert.deepEqual(told, ["b settled as unknown", "b unknown EIO"]);
});

test("a member that answers otherwise than another has diverged, and nothing is changed any more", () => {
  const { group, told, submit, replicator } = replicating();
  submit("a");
  group.answer(0, "purge", done(1));
  group.answer(1, "purge", done(1, 28));
  assert.deepEqual(told, [
    "m1: m1 answered ENOSPC to change 1 (purge), another member done (0)",
    "a unknown EIO",
    "gave up",
    "a settled",
  ]);
  assert.equal(replicator.isDiverged(1), true);
  submit("b");
  assert.deepEqual(told.slice(4), ["b settled as unknown", "b unknown EIO"]);
});

test("a member that copied another number of bytes has diverged", () => {
  const { group, told, submit } = replicating();
  submit("a");
  group.answer(0, "purge", done(1, 0, 10));
  group.answer(1, "purge", done(1, 0, 9));
  assert.match(told[0] ?? "", /m1 answered done \(9\) to change 1 \(purge\), another member done \(10\)/);
});

test("a member that cannot apply a change has diverged, and the others are still awaited", () => {
  const { group, told, submit } = replicating(3);
  submit("a");
  group.answer(1, "purge", { kind: "failed", errno: 116, because: "version" });
  assert.deepEqual(told, ["m1: m1 cannot apply change 1 (purge): version", "a unknown EIO", "gave up"]);
  group.answer(0, "purge", done(1));
  assert.equal(told.length, 3);
  group.answer(2, "purge", done(1));
  assert.deepEqual(told.slice(3), ["a settled"]);
});

test("a member that comes back with less than was durable on it has diverged", () => {
  const { group, told, submit, replicator } = replicating();
  submit("a");
  for (const place of [0, 1]) group.answer(place, "purge", done(1));
  replicator.durable(1);
  group.break(1);
  group.connect(1, { applied: 0 });
  assert.match(told.at(-2) ?? "", /m1 has lost changes: it is at 0 of this client, 1 had been acknowledged/);
});

test("a member that has lost what was not durable gets it again, and nobody hears of that", () => {
  const { group, told, submit, replicator } = replicating();
  for (const name of ["a", "b", "c"]) submit(name);
  for (const seq of [1, 2]) for (const place of [0, 1]) group.answer(place, "purge", done(seq));
  replicator.durable(1);
  const before = [...told];
  group.break(1);
  group.connect(1, { applied: 1 });
  assert.deepEqual(
    [2, 3].map((seq) => group.answer(1, "purge", done(seq)).origin.seq),
    [2, 3],
  );
  assert.deepEqual(told, before);
  group.answer(0, "purge", done(3));
  assert.deepEqual(told.slice(before.length), ["c settled", "c done"]);
});

test("an interrupted change that waits is never sent", () => {
  const { group, told, submit } = replicating();
  group.break(1);
  const interrupt = submit("a");
  interrupt();
  assert.deepEqual(told, ["a settled as unknown", "a unknown EINTR"]);
  group.connect(1);
  assert.deepEqual(group.ports.sent, []);
});

test("an interrupted change that was sent is finished in the log", () => {
  const { group, told, submit, replicator } = replicating();
  const interrupt = submit("a");
  interrupt();
  interrupt();
  assert.deepEqual(told, ["a unknown EINTR"]);
  assert.equal(replicator.unsent, 1);
  for (const place of [0, 1]) group.answer(place, "purge", done(1));
  assert.deepEqual(told, ["a unknown EINTR", "a settled"]);
});

test("who does not know whether its leases still hold sends nothing until the lead has been heard", () => {
  const { group, told, submit, state, replicator } = replicating();
  state.valid = false;
  submit("a");
  assert.deepEqual(group.ports.sent, []);
  state.valid = true;
  replicator.pump();
  assert.deepEqual(group.ports.kindsSentTo(1), ["purge"]);
  assert.deepEqual(told, []);
});

test("a change that must not be made any more takes no number", () => {
  const { group, told, submit, replicator } = replicating();
  replicator.submit({
    build: () => undefined,
    done: ({ kind, errno }) => told.push(`${kind} ${errno}`),
    settled: () => told.push("settled"),
  });
  assert.deepEqual(told, ["settled", "unknown EIO"]);
  submit("b");
  assert.equal(group.ports.take(0, "purge").message.origin.seq, 1);
});

test("a late answer of a session that has ended does not touch the next one's changes", () => {
  const { group, told, submit, replicator } = replicating();
  submit("old");
  const old = [0, 1].map((place) => group.ports.take(place, "purge").request);
  replicator.reset("fenced");
  assert.deepEqual(told, ["old unknown EIO", "old settled as unknown", "gave up"]);
  submit("new");
  for (const place of [0, 1]) group.link(place).received(done(1), old[place] ?? 0);
  assert.equal(replicator.unsent, 1);
  group.break(1);
  group.connect(1);
  assert.equal(group.answer(1, "purge", done(1)).origin.seq, 1);
  group.answer(0, "purge", done(1));
  assert.deepEqual(told.slice(3), ["new settled", "new done"]);
});

test("changes that some members have and others have not are counted", () => {
  const { group, submit, replicator } = replicating();
  submit("a");
  submit("b");
  assert.equal(replicator.halfway, 0);
  group.answer(0, "purge", done(1));
  assert.equal(replicator.halfway, 1);
});

test("who waits for all members is told when they are there, or that it takes too long", () => {
  const { group, replicator } = replicating();
  const told: (string | undefined)[] = [];
  const ask = (): (() => void) => replicator.whenReady((failure) => told.push(failure?.errno));
  ask();
  assert.deepEqual(told, [undefined]);
  group.break(1);
  ask();
  ask()();
  assert.deepEqual(told, [undefined, "EINTR"]);
  group.pass(GIVE_UP_MS);
  assert.deepEqual(told, [undefined, "EINTR", "EIO"]);
});

test("what is left of the changes up to a number is told with who is waited for", () => {
  const { group, replicator, submit } = replicating(3);
  submit("a");
  submit("b");
  const { newest } = replicator;
  submit("c");
  assert.deepEqual(replicator.left(newest), { changes: 2, bytes: 0, members: [0, 1, 2] });
  for (const place of [0, 2]) group.answer(place, "purge", done(1));
  group.answer(0, "purge", done(2));
  group.answer(1, "purge", done(1));
  assert.deepEqual(replicator.left(newest), { changes: 1, bytes: 0, members: [1, 2] });
  for (const place of [1, 2]) group.answer(place, "purge", done(2));
  assert.deepEqual(replicator.left(newest), { changes: 0, bytes: 0, members: [] });
  assert.equal(replicator.unsent, 1);
});
