import assert from "node:assert/strict";
import { test } from "node:test";
import type { MountMemberReport, MountReport } from "../../core/report.ts";
import { statusLine } from "./status-line.ts";

const member = (active: boolean): MountMemberReport => ({
  server: "host-75",
  address: "192.0.2.75",
  port: 1025,
  active,
  priority: 0,
  permissions: 3,
  because: "",
  reads: 0,
  changes: 0,
});
const report = (active: readonly boolean[], rest: Partial<MountReport> = {}): MountReport => ({
  group: "pohtest",
  index: 1,
  at: "/opt/pohtest",
  pid: 1,
  software: "",
  transport: "kernel",
  requests: 0,
  unsent: 0,
  stopped: "",
  client: 1,
  members: active.map(member),
  ...rest,
});

test("a mount that is well says how many members are active, and no more", () => {
  assert.equal(statusLine(report([true, true])), "2 of 2 members active");
  assert.equal(statusLine(report([true])), "1 of 1 member active");
});

test("what is unsent, why changes wait, and what else there is follow", () => {
  const stopped = "host-75 is away: connection refused";
  assert.equal(
    statusLine(report([true, false], { unsent: 1, stopped }), "restart it"),
    `1 of 2 members active; 1 change not on all of them yet; changes wait: ${stopped}; restart it`,
  );
});
