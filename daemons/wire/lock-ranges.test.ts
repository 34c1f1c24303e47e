import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { conflicts, type OwnedRange, setRange } from "./lock-ranges.ts";
import { LOCK } from "./messages.ts";

const range = (owner: string, type: number, start: number, end: number): OwnedRange => ({
  owner,
  type,
  start,
  end,
});
const text = (held: readonly OwnedRange[]): string[] =>
  held.map(({ owner, type, start, end }) => `${owner}${"rw"[type]}${start}-${end}`).sort();
/** Sets one range after the other. */
const after = (...ranges: readonly OwnedRange[]): string[] => text(ranges.reduce(setRange<OwnedRange>, []));

test("ranges of one type that touch become one", () => {
  assert.deepEqual(after(range("a", LOCK.read, 0, 9), range("a", LOCK.read, 20, 29)), ["ar0-9", "ar20-29"]);
  assert.deepEqual(after(range("a", LOCK.read, 0, 9), range("a", LOCK.read, 20, 29), range("a", LOCK.read, 10, 19)), [
    "ar0-29",
  ]);
});

test("another type in the middle splits a range", () => {
  assert.deepEqual(after(range("a", LOCK.read, 0, 29), range("a", LOCK.write, 10, 19)), [
    "ar0-9",
    "ar20-29",
    "aw10-19",
  ]);
});

test("unlocking the middle splits a range", () => {
  assert.deepEqual(after(range("a", LOCK.write, 0, 29), range("a", LOCK.unlock, 10, 19)), ["aw0-9", "aw20-29"]);
});

test("a range of another type that only touches stays as it is", () => {
  assert.deepEqual(after(range("a", LOCK.read, 0, 9), range("a", LOCK.write, 10, 19)), ["ar0-9", "aw10-19"]);
});

test("other owners' ranges are not touched", () => {
  assert.deepEqual(after(range("a", LOCK.read, 0, 9), range("b", LOCK.unlock, 0, 9)), ["ar0-9"]);
});

test("the end of the file is a byte like others", () => {
  const end = Number.MAX_SAFE_INTEGER;
  assert.deepEqual(after(range("a", LOCK.write, 0, end), range("a", LOCK.unlock, 10, end)), ["aw0-9"]);
  assert.deepEqual(after(range("a", LOCK.write, 5, end), range("a", LOCK.write, 0, 4)), [`aw0-${end}`]);
});

test("only overlapping ranges of different owners conflict, and not two readers", () => {
  assert.equal(conflicts(range("a", LOCK.write, 0, 9), range("b", LOCK.read, 9, 19)), true);
  assert.equal(conflicts(range("a", LOCK.write, 0, 9), range("b", LOCK.write, 10, 19)), false);
  assert.equal(conflicts(range("a", LOCK.read, 0, 9), range("b", LOCK.read, 0, 9)), false);
  assert.equal(conflicts(range("a", LOCK.write, 0, 9), range("a", LOCK.write, 0, 9)), false);
});

test("ranges say of each byte what a list of bytes says", () => {
  const bytes = 16;
  const step = fc.record({
    owner: fc.constantFrom("a", "b"),
    type: fc.constantFrom(LOCK.read, LOCK.write, LOCK.unlock),
    ends: fc.tuple(fc.nat(bytes - 1), fc.nat(bytes - 1)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let held: OwnedRange[] = [];
      const plain = new Map<string, number>();
      for (const { owner, type, ends } of steps) {
        const [start, end] = [Math.min(...ends), Math.max(...ends)];
        held = setRange(held, range(owner, type, start, end));
        for (let byte = start; byte <= end; byte += 1) plain.set(`${owner}${byte}`, type);
        for (const name of ["a", "b"]) {
          const own = held.filter((one) => one.owner === name).sort((one, other) => one.start - other.start);
          for (let byte = 0; byte < bytes; byte += 1) {
            const over = own.filter((one) => one.start <= byte && byte <= one.end).map((one) => one.type);
            const type = plain.get(`${name}${byte}`) ?? LOCK.unlock;
            assert.deepEqual(over, type === LOCK.unlock ? [] : [type]);
          }
          // As few ranges as can be: neighbours that touch differ.
          own.reduce(
            (one, next) => {
              assert.ok(next.start > one.end + 1 || next.type !== one.type);
              return next;
            },
            range(name, LOCK.unlock, -9, -9),
          );
        }
      }
    }),
    { numRuns: 500 },
  );
});
