import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cookieOf, offsetOf } from "./cookie.ts";

const high = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const low = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const exact = (high: number, low: number): bigint => (BigInt(high) << 32n) + BigInt(low);

test("a cookie is a safe integer, and leads to its place or just before it", () => {
  fc.assert(
    fc.property(high, low, (h, l) => {
      const cookie = cookieOf(h, l);
      assert(Number.isSafeInteger(cookie) && cookie >= 0);
      const back = BigInt(offsetOf(cookie));
      const place = exact(h, l);
      assert(back <= place && place - back < 2_048n);
      if (place < 2n ** 52n) assert.equal(back, place);
    }),
  );
});

test("cookies are in the order of the places", () => {
  fc.assert(
    fc.property(high, low, high, low, (h, l, h2, l2) => {
      if (exact(h, l) <= exact(h2, l2)) assert(cookieOf(h, l) <= cookieOf(h2, l2));
    }),
  );
});

test("the beginning is 0", () => assert.equal(cookieOf(0, 0), 0));
