import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText, durationText } from "./quantity.ts";

test("sizes have three digits at most, in IEC units", () => {
  assert.deepEqual([0, 1, 999, 1000, 1024, 1536, 102_400, 1_048_575, 1_048_576, 5 * 2 ** 30, 2 ** 53].map(bytesText), [
    "0 B",
    "1 B",
    "999 B",
    "1.0 KiB",
    "1.0 KiB",
    "1.5 KiB",
    "100 KiB",
    "1.0 MiB",
    "1.0 MiB",
    "5.0 GiB",
    "8.0 PiB",
  ]);
});

test("spans are told in their two largest units", () => {
  assert.deepEqual([0, 0.9, 59, 60, 3_661, 86_400, 90_061].map(durationText), [
    "0s",
    "0s",
    "59s",
    "1m",
    "1h 1m",
    "1d",
    "1d 1h",
  ]);
});
