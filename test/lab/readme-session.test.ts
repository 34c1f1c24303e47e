import assert from "node:assert/strict";
import { test } from "node:test";
import { isAsSaid, sessionOf } from "./readme-session.ts";

const PAGE = `# Title

## Before

    [root@other ~]# not this

## The section

Words.

    version: 1

    [root@host-75 ~]#  one --with \\
        more
    [root@everywhere ~]# two
    says

    this

Words [root@host-75 ~]# in between.

    [root@host-75 ~]# three

## After
`;

test("the commands of a section are read from its prompts, with what they print", () => {
  assert.deepEqual(sessionOf(PAGE, "The section"), [
    { where: "host-75", line: "one --with more", prints: undefined },
    { where: "everywhere", line: "two", prints: ["says", "this"] },
    { where: "host-75", line: "three", prints: undefined },
  ]);
  assert.throws(() => sessionOf(PAGE, "Nowhere"), /no section 'Nowhere'/);
});

test("what is printed is compared but for blanks, and for what the page leaves out", () => {
  assert.ok(isAsSaid("a  b \n\nc\n", ["a  b", "c"]));
  assert.ok(isAsSaid("took 0.3 s (of 1)\n", ["took … s (of 1)"]));
  assert.ok(isAsSaid("x\ny\nlast\n", ["…", "last"]));
  assert.ok(!isAsSaid("a b\n", ["a  b"]));
  assert.ok(!isAsSaid("a\nb\n", ["a"]));
});
