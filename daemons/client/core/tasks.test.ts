import assert from "node:assert/strict";
import { test } from "node:test";
import { ROOT_OID } from "../../core/brand.ts";
import type { KernelRequest, Operation as Kernel } from "../../fuse/core/request.ts";
import { waitAtMost } from "./patience.ts";
import { Tasks } from "./tasks.ts";
import { FakePorts } from "./testing/fake-ports.ts";

const lock = { fh: 1, owner: "owner---", start: 0, end: 9, type: 1, pid: 3, flock: false };

function running(operation: Kernel) {
  const ports = new FakePorts();
  const tasks = new Tasks(ports);
  const ended: string[] = [];
  const header = { unique: 2, resent: false, node: ROOT_OID, uid: 0, gid: 0, pid: 3, suppGroup: undefined };
  tasks.start(
    { header, ...operation } as KernelRequest,
    (function* () {
      const end = yield* waitAtMost<string>(ports, undefined, () => undefined);
      ended.push(typeof end === "string" ? end : end.kind);
    })(),
  );
  return { ports, tasks, ended };
}

test("a lock that is waited for ends at any signal", () => {
  const { tasks, ended } = running({ op: "setlk", lock, wait: true });
  tasks.interrupt(2);
  assert.deepEqual(ended, ["interrupted"]);
  assert.equal(tasks.count, 0);
});

test("anything else goes on when its caller handles a signal", () => {
  const { ports, tasks, ended } = running({ op: "getattr", fh: undefined });
  tasks.interrupt(2);
  ports.pass(5_000);
  assert.deepEqual(ended, []);
});

test("anything ends when its caller is being killed", () => {
  const { ports, tasks, ended } = running({ op: "getattr", fh: undefined });
  ports.killed.add(3);
  tasks.interrupt(2);
  assert.deepEqual(ended, ["interrupted"]);
});

test("a caller that is killed after it handled a signal is noticed soon, though the kernel does not tell", () => {
  const { ports, tasks, ended } = running({ op: "getattr", fh: undefined });
  tasks.interrupt(2);
  ports.killed.add(3);
  ports.pass(500);
  assert.deepEqual(ended, ["interrupted"]);
  assert.equal(ports.agenda.step(), false);
});

test("an interrupt of what has ended does nothing", () => {
  const { tasks } = running({ op: "getattr", fh: undefined });
  tasks.interrupt(99);
  assert.equal(tasks.count, 1);
});
