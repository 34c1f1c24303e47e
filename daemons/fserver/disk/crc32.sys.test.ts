import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "./crc32.ts";
import { journalSum } from "./journal-files.ts";

test("the sum of 123456789 is the one of every CRC-32", () => {
  const bytes = Buffer.from("x123456789y");
  assert.equal(crc32(bytes, 1, 10), 0xcbf43926);
  assert.equal(crc32(bytes, 3, 3), 0);
});

test("the sums of a journal are those that any Node can make", () => {
  const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7919) & 0xff));
  assert.equal(journalSum(bytes), crc32(bytes, 0, bytes.length));
});
