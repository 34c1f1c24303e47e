import assert from "node:assert/strict";
import { test } from "node:test";
import { readProse } from "./prose.ts";

const nothing = (file: string): string => assert.fail(`${file} is read`);

const blocksOf = (text: string) => readProse(text, nothing)[0]?.blocks;

test("each heading of the second rank begins a section", () => {
  const sections = readProse("# Title\n\nBefore.\n\n## ONE\n\nText\nof it.\n\n### Below\n\n## TWO\n", nothing);
  assert.deepEqual(sections, [
    { title: "", blocks: [{ kind: "paragraph", text: "Before." }] },
    {
      title: "ONE",
      blocks: [
        { kind: "paragraph", text: "Text of it." },
        { kind: "heading", text: "Below" },
      ],
    },
    { title: "TWO", blocks: [] },
  ]);
});

test("code is kept as it stands, with its indentation and empty lines", () => {
  const lines = ["# not a heading", "  deeper", "", "end"];
  const indented = lines.map((line) => (line === "" ? "" : `    ${line}`)).join("\n");
  assert.deepEqual(blocksOf(`${indented}\n\n`), [{ kind: "code", lines }]);
  assert.deepEqual(blocksOf(`\`\`\`sh\n${lines.join("\n")}\n\`\`\`\n`), [{ kind: "code", lines }]);
});

test("a list whose items all begin with code and a colon is one of terms", () => {
  assert.deepEqual(blocksOf("- one\n  more\n- two"), [{ kind: "list", items: ["one more", "two"] }]);
  assert.deepEqual(blocksOf("- `a`, `b`: both\n- `c`: third\n  one"), [
    {
      kind: "terms",
      entries: [
        ["`a`, `b`", "both"],
        ["`c`", "third one"],
      ],
    },
  ]);
});

test("a table becomes terms, whose further columns keep their headings", () => {
  const table = "| unit | for | wanted by |\n|---|---|---|\n| `a` | all \\| none | b |";
  assert.deepEqual(blocksOf(table), [{ kind: "terms", entries: [["`a`", "all | none; wanted by: b"]] }]);
});

test("a section of another document stands where it is asked for, and must be there", () => {
  const read = (file: string): string => `## In ${file}\n\nThis.\n\n## Other\n\nThat.`;
  const [, section] = readProse("## HERE\n\n<!-- from x.md: In x.md -->\n\nMore.", read);
  assert.deepEqual(section?.blocks, [
    { kind: "paragraph", text: "This." },
    { kind: "paragraph", text: "More." },
  ]);
  assert.throws(() => readProse("<!-- from x.md: Gone -->", read), /x\.md has no section 'Gone'/);
});
