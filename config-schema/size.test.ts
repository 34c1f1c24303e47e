import assert from "node:assert/strict";
import test from "node:test";
import { sizeBytes } from "./size.ts";

test("a size is a number and its unit", () => {
  assert.equal(sizeBytes("512 MiB"), 512 * 1024 ** 2);
  assert.equal(sizeBytes("512MiB"), 512 * 1024 ** 2);
  assert.equal(sizeBytes("1.5 GiB"), 1.5 * 1024 ** 3);
  assert.equal(sizeBytes("1 TiB"), 1024 ** 4);
  assert.equal(sizeBytes("1.0001 KiB"), 1024);
});

test("what could be meant in two ways is none", () => {
  for (const text of ["512", "512 MB", "512M", "1,5 GiB", "-1 MiB", "MiB", "1  MiB", " 1 MiB"])
    assert.equal(sizeBytes(text), undefined, text);
});
