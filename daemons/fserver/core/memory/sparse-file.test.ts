import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SparseFile } from "./sparse-file.ts";

const SIZE = 40_000;
const offset = fc.nat(SIZE);
const step = fc.oneof(
  fc.record({
    kind: fc.constant("write" as const),
    offset,
    length: fc.nat(9_000),
    byte: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ kind: fc.constant("truncate" as const), offset }),
  fc.record({ kind: fc.constant("clear" as const), offset, length: fc.nat(9_000), holes: fc.boolean() }),
  fc.record({ kind: fc.constant("allocate" as const), offset, length: fc.nat(9_000) }),
);

test("a sparse file has the bytes of a plain array", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const file = new SparseFile();
      const plain = Buffer.alloc(2 * SIZE);
      for (const one of steps) {
        if (one.kind === "write") {
          file.write(one.offset, new Uint8Array(one.length).fill(one.byte));
          plain.fill(one.byte, one.offset, one.offset + one.length);
        } else if (one.kind === "truncate") {
          file.truncate(one.offset);
          plain.fill(0, one.offset);
        } else if (one.kind === "clear") {
          file.clear(one.offset, one.length, one.holes);
          plain.fill(0, one.offset, one.offset + one.length);
        } else file.allocate(one.offset, one.length);
      }
      const into = Buffer.alloc(2 * SIZE);
      assert.equal(file.read(0, into.length, into), file.size);
      assert(into.equals(plain));
    }),
  );
});

test("holes and data alternate", () => {
  const file = new SparseFile();
  file.write(10_000, new Uint8Array(5));
  file.truncate(30_000);
  assert.deepEqual(
    [
      file.seek(0, true),
      file.seek(0, false),
      file.seek(9_000, false),
      file.seek(20_000, true),
      file.seek(30_000, false),
    ],
    [8_192, 0, 12_288, undefined, undefined],
  );
});
