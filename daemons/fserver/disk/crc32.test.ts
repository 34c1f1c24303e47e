import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "./crc32.ts";

test("the sum of 123456789 is the one of every CRC-32", () => {
  const bytes = Buffer.from("x123456789y");
  assert.equal(crc32(bytes, 1, 10), 0xcbf43926);
  assert.equal(crc32(bytes, 3, 3), 0);
});
