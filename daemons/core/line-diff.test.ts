import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { diffLines, unifiedDiff } from "./line-diff.ts";

const line = fc.constantFrom("", "a", "b", "c=1", "[Unit]");
const lines = fc.array(line, { maxLength: 25 });

test("what stays and what is gone make the first text, what stays and what is new the second", () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const all = diffLines(before, after);
      assert.deepEqual(
        all.filter(({ kind }) => kind !== "new").map(({ text }) => text),
        before,
      );
      assert.deepEqual(
        all.filter(({ kind }) => kind !== "gone").map(({ text }) => text),
        after,
      );
    }),
  );
});

test("equal texts differ in nothing", () => {
  fc.assert(fc.property(lines, (same) => assert.equal(unifiedDiff(same.join("\n"), same.join("\n")), "")));
});

test("a difference is shown with three lines around it", () => {
  const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  const expected = "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n";
  assert.equal(unifiedDiff(before, before.replace("5", "five")), expected);
  assert.equal(unifiedDiff("", "a\nb\n"), "@@ -0,0 +1,2 @@\n+a\n+b\n");
  assert.equal(unifiedDiff("a\n", ""), "@@ -1,1 +0,0 @@\n-a\n");
});

test("patch(1) makes the second text from the first and the difference", (t) => {
  if (spawnSync("patch", ["--version"]).status !== 0) return t.skip("patch is not installed");
  const folder = mkdtempSync(join(tmpdir(), "pohmelfs-diff-"));
  try {
    const file = join(folder, "file");
    const whole = fc.array(line, { minLength: 1, maxLength: 25 }).map((some) => `${some.join("\n")}\n`);
    fc.assert(
      fc.property(whole, whole, (before, after) => {
        if (before === after) return;
        writeFileSync(file, before);
        const input = `--- file\n+++ file\n${unifiedDiff(before, after)}`;
        const made = spawnSync("patch", ["-s", "-o", "-", file], { input, encoding: "utf8" });
        assert.equal(made.stderr + made.stdout, after);
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
