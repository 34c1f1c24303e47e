import assert from "node:assert/strict";
import { test } from "node:test";
import { EXIT } from "./exit-codes.ts";
import { syncCode, syncLines, type MountSync } from "./sync-result.ts";

const NOTHING = { changes: 0, bytes: 0, members: [] };
const done: MountSync = {
  at: "/mnt",
  group: "g",
  outcome: "done",
  because: "",
  seconds: 0.04,
  left: NOTHING,
  lateErrors: [],
};
const late: MountSync = {
  ...done,
  lateErrors: [{ oid: 7, path: "a/b", errno: "ENOSPC", change: "write", timeMs: 0 }],
};
const timedOut: MountSync = {
  ...done,
  outcome: "timedOut",
  seconds: 5,
  left: { changes: 3, bytes: 2_048, members: ["host-166"] },
};
const dead: MountSync = { ...done, outcome: "dead", because: "its daemon is gone" };

test("it is done when all mounts are, and have told of no late error", () => {
  assert.equal(syncCode([]), EXIT.ok);
  assert.equal(syncCode([done, done]), EXIT.ok);
  assert.equal(syncCode([late]), EXIT.failed);
  assert.equal(syncCode([done, dead]), EXIT.partly);
  assert.equal(syncCode([dead, dead]), EXIT.failed);
  assert.equal(syncCode([done, timedOut, dead]), EXIT.timedOut);
});

test("people read what is left, and which file has lost something", () => {
  assert.deepEqual(syncLines(done), ["/mnt: all is on the disks of all servers (0.0 s)"]);
  assert.deepEqual(syncLines(timedOut), ["/mnt: not done after 5 s: 3 changes (2.0 KiB) left, waiting for host-166"]);
  assert.deepEqual(syncLines(late).slice(1), ["/mnt: late error: write of a/b failed with ENOSPC"]);
  assert.deepEqual(syncLines(dead), ["/mnt: its daemon is gone"]);
});
