import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { S_IFREG } from "../../core/attributes.ts";
import { oid } from "../../core/brand.ts";
import { decodeRecord, encodeRecord, HANDLE_BYTES_MAX, newEntry, RECORD_BYTES } from "./index-record.ts";

const key = fc
  .uint8Array({ minLength: 4, maxLength: 4 + HANDLE_BYTES_MAX })
  .map((bytes) => Buffer.from(bytes).toString("latin1"));
const entry = fc
  .record({ key, orphan: fc.boolean(), version: fc.maxSafeNat(), sec: fc.maxSafeInteger(), nsec: fc.nat(999_999_999) })
  .map(({ key: handle, orphan, version, sec, nsec }) =>
    Object.assign(newEntry(oid(77), S_IFREG, handle), { orphan, version, ctimeSec: sec, ctimeNsec: nsec }),
  );

test("a record is read as it was written, wherever it lies", () => {
  fc.assert(
    fc.property(entry, fc.nat(200), (one, at) => {
      const bytes = Buffer.alloc(300, 0xee);
      encodeRecord(one, bytes, at);
      assert.deepEqual(decodeRecord(77, bytes, at), one);
      assert(bytes.subarray(at + RECORD_BYTES).every((byte) => byte === 0xee));
    }),
  );
});

test("a damaged record, or none, is no object", () => {
  fc.assert(
    fc.property(entry, fc.nat(RECORD_BYTES - 1), fc.integer({ min: 1, max: 255 }), (one, at, change) => {
      const bytes = Buffer.alloc(RECORD_BYTES);
      encodeRecord(one, bytes, 0);
      bytes[at] = (bytes[at] as number) ^ change;
      assert.equal(decodeRecord(77, bytes, 0), undefined);
    }),
  );
  assert.equal(decodeRecord(77, Buffer.alloc(RECORD_BYTES), 0), undefined);
});
