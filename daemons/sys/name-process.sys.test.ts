import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

test("a process has the name that it gives itself, and its arguments", () => {
  const script = `
    import { readFileSync } from "node:fs";
    import { nameProcess } from ${JSON.stringify(new URL("name-process.ts", import.meta.url).href)};
    nameProcess("fserver");
    console.log(readFileSync("/proc/self/comm", "latin1"), readFileSync("/proc/self/cmdline", "latin1").includes("--name"));
  `;
  const words = ["--import", "tsx", "--input-type=module", "-e", script, "--", "--name"];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  assert.equal(stdout, "fserver\n true\n", stderr);
});
