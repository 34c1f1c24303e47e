import assert from "node:assert/strict";
import { test } from "node:test";
import { leftText } from "./left-text.ts";

test("what is left is told in a few words", () => {
  assert.equal(
    leftText({ changes: 812, bytes: 3_355_443, members: ["host-75", "host-166"] }),
    "812 changes (3.2 MiB) left, waiting for host-75, host-166",
  );
  assert.equal(leftText({ changes: 1, bytes: 0, members: [] }), "1 change left");
  assert.equal(leftText({ changes: 0, bytes: 0, members: [] }), "waiting for the disks of the servers");
});
