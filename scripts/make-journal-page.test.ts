import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("docs/journal.md is in step with the layouts in the code", () => {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const script = ["--import=tsx", "scripts/make-journal-page.ts", "--check"];
  const { status, stderr } = spawnSync(process.execPath, script, { cwd, encoding: "utf8" });
  assert.equal(status, 0, stderr);
});
