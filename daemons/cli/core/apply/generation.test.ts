import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Generation, OUTCOMES, previousGood, tooOld } from "./generation.ts";

const generation = (number: number, outcome: Generation["outcome"], current = false): Generation => ({
  version: 1,
  number,
  time: "2026-11-24T12:00:00.000Z",
  outcome,
  because: "apply",
  changes: [],
  failures: [],
  current,
});

test("one goes back to the last before the current one that was applied wholly", () => {
  const all = [generation(1, "applied"), generation(2, "applied"), generation(3, "partly"), generation(4, "kept")];
  assert.equal(previousGood([...all, generation(5, "applied", true)])?.number, 2);
  assert.equal(previousGood(all.map((one) => ({ ...one, current: one.number === 2 })))?.number, 1);
  assert.equal(previousGood([generation(1, "applied", true)]), undefined);
  assert.equal(previousGood([]), undefined);
});

test("neither the one in force nor the one to go back to is ever too old", () => {
  const some = fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(some, fc.nat(39), fc.integer({ min: 1, max: 20 }), (outcomes, at, max) => {
      const all = outcomes.map((outcome, i) => generation(i + 1, outcome, i === at % outcomes.length));
      const gone = tooOld(all, max);
      assert.ok(!gone.includes((at % outcomes.length) + 1));
      assert.ok(!gone.includes(previousGood(all)?.number ?? 0));
      const left = all.length - gone.length;
      assert.ok(left <= Math.max(max, 0) + 2 && left >= Math.min(max, all.length));
      // The newest ones stay.
      assert.ok(gone.every((number) => number <= all.length - max));
    }),
  );
});
