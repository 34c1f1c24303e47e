import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { currentTrial, dropTrial, keepTrial, type Trial } from "./try-guard.ts";

const scratch = mkdtempSync(join(tmpdir(), "pohmelfs-try-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
process.env["POHMELFS_STATE"] = scratch;

const TRIAL: Trial = { version: 1, generation: 7, back: 6, until: "2026-11-24T12:00:00.000Z" };
beforeEach(() => {
  rmSync(join(scratch, "try.reverting.json"), { force: true });
  writeFileSync(join(scratch, "try.json"), JSON.stringify(TRIAL));
});

test("what is confirmed does not come back, though the timer was quick", () => {
  assert.equal(keepTrial(), true);
  assert.equal(dropTrial(), undefined);
  assert.equal(currentTrial(), undefined);
});

test("what comes back is not confirmed any more", () => {
  assert.deepEqual(dropTrial(), TRIAL);
  assert.equal(keepTrial(), false);
});

test("a way back that did not come to its end is gone on with, and no other change is made before", () => {
  dropTrial();
  assert.deepEqual(currentTrial(), TRIAL);
  assert.deepEqual(dropTrial(), TRIAL);
});
