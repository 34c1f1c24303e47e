import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { goldenCases, makeCase, readTree, writeTree } from "./testing/golden.ts";
import { treeDiff } from "./testing/tree-diff.ts";

const UPDATE = process.env["UPDATE"] === "1";

for (const one of goldenCases()) {
  test(`${one.name}: the units are those of expected/`, () => {
    const { units } = makeCase(one);
    const expected = join(one.folder, "expected");
    if (UPDATE) writeTree(expected, units);
    const difference = treeDiff(readTree(expected), units);
    assert.ok(difference === "", `not as expected (UPDATE=1 rewrites it):\n${difference}`);
  });
}

test("each unit that is linked to is there, and its name is one that systemd takes", () => {
  for (const one of goldenCases()) {
    const { units } = makeCase(one);
    for (const [name, made] of units) {
      const unit = name.split("/").at(-1) ?? name;
      assert.match(unit, /^[A-Za-z0-9:_.\\@-]{1,255}$/, one.name);
      if (made.kind === "link") assert.equal(units.get(unit)?.kind, "file", `${one.name}: ${name}`);
    }
  }
});

test("no line of a unit goes on in the next", () => {
  for (const one of goldenCases())
    for (const [name, made] of makeCase(one).units)
      if (made.kind === "file") assert.doesNotMatch(made.text, /(?<!\\)(\\\\)*\\$|[ \t]$/m, `${one.name}: ${name}`);
});
