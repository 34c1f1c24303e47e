import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../../wire/messages.ts";
import { Readers } from "./readers.ts";
import { FakeGroup, GIVE_UP_MS } from "./testing/fake-group.ts";
import { start } from "./testing/started.ts";

const STATFS: Message = { kind: "statFs" };
const DONE: Message = { kind: "done" };

function reading(...priorities: readonly number[]) {
  const unusable = new Set<number>();
  const group = FakeGroup.ready(priorities.length);
  const readers = new Readers(
    group.links.map((link, place) => ({ link, priority: priorities[place] ?? 0 })),
    (link) => !unusable.has(link.place),
    group.ports,
    () => GIVE_UP_MS,
  );
  group.events = { welcomed: () => readers.arrived() };
  return { group, readers, unusable, ask: () => start(readers.ask(STATFS, "done")) };
}

test("the reachable member with the highest priority is read", () => {
  const { group, ask } = reading(1, 5, 3);
  const asked = ask();
  group.answer(1, "statFs", DONE);
  assert.equal(asked.value?.ok, true);
  group.break(1);
  ask();
  group.answer(2, "statFs", DONE);
});

test("members of equal priority share reads", () => {
  const { group, ask } = reading(5, 5, 1);
  for (let count = 0; count < 10; count += 1) ask();
  assert.equal(group.ports.kindsSentTo(0).length, 5);
  assert.equal(group.ports.kindsSentTo(1).length, 5);
  assert.equal(group.ports.kindsSentTo(2).length, 0);
});

test("a member that is lost while it is asked is replaced, unnoticed", () => {
  const { group, ask } = reading(5, 1);
  const asked = ask();
  group.break(0);
  group.answer(1, "statFs", DONE);
  assert.equal(asked.value?.ok, true);
});

test("a failure is an answer: no other member is asked", () => {
  const { group, ask } = reading(5, 1);
  const asked = ask();
  group.answer(0, "statFs", { kind: "failed", errno: 2, because: "" });
  assert.equal(asked.value?.ok === false && asked.value.errno, "ENOENT");
  assert.deepEqual(group.ports.kindsSentTo(1), []);
});

test("a member that cannot follow is not read", () => {
  const { group, ask, unusable, readers } = reading(5, 1);
  unusable.add(0);
  ask();
  group.answer(1, "statFs", DONE);
  assert.equal(readers.at(0), undefined);
  assert.equal(readers.at(1)?.place, 1);
});

test("a read waits for a member to come back, and no longer than the application is to wait", () => {
  const { group, ask } = reading(5, 1);
  group.break(0);
  group.break(1);
  const first = ask();
  const second = ask();
  group.connect(1);
  group.answer(1, "statFs", DONE);
  group.answer(1, "statFs", DONE);
  assert.equal(first.value?.ok, true);
  assert.equal(second.value?.ok, true);
  group.break(1);
  const third = ask();
  group.pass(GIVE_UP_MS - 1);
  assert.equal(third.isDone, false);
  group.pass(1);
  assert.equal(third.value?.ok === false && third.value.errno, "EIO");
});

test("a read fails at once when no member may be read", () => {
  const { ask, unusable } = reading(5);
  unusable.add(0);
  assert.equal(ask().isDone, true);
});

test("who is killed waits neither for an answer nor for a member", () => {
  const { group, ask } = reading(5);
  const asked = ask();
  asked.task.interrupt();
  assert.equal(asked.value?.ok === false && asked.value.errno, "EINTR");
  group.break(0);
  const waiting = ask();
  waiting.task.interrupt();
  assert.equal(waiting.value?.ok === false && waiting.value.errno, "EINTR");
});
