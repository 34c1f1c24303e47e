import assert from "node:assert/strict";
import { test } from "node:test";
import { isKilled, ProcessStatus } from "./process-status.ts";

const status = (pending: string): string => `Name:\tcat\nThreads:\t1\nSigPnd:\t${pending}\nShdPnd:\t0000000000000100\n`;

test("a thread for which SIGKILL is pending is being killed", () => {
  assert.equal(isKilled(status("0000000000000100")), true);
  assert.equal(isKilled(status("ffffffffffffffff")), true);
});

test("a thread for which other signals are pending is not", () => {
  assert.equal(isKilled(status("0000000000000000")), false);
  assert.equal(isKilled(status("fffffffffffffeff")), false);
});

test("nobody knows of a process that has gone", () => {
  assert.equal(isKilled(""), false);
});

test("the status of a process is read, again and again, and is empty when there is none", () => {
  const status = new ProcessStatus();
  for (const pid of [process.pid, 1, process.pid]) assert.match(status.read(pid), new RegExp(`^Pid:\\s+${pid}$`, "m"));
  assert.equal(status.read(2 ** 30), "");
  assert.equal(isKilled(status.read(process.pid)), false);
});
