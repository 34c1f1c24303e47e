import assert from "node:assert/strict";
import { test } from "node:test";
import { HELP_OPTIONS, type Usage, usageText } from "./usage.ts";

const usage: Usage = {
  program: "tool",
  calls: ["[-n] FILE", "--all"],
  purpose: "does things",
  about: ["Does things to a file.", "Or to all."],
  options: {
    n: { type: "boolean", short: "n", text: "do nothing" },
    all: { type: "boolean", text: "do everything", newPart: true },
    ...HELP_OPTIONS,
  },
  arguments: [["FILE", "what to work on"]],
  exitCodes: [[0, "done"]],
};

test("the help of a program is made from its table", () => {
  const text = `Usage: tool [-n] FILE
       tool --all

Does things to a file.

Or to all.

Arguments:
  FILE  what to work on

Options:
  -n             do nothing

      --all      do everything
  -h, --help     this text
  -V, --version  the version

Exit codes:
  0  done
`;
  assert.equal(usageText(usage), text);
});
