import assert from "node:assert/strict";
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compareTrees } from "./compare-trees.ts";
import { temporaryDirectory } from "./temporary.ts";

/** Directories change their times whenever a name in them does. */
function settle(root: string, ...folders: readonly string[]): void {
  for (const folder of [...folders, "."]) utimesSync(join(root, folder), 1_000, 1_000);
}

function build(root: string): void {
  mkdirSync(join(root, "folder"), { recursive: true });
  writeFileSync(join(root, "folder/file"), "content");
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]), "no text");
  symlinkSync("folder/file", join(root, "soft"));
  linkSync(join(root, "folder/file"), join(root, "hard"));
  utimesSync(join(root, "folder/file"), 1_000, 1_000);
  utimesSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]), 1_000, 1_000);
  settle(root, "folder");
}

function differences(change: (right: string) => void): string[] {
  using folder = temporaryDirectory("compare");
  const [left, right] = [join(folder.path, "left"), join(folder.path, "right")];
  build(left);
  build(right);
  change(right);
  settle(right, "folder");
  const found = compareTrees(left, right).differences;
  // A symbolic link's own time cannot be set from Node.
  return found.map(({ path, what }) => `${path}: ${what}`).filter((line) => !line.startsWith("soft: mtime"));
}

test("equal trees are equal, whatever is in .pohmelfs", () => {
  assert.deepEqual(
    differences((right) => mkdirSync(join(right, ".pohmelfs"))),
    [],
  );
});

test("every kind of difference is found and named", () => {
  const found = differences((right) => {
    writeFileSync(join(right, "folder/file"), "CONTENT");
    utimesSync(join(right, "folder/file"), 1_000, 1_000.5);
    chmodSync(join(right, "folder"), 0o700);
    rmSync(join(right, "soft"));
    symlinkSync("elsewhere", join(right, "soft"));
    rmSync(join(right, "hard"));
    writeFileSync(join(right, "more"), "");
    rmSync(Buffer.concat([Buffer.from(`${right}/`), Buffer.from([0xff, 0xfe])]) as unknown as string);
  });
  assert.deepEqual(found, [
    "folder: mode 40755 and 40700",
    "folder/file: mtime 1000.000000000 and 1000.500000000",
    "folder/file: links 2 and 1",
    "folder/file: content differs within 1048576 bytes from 0",
    "hard: is only in the first",
    "soft: size 11 and 9",
    "soft: links to folder/file and to elsewhere",
    "\\xff\\xfe: is only in the first",
    "more: is only in the second",
  ]);
});

test("names that are one object in one tree must be one in the other", () => {
  const found = differences((right) => {
    rmSync(join(right, "hard"));
    writeFileSync(join(right, "hard"), "content");
    linkSync(join(right, "hard"), join(right, "folder/other"));
    linkSync(join(right, "folder/file"), join(right, "folder/second"));
    utimesSync(join(right, "hard"), 1_000, 1_000);
  });
  assert.ok(found.includes("hard: is the same object as folder/file, and as hard"), found.join("\n"));
});
