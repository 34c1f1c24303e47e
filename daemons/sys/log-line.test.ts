import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { journalLine, logText, plainLine } from "./log-line.ts";

test("whatever text and fields hold, an event is one line without control characters", () => {
  const value = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean(), fc.constant(undefined));
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.dictionary(fc.stringMatching(/^[a-z]+$/), value), (text, fields) => {
      const event = { level: "info", text, fields } as const;
      for (const line of [journalLine(event), plainLine(event, 0)]) {
        assert.ok(line.endsWith("\n"));
        assert.doesNotMatch(line.slice(0, -1), /\p{Cc}/u);
      }
    }),
  );
});

test("values are quoted only where they must be", () => {
  const fields = { a: "host-75:1025", b: "two words", c: 'say "x"', d: "", e: 7, f: true, g: undefined, h: "a=b" };
  assert.equal(
    logText({ level: "info", text: "event", fields }),
    'event a=host-75:1025 b="two words" c="say \\"x\\"" d="" e=7 f=true h="a=b"',
  );
});
