import assert from "node:assert/strict";
import { test } from "node:test";
import { run, wait, type Operation } from "./operation.ts";

/** Waits that a test ends. */
function waits() {
  const open: ((value: string) => void)[] = [];
  const cancelled: number[] = [];
  function* one(): Operation<string> {
    return yield* wait<string>((resume) => {
      const at = open.push(resume) - 1;
      return () => {
        cancelled.push(at);
        resume("cancelled");
      };
    });
  }
  return { open, cancelled, one };
}

test("an operation that never waits ends before run returns", () => {
  const results: number[] = [];
  run(
    (function* (): Operation<number> {
      return 5;
    })(),
    (value) => results.push(value),
  );
  assert.deepEqual(results, [5]);
});

test("an operation goes on with the value that it waited for", () => {
  const { open, one } = waits();
  const results: string[] = [];
  run(
    (function* (): Operation<string> {
      return (yield* one()) + (yield* one());
    })(),
    (value) => results.push(value),
  );
  open[0]?.("a");
  assert.deepEqual(results, []);
  open[1]?.("b");
  assert.deepEqual(results, ["ab"]);
});

test("a value that is there at once costs no stack: a hundred thousand waits in a row end", () => {
  const results: number[] = [];
  run(
    (function* (): Operation<number> {
      let sum = 0;
      for (let count = 0; count < 100_000; count += 1) {
        sum += yield* wait<number>((resume) => {
          resume(1);
          return undefined;
        });
      }
      return sum;
    })(),
    (value) => results.push(value),
  );
  assert.deepEqual(results, [100_000]);
});

test("a second answer to one wait is not taken for the next one's", () => {
  const { open, one } = waits();
  const results: string[] = [];
  run(
    (function* (): Operation<string> {
      return (yield* one()) + (yield* one());
    })(),
    (value) => results.push(value),
  );
  open[0]?.("a");
  open[0]?.("late");
  open[1]?.("b");
  assert.deepEqual(results, ["ab"]);
});

test("an interrupt ends the present wait", () => {
  const { cancelled, one } = waits();
  const results: string[] = [];
  const task = run(one(), (value) => results.push(value));
  task.interrupt();
  assert.deepEqual(results, ["cancelled"]);
  assert.deepEqual(cancelled, [0]);
});

test("an interrupt during a wait that cannot end early ends the next one that can", () => {
  const { one } = waits();
  const results: string[] = [];
  let goOn = (): void => {};
  const task = run(
    (function* (): Operation<string> {
      yield* wait<void>((resume) => {
        goOn = () => resume();
        return undefined;
      });
      return yield* one();
    })(),
    (value) => results.push(value),
  );
  task.interrupt();
  assert.deepEqual(results, []);
  goOn();
  assert.deepEqual(results, ["cancelled"]);
});

test("an interrupt after the end does nothing", () => {
  const { open, cancelled, one } = waits();
  const task = run(one(), () => {});
  open[0]?.("a");
  task.interrupt();
  assert.deepEqual(cancelled, []);
});
