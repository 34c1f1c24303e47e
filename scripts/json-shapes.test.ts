import assert from "node:assert/strict";
import { test } from "node:test";
import { misfits, readShapes } from "./json-shapes.ts";

const shapes = readShapes(`# JSON

## tool show

| field | type | meaning |
|---|---|---|
| \`version\` | \`1\` | of this shape |
| \`names[]\` | text | all |
| \`at\` | object or null | where |
| \`at.line\` | whole number, may be missing | which |
| \`parts[]\` | [a part](#a-part) | parts |

## A part

| field | type | meaning |
|---|---|---|
| \`state\` | \`up\`, \`down\` | how it is |
`);
const good = { version: 1, names: ["a"], at: { line: 1 }, parts: [{ state: "up" }] };

test("a value that has its shape is one without complaint", () => {
  assert.deepEqual(misfits(shapes, "tool show", good), []);
  assert.deepEqual(misfits(shapes, "tool show", { ...good, at: null, names: [], parts: [] }), []);
  assert.deepEqual(misfits(shapes, "tool show", { ...good, at: {} }), []);
});

test("what is not described, missing or of another type is told, once for all items", () => {
  const bad = { version: 2, names: [1, 1], at: { line: 0.5, more: 1 }, parts: [{ state: "off" }] };
  assert.deepEqual(misfits(shapes, "tool show", { ...bad, extra: true }), [
    "extra is not described",
    "version is 2, and not: `1`",
    "names[] is 1, and not: text",
    "at.more is not described",
    "at.line is 0.5, and not: whole number",
    'parts[]: state is "off", and not: `up`, `down`',
  ]);
  assert.deepEqual(misfits(shapes, "tool show", {}).length, 4);
  assert.deepEqual(misfits(shapes, "tool hide", {}), ["docs/json.md has no section 'tool hide'"]);
});
