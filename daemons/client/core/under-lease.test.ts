import assert from "node:assert/strict";
import { test } from "node:test";
import { oid } from "../../core/brand.ts";
import { mounted } from "./testing/mounted.ts";
import { DIRECTORY, getattr, grantKinds, listed, lookup, loseAmidReads, means, revoke } from "./testing/reading.ts";

type Group = ReturnType<typeof mounted>;
const FILE = 5;

const secondsTold = (group: Group, request: number): number | undefined => {
  const reply = group.answerTo(request);
  return reply?.kind === "attributes" ? reply.attributeSeconds : undefined;
};

/** The attributes of a file have been asked for once. */
function seen() {
  const group = mounted();
  const first = group.ask(FILE, getattr);
  grantKinds(group);
  return { group, first };
}

test("what an object is, is asked of the lead once, and told for as long as the lease surely lasts", () => {
  const { group, first } = seen();
  const told = secondsTold(group, first) ?? 0;
  assert.ok(told > 0 && told <= 4, String(told));
  assert.equal(secondsTold(group, group.ask(FILE, getattr)), told);
  assert.deepEqual(group.ports.sent, []);
});

test("the time that is told shrinks while the lead is not heard of, and then the lead is asked", () => {
  const { group } = seen();
  const before = secondsTold(group, group.ask(FILE, getattr)) ?? 0;
  group.ports.pass(1_000);
  const after = secondsTold(group, group.ask(FILE, getattr)) ?? 0;
  assert.ok(Math.abs(before - after - 1) < 0.001, `${before} ${after}`);
  const now = group.ports.agenda.now;
  group.ports.now = () => now + 10_000;
  assert.equal(group.answerTo(group.ask(FILE, getattr)), undefined);
  assert.ok(group.ports.kindsSentTo(0).includes("acquire"));
});

test("while a lease is given back, what is known is told for no time", () => {
  const { group } = seen();
  group.ports.forgetsAtOnce = false;
  revoke(group, FILE);
  assert.equal(secondsTold(group, group.ask(FILE, getattr)), 0);
});

test("what is gone is ESTALE", () => {
  const group = mounted();
  const request = group.ask(FILE, getattr);
  const { message, request: asked } = group.ports.take(0, "acquire");
  const grants = message.wants.map(({ oid: one, mode }) => ({ oid: one, mode, inUse: 0, bare: 0, attributes: [] }));
  group.client.link(0).received({ kind: "granted", grants }, asked);
  assert.deepEqual(group.answerTo(request), { kind: "error", errno: "ESTALE" });
});

test("while the lead is away a member says what an object is, for no time", () => {
  const group = mounted();
  group.break(0);
  const request = group.ask(FILE, getattr);
  group.pass(1_500);
  group.answer(1, "getAttributes", means(FILE, 0));
  assert.equal(secondsTold(group, request), 0);
});

test("who looks at a second object of a directory that others were changing gets the leases of its siblings, too", () => {
  const group = mounted();
  const opened = group.answerTo(group.ask(DIRECTORY, { op: "opendir", flags: 0 }));
  const fh = opened?.kind === "opened" ? opened.fh : -1;
  group.ask(DIRECTORY, { op: "readdir", fh, offset: 0, size: 65_536, plus: true });
  grantKinds(group);
  const names = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`n${at}`, 10 + at]));
  group.answer(0, "listDirectory", listed(names, { leased: 0 }));
  group.ask(DIRECTORY, lookup("n0"));
  assert.equal(group.ports.take(0, "acquire").message.wants.length, 1, "of the first, its own");
  group.ask(DIRECTORY, lookup("n1"));
  const { wants } = group.ports.take(0, "acquire").message;
  assert.equal(wants.length, 64, "as many as one message has");
  assert.equal(wants[0]?.oid, 11);
  assert.equal(new Set(wants.map((want) => want.oid)).size, 64, "each once");
});

test("of an open file with pages of an earlier lease nothing is told before the kernel has dropped them", () => {
  const { group } = seen();
  const open = group.answerTo(group.ask(FILE, { op: "open", flags: 0, openFlags: 0 }));
  assert.equal(open?.kind, "opened");
  loseAmidReads(group, FILE, 1);
  assert.deepEqual(group.ports.invalidated.at(-1)?.what, [{ kind: "all", oid: oid(FILE) }]);
  const request = group.ask(FILE, getattr);
  grantKinds(group);
  assert.equal(group.answerTo(request), undefined);
  group.ports.invalidated.at(-1)?.done();
  assert.ok((secondsTold(group, request) ?? 0) > 0);
});

test("a kernel that does not drop them is not waited for without end", () => {
  const { group } = seen();
  group.ask(FILE, { op: "open", flags: 0, openFlags: 0 });
  loseAmidReads(group, FILE, 1);
  const request = group.ask(FILE, getattr);
  grantKinds(group);
  group.pass(5_000);
  assert.notEqual(group.answerTo(request), undefined);
});
