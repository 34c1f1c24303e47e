import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
/** `file`: a part of the test's name. In a table it ends with the cell, in a sentence with its bracket. */
const CITATION = /`([\w./-]+\.ts)`: ([^|)]+?)(?=\s*[|)])/g;

const oneLine = (text: string): string => text.replace(/\s+/g, " ");

test("each test that the page of guarantees names is there", () => {
  const page = oneLine(readFileSync(join(root, "docs/guarantees.md"), "utf8"));
  const cited = [...page.matchAll(CITATION)];
  assert.ok(cited.length > 20);
  for (const [, file = "", name = ""] of cited) {
    const path = file.startsWith("daemons/") ? join(root, file) : join(root, "test", file);
    assert.ok(oneLine(readFileSync(path, "utf8")).includes(name), `${file} has no test "${name}"`);
  }
});

test("each row of the page names a test", () => {
  const rows = readFileSync(join(root, "docs/guarantees.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (what holds|of) \|/.test(line));
  assert.ok(rows.length > 20);
  for (const row of rows) assert.match(row, /`[\w./-]+\.ts`: /);
});
