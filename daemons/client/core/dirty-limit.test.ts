import assert from "node:assert/strict";
import { test } from "node:test";
import { DirtyLimit } from "./dirty-limit.ts";

test("up to half of the limit there is room; then each waits for an older change, in order; at the limit all wait", () => {
  const dirty = new DirtyLimit(() => 100);
  const told: string[] = [];
  dirty.grow(49);
  assert.equal(dirty.hasRoom, true);
  dirty.grow(81);
  assert.equal(dirty.hasRoom, false);
  for (const name of ["a", "b", "c"]) dirty.await(() => told.push(name));
  dirty.shrink(20);
  assert.deepEqual(told, []);
  dirty.shrink(20);
  assert.deepEqual(told, ["a"]);
  dirty.shrink(1);
  assert.deepEqual(told, ["a", "b"]);
  assert.equal(dirty.bytes, 89);
});

test("who waits goes on when half is free, when the wait is ended, and when nothing is answered ahead any more", () => {
  const dirty = new DirtyLimit(() => 100);
  const told: string[] = [];
  dirty.grow(99);
  const end = dirty.await(() => told.push("ended"));
  dirty.await(() => told.push("a"));
  dirty.await(() => told.push("b"));
  end();
  end();
  assert.deepEqual(told, ["ended"]);
  dirty.shrink(60);
  assert.deepEqual(told, ["ended", "a", "b"]);
  dirty.grow(60);
  dirty.await(() => told.push("c"));
  dirty.open();
  assert.deepEqual(told, ["ended", "a", "b", "c"]);
});
