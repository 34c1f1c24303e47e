import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { durationMs, durationText } from "./duration.ts";

test("a duration is a number of seconds, or a number with its unit", () => {
  assert.equal(durationMs(5), 5000);
  assert.equal(durationMs(0.25), 250);
  assert.equal(durationMs("500ms"), 500);
  assert.equal(durationMs("5 s"), 5000);
  assert.equal(durationMs("1.5 s"), 1500);
  assert.equal(durationMs("2min"), 120_000);
  assert.equal(durationMs("1 h"), 3_600_000);
});

test("anything else is no duration", () => {
  for (const text of ["", "5", "s", "5  s", "5 sec", "-5 s", "1e3 s", "5 S", "5 s ", "1 d"]) {
    assert.equal(durationMs(text), undefined, text);
  }
});

test("a duration as text reads back as the same", () => {
  fc.assert(fc.property(fc.nat(), (ms) => durationMs(durationText(ms)) === ms));
});
