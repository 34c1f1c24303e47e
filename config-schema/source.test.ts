import assert from "node:assert/strict";
import test from "node:test";
import { positionOf } from "./source.ts";

const source = { path: "f", text: "ab\n\r\n\u{1f600}x\nlast" };

test("lines and columns count from one", () => {
  assert.deepEqual(positionOf(source, 0), { line: 1, column: 1, lineText: "ab" });
  assert.deepEqual(positionOf(source, 1), { line: 1, column: 2, lineText: "ab" });
});

test("a line's end belongs to the line, and carriage returns are not shown", () => {
  assert.deepEqual(positionOf(source, 2), { line: 1, column: 3, lineText: "ab" });
  assert.deepEqual(positionOf(source, 3), { line: 2, column: 1, lineText: "" });
});

test("columns count characters, not code units", () => {
  assert.deepEqual(positionOf(source, source.text.indexOf("x")), { line: 3, column: 2, lineText: "\u{1f600}x" });
});

test("an offset beyond the text means its end", () => {
  assert.deepEqual(positionOf(source, 1000), { line: 4, column: 5, lineText: "last" });
  assert.deepEqual(positionOf({ path: "f", text: "" }, 3), { line: 1, column: 1, lineText: "" });
});
