import assert from "node:assert/strict";
import { test } from "node:test";
import { askDurable, Durability } from "./durability.ts";
import { FakeGroup } from "./testing/fake-group.ts";

function asking() {
  const asked: ((isDurable: boolean) => void)[] = [];
  const told: string[] = [];
  const durability = new Durability((done) => asked.push(done));
  const wait = (name: string): void => durability.await((isDurable) => told.push(`${name} ${isDurable}`));
  return { asked, told, wait };
}

test("one question serves all who came before it was asked, the next one all who came after", () => {
  const { asked, told, wait } = asking();
  wait("a");
  wait("b");
  wait("c");
  assert.equal(asked.length, 1);
  asked[0]?.(true);
  assert.deepEqual(told, ["a true"]);
  assert.equal(asked.length, 2);
  asked[1]?.(false);
  assert.deepEqual(told, ["a true", "b false", "c false"]);
  wait("d");
  assert.equal(asked.length, 3);
});

test("all members are asked to make durable what they have, and one that is lost has not", () => {
  const group = FakeGroup.ready(2);
  const told: boolean[] = [];
  const done = (isDurable: boolean): number => told.push(isDurable);
  askDurable(group.links, done);
  group.answer(0, "syncObject", { kind: "done" });
  assert.deepEqual(told, []);
  group.answer(1, "syncObject", { kind: "done" });
  askDurable(group.links, done);
  group.answer(0, "syncObject", { kind: "done" });
  group.break(1);
  askDurable([], done);
  assert.deepEqual(told, [true, false, true]);
});
