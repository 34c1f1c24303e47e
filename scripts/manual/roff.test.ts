import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder, type Page } from "./page.ts";
import { inline, roff } from "./roff.ts";

test("what roff would take for its own is escaped", () => {
  assert.equal(inline("a\\b ~/x don't …"), "a\\eb \\(ti/x don't \\[u2026]");
  assert.equal(inline("`--a` '`'x'`'"), "\\fB\\-\\-a\\fR '\\fB\\(aqx\\(aq\\fR'");
});

test("spans have fonts, links their text, and other pages their section", () => {
  assert.equal(inline("*A* **b** [c `d`](e.md) mount(8)"), "\\fIA\\fR \\fBb\\fR c \\fBd\\fR \\fB\\%mount\\fR(8)");
});

test("words that are to be copied are kept whole", () => {
  assert.equal(inline("`systemctl status a.b`"), "\\fB\\%systemctl \\%status a.b\\fR");
  assert.equal(inline("a [**--timeout** *T*]"), "a \\%[\\fB\\-\\-timeout\\fR \\fIT\\fR]");
});

test("a page is printed as man(7) has it, and no line of a text is a request", () => {
  const page: Page = {
    name: "x-y",
    section: 8,
    purpose: "try",
    sections: [
      {
        title: "DESCRIPTION",
        blocks: [
          { kind: "paragraph", text: ".hidden\n'quoted'" },
          { kind: "terms", entries: [["`.a`", "one"]] },
          { kind: "code", lines: [".b"] },
        ],
      },
    ],
  };
  assert.equal(
    roff(page, "2026-11-24", "x 1"),
    `.TH "X-Y" "8" "2026-11-24" "x 1" "System Administration"
.nh
.ad l
.SH NAME
x\\-y \\- try
.SH "DESCRIPTION"
\\&.hidden
.br
\\&'quoted'
.TP
\\fB.a\\fR
one
.PP
.RS 4
.EX
\\&.b
.EE
.RE
`,
  );
});

test("sections come in the order of man-pages(7), those with one title as one, empty ones not at all", () => {
  const block = (text: string) => ({ kind: "paragraph", text }) as const;
  const sections = ["SEE ALSO", "OWN", "SYNOPSIS", "FILES", "OWN"].map((title) => ({ title, blocks: [block(title)] }));
  const ordered = inOrder([...sections, { title: "BUGS", blocks: [] }]);
  assert.deepEqual(
    ordered.map(({ title, blocks }) => [title, blocks.length]),
    [
      ["SYNOPSIS", 1],
      ["OWN", 2],
      ["FILES", 1],
      ["SEE ALSO", 1],
    ],
  );
});
