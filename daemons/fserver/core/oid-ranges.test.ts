import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clientId, oid } from "../../core/brand.ts";
import { OidRanges } from "./oid-ranges.ts";

test("a number belongs to the client of its range, once", () => {
  const ranges = new OidRanges();
  ranges.give(clientId(1), oid(10), oid(20));
  assert.equal(ranges.take(oid(9)), undefined);
  assert.equal(ranges.take(oid(10)), 1);
  assert.equal(ranges.take(oid(10)), undefined);
  assert.equal(ranges.take(oid(19)), 1);
  assert.equal(ranges.take(oid(20)), undefined);
});

test("a range of which all was taken is forgotten", () => {
  const ranges = new OidRanges();
  ranges.give(clientId(1), oid(10), oid(12));
  ranges.take(oid(10));
  assert.equal(ranges.size, 1);
  ranges.take(oid(11));
  assert.equal(ranges.size, 0);
});

test("an empty range is none", () => {
  const ranges = new OidRanges();
  ranges.give(clientId(1), oid(10), oid(10));
  assert.equal(ranges.size, 0);
});

test("ranges answer as a plain list of numbers would", () => {
  const give = fc.record({ kind: fc.constant("give"), client: fc.integer({ min: 1, max: 3 }), length: fc.nat(20) });
  const take = fc.record({ kind: fc.constant("take"), number: fc.integer({ min: 1, max: 150 }) });
  const end = fc.record({ kind: fc.constant("end"), client: fc.integer({ min: 1, max: 3 }) });
  // Ranges need not come in rising order: blocks of numbers are shuffled.
  const blocks = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.oneof(give, take, take, end), { maxLength: 60 }), blocks, (steps, order) => {
      const ranges = new OidRanges();
      const plain = new Map<number, number>();
      let block = 0;
      for (const step of steps) {
        if ("length" in step) {
          const place = order[block];
          if (place === undefined) continue;
          block += 1;
          const from = 1 + place * 30;
          for (let number = from; number < from + step.length; number += 1) plain.set(number, step.client);
          ranges.give(clientId(step.client), oid(from), oid(from + step.length));
        } else if ("number" in step) {
          assert.equal(ranges.take(oid(step.number)), plain.get(step.number));
          plain.delete(step.number);
        } else {
          ranges.end(clientId(step.client));
          for (const [number, client] of plain) if (client === step.client) plain.delete(number);
        }
      }
      for (let number = 0; number < 200; number += 1) assert.equal(ranges.take(oid(number)), plain.get(number));
      assert.equal(ranges.size, 0);
    }),
  );
});
