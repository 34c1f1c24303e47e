import assert from "node:assert/strict";
import { test } from "node:test";
import { Requests } from "./requests.ts";

test("a request is answered once", () => {
  const requests = new Requests();
  const id = requests.add(() => {}, 5);
  assert.equal(requests.take(id)?.sentMs, 5);
  assert.equal(requests.take(id), undefined);
});

test("what was under way is told in the order in which it was asked", () => {
  const requests = new Requests();
  const told: string[] = [];
  requests.add(() => told.push("a"), 0);
  requests.add(() => told.push("b"), 0);
  for (const answer of requests.takeAll()) answer({ kind: "lost", because: "cut" });
  assert.deepEqual(told, ["a", "b"]);
  assert.equal(requests.size, 0);
});

test("an id that still has no answer is not given to another request", () => {
  const requests = new Requests();
  const first = requests.add(() => {}, 0);
  const seen = new Set([first]);
  for (let count = 0; count < 1_000; count += 1) {
    const id = requests.add(() => {}, 0);
    assert.ok(id > 0 && !seen.has(id));
    seen.add(id);
  }
});
