import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
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

test("a holder that has ended, and whose parent has not asked for it yet, holds nothing", async () => {
  // The shell becomes a program that asks for nobody, before the other one ends.
  const parent = spawn("sh", ["-c", "sleep 0.5 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [said] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = said.toString().trim();
    const fields = (): string[] =>
      readFileSync(`/proc/${pid}/stat`, "latin1")
        .replace(/^.*\) /s, "")
        .split(" ");
    for (let tried = 0; fields()[0] !== "Z" && tried < 500; tried += 1) await sleep(20);
    assert.equal(fields()[0], "Z");
    writeFileSync(join(scratch, "apply.lock"), `${pid} ${fields()[19]}\n`);
    const lock = takeLock();
    assert.ok(lock.held);
    lock.release();
  } finally {
    parent.kill();
  }
});
