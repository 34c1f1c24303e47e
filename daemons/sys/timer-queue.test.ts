import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TimerQueue } from "./timer-queue.ts";

test("timers run in the order of their time, first come first among equals, and never before it", () => {
  const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 });
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 20 }), (dues, now) => {
      const queue = new TimerQueue();
      const ran: number[] = [];
      for (const [i, due] of dues.entries()) queue.add(due, () => ran.push(i));
      queue.runDue(now);
      const expected = dues
        .map((due, i) => ({ due, i }))
        .filter(({ due }) => due <= now)
        .sort((a, b) => a.due - b.due || a.i - b.i)
        .map(({ i }) => i);
      assert.deepEqual(ran, expected);
      assert.equal(queue.next(), Math.min(Number.POSITIVE_INFINITY, ...dues.filter((due) => due > now)));
    }),
  );
});

test("a cancelled timer does not run, also when an earlier one cancels it in the same go", () => {
  const queue = new TimerQueue();
  const ran: string[] = [];
  queue.add(1, () => {
    ran.push("first");
    second.cancel();
  });
  const second = queue.add(2, () => ran.push("second"));
  queue.add(0, () => ran.push("cancelled")).cancel();
  queue.runDue(5);
  assert.deepEqual(ran, ["first"]);
  assert.equal(queue.next(), Number.POSITIVE_INFINITY);
});

test("a timer that arms itself for now waits for the next go", () => {
  const queue = new TimerQueue();
  let runs = 0;
  const again = (): void => {
    runs++;
    queue.add(0, again);
  };
  queue.add(0, again);
  queue.runDue(1);
  assert.equal(runs, 1);
  queue.runDue(1);
  assert.equal(runs, 2);
});

test("an early timer armed during a go does not hide later ones of that go", () => {
  const queue = new TimerQueue();
  const ran: string[] = [];
  queue.add(1, () => {
    ran.push("a");
    queue.add(0, () => ran.push("new"));
  });
  queue.add(2, () => ran.push("b"));
  queue.runDue(3);
  assert.deepEqual(ran.slice(0, 1), ["a"]);
  queue.runDue(3);
  assert.deepEqual(ran.toSorted(), ["a", "b", "new"]);
});

test("timers that are armed and cancelled over and over do not pile up below one that is far off", () => {
  const queue = new TimerQueue();
  queue.add(1e9, () => undefined);
  for (let i = 0; i < 10_000; i++) {
    queue.add(2e9, () => undefined).cancel();
    queue.next();
  }
  assert.ok(queue.size < 200, `${queue.size} are kept`);
});
