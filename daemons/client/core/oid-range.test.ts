import assert from "node:assert/strict";
import { test } from "node:test";
import { oid } from "../../core/brand.ts";
import { OidRange } from "./oid-range.ts";
import { FakeGroup } from "./testing/fake-group.ts";
import { start } from "./testing/started.ts";

function drawing() {
  const group = FakeGroup.ready(1);
  const range = new OidRange(group.lead, group.ports);
  const give = (from: number, to: number): void => {
    group.answer(0, "oidRange", { kind: "oids", from: oid(from), to: oid(to) });
  };
  return { group, range, draw: () => start(range.draw()), give };
}

test("numbers are drawn from a range that the lead hands out", () => {
  const { draw, give } = drawing();
  const drawn = [draw(), draw()];
  give(100, 5_000);
  assert.deepEqual(
    drawn.map(({ value }) => value),
    [
      { ok: true, value: 100 },
      { ok: true, value: 101 },
    ],
  );
  assert.deepEqual(draw().value, { ok: true, value: 102 });
});

test("another range is asked for before the last number is gone", () => {
  const { group, draw, give } = drawing();
  draw();
  give(100, 1_124);
  draw();
  assert.deepEqual(group.ports.kindsSentTo(0), ["oidRange"]);
});

test("who waits for numbers waits for a lead that is away", () => {
  const { group, draw, give } = drawing();
  const drawn = draw();
  group.break(0);
  assert.equal(drawn.isDone, false);
  group.connect(0);
  give(100, 5_000);
  assert.deepEqual(drawn.value, { ok: true, value: 100 });
});

test("numbers of a lead that has forgotten them are not used any more", () => {
  const { range, draw, give } = drawing();
  draw();
  give(100, 5_000);
  range.reset();
  const drawn = draw();
  give(9_000, 9_999);
  assert.deepEqual(drawn.value, { ok: true, value: 9_000 });
});

test("a lead that gives none, and an interrupt, end the wait", () => {
  const { group, draw } = drawing();
  const drawn = draw();
  group.answer(0, "oidRange", { kind: "failed", errno: 1, because: "" });
  assert.equal(drawn.value?.ok === false && drawn.value.errno, "EPERM");
  const other = draw();
  other.task.interrupt();
  assert.equal(other.value?.ok === false && other.value.errno, "EINTR");
});
