import assert from "node:assert/strict";
import { test } from "node:test";
import { Quick } from "./quick.ts";

/** @returns Whether the next call is worthwhile, after calls that took so long. */
function after(...took: readonly number[]): boolean {
  const quick = new Quick();
  for (const ms of took) quick.took(ms);
  return quick.worthwhile();
}

const many = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

test("a thread waits for the disk itself once several calls were quick", () => {
  assert(!after());
  assert(!after(...many(7, 0.1)));
  assert(after(...many(8, 0.1)));
});

test("a call that is somewhat slow now and then changes nothing, many do", () => {
  assert(after(...many(30, 0.1), 1));
  assert(!after(...many(30, 0.1), 1, 1, 1, 1, 1));
});

test("after one that took very long it leaves them to others for a while", () => {
  assert(!after(...many(30, 0.1), 20, ...many(60, 0.1)));
  assert(after(...many(30, 0.1), 20, ...many(72, 0.1)));
});
