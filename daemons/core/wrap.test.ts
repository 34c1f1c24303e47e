import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { twoColumns, wrap } from "./wrap.ts";

const word = fc.stringMatching(/^[a-z]{1,12}$/);

test("lines end at spaces, and are as full as they can be", () => {
  assert.deepEqual(wrap("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrap("one two three", 6), ["one", "two", "three"]);
  assert.deepEqual(wrap("", 6), [""]);
});

test("a word that is longer than a line stays whole", () => {
  assert.deepEqual(wrap("a /very/long/path b", 5), ["a", "/very/long/path", "b"]);
});

test("wrapping loses nothing, and lines of words that fit do fit", () => {
  fc.assert(
    fc.property(fc.array(word), fc.integer({ min: 12, max: 60 }), (words, columns) => {
      const lines = wrap(words.join(" "), columns);
      assert.equal(lines.join(" "), words.join(" "));
      assert.ok(lines.every((line) => line.length <= columns));
    }),
  );
});

test("the right one of two columns is wrapped below itself", () => {
  const rows = [
    ["-a", "one two"],
    ["", ""],
    ["--b", ""],
  ] as const;
  assert.equal(twoColumns(rows, 9), "-a   one\n     two\n\n--b\n");
});
