import assert from "node:assert/strict";
import { test } from "node:test";
import { didYouMean } from "./did-you-mean.ts";

test("a slip of the finger finds its word, a stranger none", () => {
  const known = ["status", "check", "mountstats"];
  assert.equal(didYouMean("stauts", known), "status");
  assert.equal(didYouMean("chek", known), "check");
  assert.equal(didYouMean("mount", known), undefined);
  assert.equal(didYouMean("x", ["y", "z"]), undefined);
});
