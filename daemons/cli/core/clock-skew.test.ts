import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clockSkew } from "./clock-skew.ts";

test("a clock that was read between question and answer need not differ", () => {
  assert.equal(clockSkew(1_500, 1_000, 2_000), 0);
  assert.equal(clockSkew(5_000, 1_000, 2_000), 3_000);
  assert.equal(clockSkew(400, 1_000, 2_000), -600);
});

test("it never says more than what is so, whenever between the two the clock was read", () => {
  const time = fc.nat(1_000_000);
  fc.assert(
    fc.property(time, time, time, fc.integer({ min: -100_000, max: 100_000 }), (asked, there, back, skew) => {
      const said = clockSkew(asked + there + skew, asked, asked + there + back);
      assert.ok(Math.abs(said) <= Math.abs(skew) && said * skew >= 0);
      assert.ok(Math.abs(said) >= Math.abs(skew) - there - back);
    }),
  );
});
