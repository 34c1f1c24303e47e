import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { GroupLists, parseGroups } from "./groups.ts";

const isRoot = process.geteuid?.() === 0;

const STATUS =
  "Name:\tbash\nUid:\t1000\t1000\t1000\t1000\nGid:\t100\t100\t100\t101\nFDSize:\t64\nGroups:\t4 27 4000000000 \n";

test("groups are those of the process only when its file-system ids are the caller's", () => {
  assert.deepEqual(parseGroups(STATUS, 1000, 101), [4, 27, 4_000_000_000]);
  assert.deepEqual(parseGroups(STATUS, 1001, 101), []);
  assert.deepEqual(parseGroups(STATUS, 1000, 100), []);
  assert.deepEqual(parseGroups("", 1000, 100), []);
  assert.deepEqual(parseGroups(STATUS.replace("4 27 4000000000 ", ""), 1000, 101), []);
});

test("the groups of a running process are found, and none of one that has gone", {
  skip: isRoot ? false : "needs root",
}, async () => {
  const script =
    "process.setgroups([7, 70000]); process.setgid(2000); process.setuid(1000); console.log('ready'); process.stdin.resume();";
  const child = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] });
  const pid = child.pid ?? 0;
  await once(child.stdout, "data");
  const lists = new GroupLists();
  assert.deepEqual(lists.of(pid, 1000, 2000), [7, 70_000]);
  assert.deepEqual(lists.of(pid, 1000, 2001), []);
  assert.deepEqual(lists.of(pid, 0, 0), []);
  child.stdin.end();
  await once(child, "exit");
  assert.deepEqual(lists.of(pid, 1000, 2000), [7, 70_000], "an answer holds for a second");
  assert.deepEqual(new GroupLists().of(pid, 1000, 2000), []);
  assert.deepEqual(lists.of(0, 1000, 2000), []);
});
