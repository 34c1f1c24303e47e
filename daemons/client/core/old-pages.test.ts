import assert from "node:assert/strict";
import { test } from "node:test";
import { oid, type Oid } from "../../core/brand.ts";
import type { Invalidation } from "../../fuse/core/invalidation.ts";
import { OldPages } from "./old-pages.ts";

const FILE = oid(5);
const OTHER = oid(6);

/** A kernel that forgets when the test says so, one invalidation after the other. */
function old({ isWritten = (_oid: Oid): boolean => false } = {}) {
  const asked: Oid[] = [];
  const waiting: (() => void)[] = [];
  const invalidate = (what: readonly Invalidation[], done: () => void): void => {
    for (const one of what) if (one.kind === "all") asked.push(one.oid);
    waiting.push(done);
  };
  const forgotten = (): void => waiting.shift()?.();
  return { pages: new OldPages({ invalidate }, isWritten), asked, forgotten };
}

test("pages of a lease that is lost are dropped at once, and are old until they are", () => {
  const { pages, asked, forgotten } = old();
  assert.equal(pages.has(FILE), false);
  pages.left(FILE);
  assert.deepEqual(asked, [FILE]);
  assert.equal(pages.has(FILE), true);
  assert.equal(pages.has(OTHER), false);
  forgotten();
  assert.equal(pages.has(FILE), false);
});

test("who is to be told of the object waits until they are, and asks for it if nobody has", () => {
  const { pages, asked, forgotten } = old();
  let told = 0;
  const tell = (): void => {
    told += 1;
  };
  pages.await(FILE, tell);
  assert.equal(told, 1, "there are none");
  pages.note(FILE);
  assert.deepEqual(asked, []);
  pages.await(FILE, tell);
  pages.await(FILE, tell);
  assert.deepEqual(asked, [FILE], "once for all who wait");
  assert.equal(told, 1);
  forgotten();
  assert.equal(told, 3);
});

test("while a write waits for its lease, its pages are left alone; then they are dropped", () => {
  let isWritten = true;
  const { pages, asked } = old({ isWritten: () => isWritten });
  pages.left(FILE);
  assert.deepEqual(asked, []);
  isWritten = false;
  pages.look(FILE);
  pages.look(OTHER);
  assert.deepEqual(asked, [FILE]);
});

test("a lease that is lost again while its pages are dropped leaves others: those are dropped, too", () => {
  const { pages, asked, forgotten } = old();
  let told = 0;
  pages.left(FILE);
  pages.await(FILE, () => {
    told += 1;
  });
  pages.left(FILE);
  assert.deepEqual(asked, [FILE, FILE]);
  forgotten();
  assert.equal(told, 1, "who waited before is told");
  assert.equal(pages.has(FILE), true);
  forgotten();
  assert.equal(pages.has(FILE), false);
});

test("it is bounded: those that were left longest ago are forgotten", () => {
  const { pages } = old({ isWritten: () => true });
  for (let number = 10; number < 10 + 4_097; number += 1) pages.left(oid(number));
  assert.equal(pages.has(oid(10)), false);
  assert.equal(pages.has(oid(11)), true);
});
