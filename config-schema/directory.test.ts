import assert from "node:assert/strict";
import test from "node:test";
import { liesWithin, normalDirectory } from "./directory.ts";

test("slashes too many and dots do not make another directory", () => {
  assert.equal(normalDirectory("/opt//pohtest/./"), "/opt/pohtest");
  assert.equal(normalDirectory("//"), "/");
});

test("a directory lies within itself and within those above, not within its namesakes", () => {
  assert.equal(liesWithin("/opt/a", "/opt/a"), true);
  assert.equal(liesWithin("/opt/a/b", "/opt/a"), true);
  assert.equal(liesWithin("/opt/a", "/"), true);
  assert.equal(liesWithin("/opt/ab", "/opt/a"), false);
  assert.equal(liesWithin("/opt", "/opt/a"), false);
});
