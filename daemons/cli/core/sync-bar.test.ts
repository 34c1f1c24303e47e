import assert from "node:assert/strict";
import { test } from "node:test";
import { SyncBar } from "./sync-bar.ts";

const MIB = 1024 ** 2;

test("a bar grows with the bytes that are sent, and tells the rate once there is one", () => {
  const bar = new SyncBar("/mnt");
  assert.equal(
    bar.line({ changes: 10, bytes: 8 * MIB, members: ["b"] }, 5_000),
    "[--------------------] 0% /mnt: 10 changes (8.0 MiB) left, waiting for b",
  );
  assert.equal(
    bar.line({ changes: 5, bytes: 4 * MIB, members: ["b"] }, 6_000),
    "[#########-----------] 49% /mnt: 5 changes (4.0 MiB) left, waiting for b, 4.0 MiB/s",
  );
  assert.equal(
    bar.line({ changes: 0, bytes: 0, members: [] }, 7_000),
    "[###################-] 99% /mnt: waiting for the disks of the servers, 4.0 MiB/s",
  );
});

test("without bytes it counts changes", () => {
  const bar = new SyncBar("/mnt");
  bar.line({ changes: 200, bytes: 0, members: ["a"] }, 0);
  assert.match(bar.line({ changes: 100, bytes: 0, members: ["a"] }, 1_000), /^\[#{9}-{11}\] 49% .* 100 changes\/s$/);
});

test("where nothing is left from the start, the disks are waited for", () => {
  assert.equal(
    new SyncBar("/mnt").line({ changes: 0, bytes: 0, members: [] }, 0),
    "[###################-] 99% /mnt: waiting for the disks of the servers",
  );
});
