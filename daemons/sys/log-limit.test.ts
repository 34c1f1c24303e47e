import assert from "node:assert/strict";
import { test } from "node:test";
import { LogLimit } from "./log-limit.ts";
import type { LogEvent } from "./log-line.ts";

const event = (text: string, level: LogEvent["level"] = "info"): LogEvent => ({ level, text, fields: { n: 1 } });
const shown = (events: readonly LogEvent[]): string[] =>
  events.map(({ text, fields }) => `${text}${fields["repeated"] === undefined ? "" : ` +${fields["repeated"]}`}`);

test("ten of an event pass within five seconds, then the next ones are counted until the time is over", () => {
  const limit = new LogLimit();
  for (let i = 0; i < 10; i++) assert.deepEqual(shown(limit.pass(event("a"), i)), ["a"]);
  for (let i = 0; i < 7; i++) assert.deepEqual(shown(limit.pass(event("a"), 10 + i)), []);
  assert.deepEqual(shown(limit.pass(event("b"), 100)), ["b"]);
  assert.deepEqual(shown(limit.pass(event("a"), 5000)), ["a +7", "a"]);
});

test("the same text at another level is another event", () => {
  const limit = new LogLimit();
  for (let i = 0; i < 20; i++) limit.pass(event("a"), 0);
  assert.deepEqual(shown(limit.pass(event("a", "error"), 0)), ["a"]);
});

test("what was held back is told at the end", () => {
  const limit = new LogLimit();
  for (let i = 0; i < 12; i++) limit.pass(event("a"), 0);
  limit.pass(event("b"), 0);
  assert.deepEqual(shown(limit.ended(Number.POSITIVE_INFINITY)), ["a +2"]);
  assert.deepEqual(limit.ended(Number.POSITIVE_INFINITY), []);
});

test("events of ever new texts are all written and take no more memory", () => {
  const limit = new LogLimit();
  for (let i = 0; i < 12; i++) limit.pass(event("flood"), 0);
  let out = 0;
  for (let i = 0; i < 10_000; i++) out += limit.pass(event(`text ${i}`), 1).length;
  assert.equal(out, 10_001, "each, and how much of the flood was held back when it made room");
});
