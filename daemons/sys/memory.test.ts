import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addressOf, cstring, readI64, readU64, viewOf, write64 } from "./memory.ts";

test("every safe integer comes back from its 64 bits", () => {
  const view = viewOf(Buffer.alloc(16));
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      write64(view, 8, value);
      assert.equal(readI64(view, 8), value);
      assert.equal(view.getBigInt64(8, true), BigInt(value));
      if (value >= 0) assert.equal(readU64(view, 8), value);
    }),
  );
});

test("a path is its bytes and a NUL, also when it is longer than a path may be", () => {
  for (const text of ["", "name", "\u0001\u00ff", "x".repeat(4096), "x".repeat(5000)]) {
    const bytes = cstring(text);
    const end = bytes.indexOf(0);
    assert.equal(bytes.toString("latin1", 0, end), text);
  }
});

test("two paths can be had at once", () => {
  const [a, b] = [cstring("first"), cstring("second")];
  assert.equal(a.toString("latin1", 0, 6), "first\0");
  assert.equal(b.toString("latin1", 0, 7), "second\0");
});

test("an address stays true when the garbage collector moves things, also of small arrays", () => {
  const arrays = Array.from({ length: 2000 }, (_, i) => new Uint8Array(8).fill(i & 255));
  const addresses = arrays.map(addressOf);
  let garbage: unknown[] = [];
  for (let i = 0; i < 300_000; i++) {
    garbage.push({ i });
    if (garbage.length > 10_000) garbage = [];
  }
  assert.deepEqual(arrays.map(addressOf), addresses);
  assert.equal(new Set(addresses).size, 2000);
});

test("a view of part of an array has the address of its first byte", () => {
  const whole = Buffer.alloc(100);
  assert.equal(addressOf(whole.subarray(40)) - addressOf(whole), 40);
  assert.equal(addressOf(new Uint8Array(0)), 0);
});
