import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { NotifySocket } from "../../test/support/notify-socket.ts";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import type { ServerPlan } from "./server-plan.ts";
import type { ToServer } from "./server-thread.ts";
import { Supervisor } from "./supervisor.ts";

const PLAN: ServerPlan = {
  server: "one",
  file: undefined,
  software: "1",
  address: "127.0.0.1",
  port: 1025,
  members: [],
  witnessOf: [{ index: 1, group: "g" }],
  allowed: [],
  configHash: new Uint8Array(0),
  anyIndex: false,
  workers: 1,
  lapseMs: 1,
  suspectMs: 1,
  log: { level: "error", file: undefined },
};

test("the watchdog beats only when the thread that serves has answered", async () => {
  using folder = temporaryDirectory("supervisor");
  const path = join(folder.path, "notify");
  using systemd = new NotifySocket(path);
  process.env["NOTIFY_SOCKET"] = path;
  process.env["WATCHDOG_USEC"] = "60000";
  const sent: ToServer[] = [];
  const supervisor = new Supervisor(PLAN, {
    send: (order) => sent.push(order),
    plan: () => ({ ok: false, text: "unread", exitCode: 3 }),
  });
  supervisor.ready();
  await systemd.hears(/^READY=1/);
  await sleep(200);
  // One question that nobody answers is not asked again.
  assert.deepEqual(sent, [{ kind: "look" }]);
  await assert.rejects(systemd.hears(/WATCHDOG/, 100));
  supervisor.looked();
  await systemd.hears(/^WATCHDOG=1$/);
  supervisor.ended();
});

test("what is asked before it serves is done when it does", () => {
  const sent: ToServer[] = [];
  const supervisor = new Supervisor(PLAN, {
    send: (order) => sent.push(order),
    plan: () => ({ ok: false, text: "unread", exitCode: 3 }),
  });
  supervisor.reload();
  assert.deepEqual(sent, []);
  supervisor.ready();
  assert.deepEqual(sent, [{ kind: "reopenLog" }]);
  supervisor.ended();
});
