import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { takeLock } from "./lock.ts";

const scratch = mkdtempSync(join(tmpdir(), "pohmelfs-lock-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
process.env["POHMELFS_RUN"] = scratch;

test("who holds the lock is told, and when it is released the next one has it", () => {
  const first = takeLock();
  assert.ok(first.held);
  assert.deepEqual(takeLock(), { held: false, by: process.pid });
  first.release();
  const second = takeLock();
  assert.ok(second.held);
  second.release();
  assert.deepEqual(readdirSync(scratch), []);
});

test("what a holder has left that is dead, or whose number is another's by now, is taken over", () => {
  const { pid } = spawnSync("true");
  for (const left of [`${pid} 1\n`, `${process.pid} 1\n`, "nonsense\n", ""]) {
    writeFileSync(join(scratch, "apply.lock"), left);
    const lock = takeLock();
    assert.ok(lock.held, JSON.stringify(left));
    lock.release();
    assert.deepEqual(readdirSync(scratch), []);
  }
});
