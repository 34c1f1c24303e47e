import assert from "node:assert/strict";
import { test } from "node:test";
import { mounted } from "./testing/mounted.ts";
import { DIRECTORY, grantKinds, lookup, means, revoke, tooEarly } from "./testing/reading.ts";

const entryOf = (group: ReturnType<typeof mounted>, request: number): unknown => {
  const reply = group.answerTo(request);
  return reply?.kind === "entry" ? reply.attributes.oid : reply?.kind;
};

/** A name was looked up: the directory is leased, and what the name means is known. */
function knowing(number = 5) {
  const group = mounted();
  const request = group.ask(DIRECTORY, lookup("n"));
  grantKinds(group);
  group.answer(0, "lookup", means(number));
  return { group, request };
}

test("a name is asked of the lead together with the directory's lease, and known from then on", () => {
  const group = mounted();
  const first = group.ask(DIRECTORY, lookup("n"));
  assert.deepEqual(group.ports.kindsSentTo(0), ["acquire", "lookup"], "behind it, without waiting for its answer");
  grantKinds(group);
  group.answer(0, "lookup", means(5));
  assert.equal(entryOf(group, first), 5);
  assert.equal(entryOf(group, group.ask(DIRECTORY, lookup("n"))), 5);
  assert.deepEqual(group.ports.sent, []);
});

test("a name that means nothing is known, too", () => {
  const { group, request } = knowing(0);
  assert.equal(entryOf(group, request), "negative");
  assert.equal(entryOf(group, group.ask(DIRECTORY, lookup("n"))), "negative");
  assert.deepEqual(group.ports.sent, []);
});

test("what the lead says before it grants is asked for once more", () => {
  const group = mounted();
  const request = group.ask(DIRECTORY, lookup("n"));
  group.answer(0, "lookup", tooEarly);
  assert.equal(group.answerTo(request), undefined);
  grantKinds(group);
  group.answer(0, "lookup", means(5));
  assert.equal(entryOf(group, request), 5);
});

test("an answer of before the grant is not believed under it, whatever it says", () => {
  const group = mounted();
  const request = group.ask(DIRECTORY, lookup("n"));
  group.answer(0, "lookup", means(0));
  grantKinds(group);
  assert.equal(group.answerTo(request), undefined);
  group.answer(0, "lookup", means(5));
  assert.equal(entryOf(group, request), 5);
});

test("while the directory is given back, a name is asked for without a lease, and believed for no time", () => {
  const { group } = knowing();
  group.ports.forgetsAtOnce = false;
  revoke(group, DIRECTORY);
  const other = group.ask(DIRECTORY, lookup("m"));
  assert.equal(group.answer(0, "lookup", means(0)).lease, 0);
  const reply = group.answerTo(other);
  assert.deepEqual(reply, { kind: "error", errno: "ENOENT" }, "no negative entry that is kept");
});

test("what is known is told while the directory is given back, for no time", () => {
  const { group } = knowing();
  group.ports.forgetsAtOnce = false;
  revoke(group, DIRECTORY);
  const reply = group.answerTo(group.ask(DIRECTORY, lookup("n")));
  assert.equal(reply?.kind === "entry" && reply.validity.entrySeconds, 0);
  assert.equal(reply?.kind === "entry" && reply.validity.attributeSeconds > 0, true, "the file's own lease stays");
});

test("while the lead is away any member says what a name means, for no time", () => {
  const group = mounted();
  group.break(0);
  const request = group.ask(DIRECTORY, lookup("n"));
  group.pass(1_500);
  group.answer(1, "lookup", means(5, 0));
  const reply = group.answerTo(request);
  assert.deepEqual(reply?.kind === "entry" && reply.validity, { entrySeconds: 0, attributeSeconds: 0 });
});
