import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answered, answeredText, endingOf, type Step, stepText } from "./apply-result.ts";

const step = (part: Partial<Step>): Step => ({
  kind: "start",
  unit: "a.service",
  because: "it is not running",
  result: "done",
  ms: 1200,
  lines: [],
  ...part,
});
const answered = (part: Partial<Answered>): Answered => ({
  kind: "mount",
  name: "/mnt",
  unit: "mnt.mount",
  result: "answers",
  ms: 300,
  lines: ["g: 2 of 2 members"],
  ...part,
});

test("each result is one line, and a failure says why below it", () => {
  assert.equal(stepText(step({})), "started    a.service (1.2 s)");
  assert.equal(stepText(step({ kind: "daemon-reload", unit: "" })), "told systemd of its units (1.2 s)");
  assert.equal(stepText(step({ result: "failed", lines: ["x", "y"] })), "FAILED to start a.service\n    x\n    y");
  assert.match(stepText(step({ result: "waiting" })), /^trying {5}a\.service: systemd goes on trying$/);
  assert.equal(answeredText(answered({})), "answers    /mnt (g: 2 of 2 members, 0.3 s)");
  assert.equal(
    answeredText(answered({ result: "timed out", lines: ["it is not mounted"] })),
    "NO ANSWER from /mnt after 0.3 s\n    it is not mounted",
  );
});

test("the exit code is 0 when all went well, 7 when only time is lacking, 5 when some failed, 1 when all did", () => {
  const code = (steps: readonly Step[], answers: readonly Answered[]): number => endingOf(steps, answers).code;
  assert.equal(code([step({})], [answered({})]), 0);
  assert.equal(code([], []), 0);
  assert.equal(code([step({ result: "waiting" })], [answered({})]), 0);
  assert.equal(code([step({ result: "waiting" })], [answered({ result: "timed out" })]), 7);
  assert.equal(code([step({ result: "failed" }), step({})], []), 5);
  assert.equal(code([step({ result: "failed" })], [answered({})]), 5);
  assert.equal(code([step({ kind: "daemon-reload" }), step({ result: "failed" })], []), 1);
  assert.deepEqual(endingOf([step({ result: "failed", lines: ["no", "disk"] })], []).failures, [
    "start a.service: disk",
  ]);
});
