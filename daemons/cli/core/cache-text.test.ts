import assert from "node:assert/strict";
import { test } from "node:test";
import type { CacheReport } from "../../core/report.ts";
import { cacheProblems, cacheText } from "./cache-text.ts";

const MIB = 1024 ** 2;
const cache: CacheReport = {
  objects: 1_234,
  memoryBytes: 1.5 * MIB,
  memoryBytesMax: 512 * MIB,
  readLeases: 800,
  writeLeases: 1,
  dirtyChanges: 3,
  dirtyBytes: 10_000,
  dirtyBytesMax: 64 * MIB,
  mispredicted: 0,
  lateErrorCount: 0,
  lateErrors: [],
  rescueFiles: [],
};

test("what is kept at hand is told in one sentence", () => {
  assert.equal(
    cacheText(cache),
    "knows 1234 objects in 1.5 MiB of 512 MiB; 800 read and 1 write lease; 3 changes on the way, 9.8 KiB of 64.0 MiB",
  );
});

test("late errors, rescue files and wrong forecasts are told; else nothing is wrong", () => {
  assert.deepEqual(cacheProblems(cache), []);
  assert.deepEqual(cacheProblems(undefined), []);
  const error = { oid: 7, path: "", errno: "ENOSPC", change: "write", timeMs: Date.UTC(2026, 10, 24, 16, 5) };
  const bad = { ...cache, lateErrorCount: 2, lateErrors: [error], rescueFiles: ["/r/1.changes"], mispredicted: 1 };
  assert.deepEqual(cacheProblems(bad), [
    "2 changes failed after programs had been told that it was done; the last at 2026-11-24 16:05: write of object 7 failed with ENOSPC",
    "changes that no server took are kept in /r/1.changes",
    "1 change ended otherwise than foretold: a bug of pohmelfs",
  ]);
});
