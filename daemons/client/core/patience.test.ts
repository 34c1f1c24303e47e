import assert from "node:assert/strict";
import { test } from "node:test";
import { waitAtMost } from "./patience.ts";
import { FakePorts } from "./testing/fake-ports.ts";
import { start } from "./testing/started.ts";

function waiting(ms: number | undefined) {
  const ports = new FakePorts();
  let resume: (value: string) => void = () => {};
  let undone = 0;
  const started = start(
    waitAtMost<string>(ports, ms, (go) => {
      resume = go;
      return () => {
        undone += 1;
      };
    }),
  );
  return { ports, started, resume: (value: string) => resume(value), undone: () => undone };
}

test("a wait ends with what it waited for, and its timer is gone", () => {
  const { ports, started, resume, undone } = waiting(100);
  resume("there");
  assert.equal(started.value, "there");
  ports.pass(200);
  assert.equal(undone(), 0);
});

test("a wait ends when its time is up, and leaves the list that it was in", () => {
  const { ports, started, resume, undone } = waiting(100);
  ports.pass(99);
  assert.equal(started.isDone, false);
  ports.pass(1);
  assert.deepEqual(started.value, { kind: "timeOut" });
  assert.equal(undone(), 1);
  resume("late");
  assert.deepEqual(started.value, { kind: "timeOut" });
});

test("a wait ends when its caller is interrupted", () => {
  const { started, undone } = waiting(undefined);
  started.task.interrupt();
  assert.deepEqual(started.value, { kind: "interrupted" });
  assert.equal(undone(), 1);
});

test("what is there at once needs no timer", () => {
  const ports = new FakePorts();
  const started = start(
    waitAtMost<string>(ports, 100, (resume) => {
      resume("at once");
      return undefined;
    }),
  );
  assert.equal(started.value, "at once");
  assert.equal(ports.agenda.step(), false);
});
