import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeItem, escapePath, escapePathValue, escapeText, escapeWord } from "./escape.ts";

test("names are those of systemd-escape", () => {
  assert.equal(escapePath("/"), "-");
  assert.equal(escapePath("/mnt/my data/a-b"), "mnt-my\\x20data-a\\x2db");
  assert.equal(escapePath("/.hidden/ü"), "\\x2ehidden-\\xc3\\xbc");
});

test("a word of a command line means itself", () => {
  assert.equal(escapeWord('a "b" $c 100% \\'), '"a \\"b\\" $$c 100%% \\\\"');
});

test("an item of a list of paths knows no variables", () => {
  assert.equal(escapeItem('/a "b" $c 100% \\', "-"), '"-/a \\"b\\" $c 100%% \\\\"');
});

test("a path that ends in a space or a backslash gets a slash that keeps it", () => {
  assert.equal(escapePathValue("/a b"), "/a b");
  assert.equal(escapePathValue("/a "), "/a /");
  assert.equal(escapePathValue("/100%\\"), "/100%%\\/");
});

test("a text stays on its line and does not take in the next", () => {
  assert.equal(escapeText("one\ntwo %i "), "one two %%i");
  assert.equal(escapeText("a\\"), "a\\\\");
  assert.equal(escapeText("a\\\\"), "a\\\\");
});
