import assert from "node:assert/strict";
import { test } from "node:test";
import { table } from "./table.ts";

test("columns are as wide as their widest cell, and lines end without spaces", () => {
  assert.equal(table([["a", "bb", ""], ["ccc", "d", "e"], ["f"]]), "a    bb\nccc  d   e\nf\n");
});

test("numbers line up at their ends", () => {
  assert.equal(
    table(
      [
        ["n", "x"],
        ["10", "y"],
        ["7", "z"],
      ],
      new Set([0]),
    ),
    " n  x\n10  y\n 7  z\n",
  );
});

test("no rows give no text", () => {
  assert.equal(table([]), "");
});
