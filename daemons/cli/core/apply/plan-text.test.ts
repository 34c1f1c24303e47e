import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plan } from "../../../../systemd/core/plan/plan-types.ts";
import { planSummary, planText, type PlanView } from "./plan-text.ts";

const PLAN: Plan = {
  changes: [
    { kind: "added", unit: "mnt-new.mount", diff: "@@ -0,0 +1,1 @@\n+[Unit]\n" },
    { kind: "changed", unit: "pohmelfs-server@one.service", diff: "@@ -1,2 +1,2 @@\n same\n-old\n+new\n" },
    { kind: "removed", unit: "mnt-lost.mount", diff: "" },
  ],
  actions: [
    { kind: "stop", unit: "mnt-lost.mount", because: "the file does not have it any more" },
    { kind: "daemon-reload", unit: "", because: "they change" },
    { kind: "restart", unit: "pohmelfs-server@one.service", because: "its unit changes" },
  ],
  notes: [{ unit: "mnt-x.mount", because: "it is masked: nothing starts it" }],
};
const VIEW: PlanView = {
  path: "/etc/pohmelfs.yaml",
  source: "/etc/pohmelfs.yaml",
  host: "one",
  isAbsent: false,
  isKnown: true,
  hosts: ["one"],
  basis: "systemd",
  generation: 3,
  plan: PLAN,
  warnings: [{ code: "no-witness", message: "group 'g' has no witness", advice: "name one" }],
};
const NOTHING: Plan = { changes: [], actions: [], notes: [] };
const PLAIN = { colour: false, diff: false };

test("for people: what becomes of units, what is done and why, what is left, what to be warned of", () => {
  assert.equal(
    planText(VIEW, PLAIN),
    `/etc/pohmelfs.yaml on one

  + mnt-new.mount (added)
  ~ pohmelfs-server@one.service (changed)
      -old
      +new
  - mnt-lost.mount (runs, and has no unit any more)

What is done, in this order:
  1. stop mnt-lost.mount: the file does not have it any more
  2. tell systemd of its units: they change
  3. restart pohmelfs-server@one.service: its unit changes

Left as it is: mnt-x.mount: it is masked: nothing starts it

warning: group 'g' has no witness
  name one

Plan: 1 unit to add, 1 unit to change, 1 to stop, 1 to restart.
`,
  );
});

test("with all lines of the units, when they are asked for; in colour, when that is liked", () => {
  assert.match(planText(VIEW, { ...PLAIN, diff: true }), /\n {6}@@ -1,2 \+1,2 @@\n {7}same\n {6}-old\n/);
  assert.match(planText(VIEW, { ...PLAIN, colour: true }), /\u001b\[32m\+\u001b\[0m mnt-new\.mount/);
  assert.doesNotMatch(planText(VIEW, PLAIN), /\u001b/);
});

test("nothing to do is one line", () => {
  const none = { ...VIEW, plan: NOTHING, warnings: [] };
  assert.equal(planText(none, PLAIN), "/etc/pohmelfs.yaml on one: nothing to do\n");
  assert.equal(planSummary(NOTHING), "nothing to do");
});

test("it says with what it compares, which file it has read, and when the file does not know the host", () => {
  const other = planText({ ...VIEW, source: "/tmp/new.yaml", basis: "generation" }, PLAIN);
  assert.match(other, /^\/tmp\/new\.yaml, in the place of \/etc\/pohmelfs\.yaml,[\s\S]*generation 3/);
  const stranger = planText({ ...VIEW, isKnown: false, hosts: ["a", "b"], plan: NOTHING }, PLAIN);
  assert.match(stranger, /\nIt does not name this host\. It names a, b\.\n/);
  assert.match(
    planText({ ...VIEW, isAbsent: true, isKnown: undefined }, PLAIN),
    /^There is no \/etc\/pohmelfs\.yaml: one is to/,
  );
});
