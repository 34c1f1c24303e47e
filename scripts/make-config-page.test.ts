import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

for (const maker of ["make-config-page", "make-options-page", "make-validator"]) {
  test(`what scripts/${maker}.ts makes is in step with the schema`, () => {
    const script = ["--import=tsx", `scripts/${maker}.ts`, "--check"];
    const { status, stderr } = spawnSync(process.execPath, script, { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  });
}
