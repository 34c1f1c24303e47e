import assert from "node:assert/strict";
import { test } from "node:test";
import { oid, type Oid } from "../../core/brand.ts";
import { FakePorts } from "./testing/fake-ports.ts";
import { start } from "./testing/started.ts";
import { Walker } from "./walker.ts";

/** A walker, and the listings that it has asked for. */
function walking({ roomBytes = 1_000_000, refused = [] as readonly number[] } = {}) {
  const asked: number[] = [];
  const some: number[] = [];
  const done = new Map<Oid, (bytes: number) => void>();
  const walker = new Walker({
    ports: new FakePorts(),
    roomBytes: () => roomBytes,
    list: (directory, isWhole, arrived) => {
      if (refused.includes(directory)) return false;
      asked.push(directory);
      if (!isWhole) some.push(directory);
      done.set(directory, arrived);
      return true;
    },
  });
  /** One that was asked for has come. */
  const arrive = (directory: number, below: readonly number[] = [], bytes = 100): void => {
    walker.found(oid(directory), below.map(oid));
    const end = done.get(oid(directory));
    assert.ok(end !== undefined, `${directory} was asked for`);
    done.delete(oid(directory));
    end(bytes);
  };
  const found = (directory: number, below: readonly number[]): void => walker.found(oid(directory), below.map(oid));
  const visit = (directory: number): void => walker.visited(oid(directory));
  const lookUp = (directory: number, isKnown = false): void => walker.lookedUp(oid(directory), isKnown);
  return { walker, asked, some, arrive, found, visit, lookUp };
}
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, place) => from + place);

test("one directory alone is no walk", () => {
  const { asked, found, visit } = walking();
  visit(1);
  found(1, [10, 11, 12]);
  assert.deepEqual(asked, []);
});

test("with the second directory those beside it are listed, the next ones first", () => {
  const { asked, found, visit } = walking();
  visit(1);
  found(1, range(10, 20));
  visit(10);
  assert.deepEqual(asked, range(11, 8));
});

test("what is below goes before what is beside", () => {
  const { asked, found, visit } = walking();
  found(1, [10, 11]);
  visit(10);
  found(10, [100, 101]);
  assert.deepEqual(asked, [11, 100, 101]);
});

test("what was listed ahead is gone into at once", () => {
  const { asked, arrive, found, visit } = walking();
  found(1, [10, 11]);
  visit(10);
  arrive(11, [110, 111]);
  assert.deepEqual(asked, [11, 110, 111]);
});

test("not much more is listed than twice what is come to", () => {
  const { asked, arrive, found, visit } = walking();
  found(1, range(10, 1_000));
  for (let step = 0; step < 50; step += 1) {
    visit(10 + step);
    for (const one of asked.splice(0)) arrive(one);
  }
  const { asked: all, arrive: come, found: list, visit: go } = walking();
  list(1, range(10, 1_000));
  let count = 0;
  for (let step = 0; step < 50; step += 1) {
    go(10 + step);
    for (let next = all.shift(); next !== undefined; next = all.shift()) {
      count += 1;
      come(next);
    }
  }
  assert.ok(count > 60 && count <= 8 + 2 * 50, `${count}`);
});

test("a walk that does not go on is not followed", () => {
  const { asked, arrive, found, visit } = walking();
  found(1, range(10, 100));
  visit(10);
  for (const one of [...asked]) arrive(one, [one * 100]);
  assert.equal(asked.length, 8);
});

test("only so many are asked for at once", () => {
  const { asked, found, visit, arrive } = walking();
  found(1, range(10, 1_000));
  for (const one of range(10, 100)) visit(one);
  assert.equal(asked.length, 32);
  arrive(asked[0] ?? 0);
  assert.equal(asked.length, 33);
});

test("what nobody has looked at yet takes only so much memory", () => {
  const { asked, found, visit, arrive } = walking({ roomBytes: 1_000 });
  found(1, range(10, 100));
  visit(10);
  for (const one of [...asked]) arrive(one, [], 600);
  const before = asked.length;
  visit(11);
  visit(30);
  assert.equal(asked.length, before, "there is no room for more");
  for (const one of range(12, 7)) visit(one);
  assert.ok(asked.length > before, "what was looked at takes none");
});

test("one that cannot be listed ahead is left to who comes to it, and the walk goes on below it", () => {
  const { asked, found, visit } = walking({ refused: [11] });
  found(1, [10, 11]);
  visit(10);
  found(10, []);
  assert.deepEqual(asked, []);
  visit(11);
  found(11, [110, 111]);
  assert.deepEqual(asked, [110, 111]);
});

test("two walks are each followed", () => {
  const { asked, found, visit } = walking();
  found(1, [10, 11]);
  found(2, [20, 21]);
  visit(10);
  visit(20);
  assert.deepEqual(asked, [11, 21]);
});

test("with the second name that is asked for in a directory some of it is listed, and with the next some more", () => {
  const { asked, some, lookUp, walker } = walking();
  lookUp(1);
  assert.deepEqual(asked, []);
  lookUp(1);
  lookUp(1);
  assert.deepEqual(some, [1]);
  assert.equal(start(walker.settled(oid(1))).isDone, false);
  lookUp(2);
  lookUp(3);
  assert.deepEqual(asked, [1]);
});

test("names that are known are not asked for", () => {
  const { asked, lookUp } = walking();
  for (let count = 0; count < 5; count += 1) lookUp(1, true);
  assert.deepEqual(asked, []);
});

test("a walk by names lists what it looks into, and goes ahead", () => {
  const { asked, found, lookUp, arrive } = walking();
  found(1, [10, 11, 12]);
  lookUp(10);
  assert.deepEqual(asked, [10, 11, 12]);
  arrive(10, [100]);
  arrive(11, [110]);
  lookUp(10, true);
  lookUp(11, true);
  assert.deepEqual(asked, [10, 11, 12, 100, 110]);
});

test("who comes to one that is under way waits for it", () => {
  const { walker, found, visit, arrive } = walking();
  found(1, [10, 11]);
  visit(10);
  const waits = start(walker.settled(oid(11)));
  assert.equal(waits.isDone, false);
  visit(11);
  arrive(11, [110]);
  assert.equal(waits.isDone, true);
  assert.equal(start(walker.settled(oid(11))).isDone, true);
});

test("one that is come to while it is under way is of its walk all the same", () => {
  const { asked, found, visit, arrive } = walking();
  found(1, [10, 11]);
  visit(10);
  visit(11);
  arrive(11, [110]);
  assert.deepEqual(asked, [11, 110]);
});

test("walks that leave out more and more are not remembered for ever", () => {
  const { asked, found, visit } = walking();
  for (let at = 0; at < 40; at += 1) found(1, range(1_000_000 * (at + 1), 10_000));
  found(2, [20, 21]);
  visit(20);
  assert.deepEqual(asked, [21]);
});
