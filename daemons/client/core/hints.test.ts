import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, oid, ROOT_OID } from "../../core/brand.ts";
import { Hints } from "./hints.ts";

const name = (count: number) => fileName(`n${count}`);
const hint = (count: number) => ({ oid: oid(count), type: 0 });

test("a name is remembered by its directory", () => {
  const hints = new Hints();
  hints.set(ROOT_OID, name(1), hint(5));
  assert.deepEqual(hints.get(ROOT_OID, name(1)), hint(5));
  assert.equal(hints.get(oid(2), name(1)), undefined);
  hints.delete(ROOT_OID, name(1));
  assert.equal(hints.get(ROOT_OID, name(1)), undefined);
});

test("names of two directories are never mixed up", () => {
  const hints = new Hints();
  hints.set(oid(1), fileName("2/x"), hint(5));
  assert.equal(hints.get(oid(12), fileName("x")), undefined);
});

test("the oldest are forgotten when there are too many", () => {
  const hints = new Hints();
  for (let count = 0; count < 20_000; count += 1) hints.set(ROOT_OID, name(count), hint(count));
  assert.equal(hints.get(ROOT_OID, name(0)), undefined);
  assert.deepEqual(hints.get(ROOT_OID, name(19_999)), hint(19_999));
  let kept = 0;
  for (let count = 0; count < 20_000; count += 1) if (hints.get(ROOT_OID, name(count)) !== undefined) kept += 1;
  assert.ok(kept <= 16_384);
});
