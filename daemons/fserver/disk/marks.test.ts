import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeMarks, encodeMarks, FIRST_MARKS, MARKS_PAGE_BYTES } from "./marks.ts";

const number = fc.maxSafeNat();
const plain = { noNullPrototype: true };
const marks = fc.record(
  { oids: number, clients: number, run: number, objects: number, boot: fc.uuid(), closed: fc.boolean() },
  plain,
);
const written = fc.record({ times: number, marks }, plain);

test("marks are read as they were written", () => {
  fc.assert(fc.property(written, (one) => assert.deepEqual(decodeMarks(encodeMarks(one)), { ok: true, value: one })));
});

test("a page of any bytes, or with one changed, is damaged", () => {
  const page = encodeMarks({ marks: FIRST_MARKS, times: 1 });
  const used = page.indexOf(0);
  fc.assert(
    fc.property(fc.nat(used - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(page);
      damaged[at] = (damaged[at] as number) ^ change;
      const read = decodeMarks(damaged);
      // Only the end of the line of the sum does not matter.
      assert(!read.ok || at === used - 1);
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !decodeMarks(Buffer.from(bytes)).ok));
  assert(!decodeMarks(Buffer.alloc(MARKS_PAGE_BYTES)).ok);
});
