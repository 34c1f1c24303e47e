import assert from "node:assert/strict";
import test from "node:test";
import { mergeTrees } from "./merge.ts";
import { readYaml } from "./read-yaml.ts";
import { plainOf, type Tree, valueAt } from "./tree.ts";

function tree(path: string, text: string): Tree {
  const { tree } = readYaml({ path, text });
  assert.ok(tree);
  return tree;
}
const merged = (under: string, over: string): unknown => plainOf(mergeTrees(tree("under", under), tree("over", over)));

test("maps are merged key by key, however deep", () => {
  assert.deepEqual(merged("a: { b: { c: 1, d: 2 } }", "a: { b: { d: 3, e: 4 } }"), { a: { b: { c: 1, d: 3, e: 4 } } });
});

test("the mounts of all files count", () => {
  assert.deepEqual(merged("mounts: [1]", "mounts: [2, 3]"), { mounts: [1, 2, 3] });
});

test("any other list is the later file's", () => {
  assert.deepEqual(merged("g: { witnesses: [a, b] }", "g: { witnesses: [c] }"), { g: { witnesses: ["c"] } });
});

test("a key without a value leaves a map or list as it is, and a value of its own does not", () => {
  assert.deepEqual(merged("log: { level: info }\nmounts: [1]\nport: 1", "log:\nmounts:\nport:\n"), {
    log: { level: "info" },
    mounts: [1],
    port: null,
  });
});

test("keys keep the order of their first appearance: it decides the lead among equals", () => {
  assert.deepEqual(Object.keys(merged("a: 1\nb: 2\n", "c: 3\na: 4\n") as object), ["a", "b", "c"]);
});

test("each value keeps its place in its own file", () => {
  const both = mergeTrees(tree("under", "a: { b: 1, c: 2 }"), tree("over", "a: { c: 3 }"));
  assert.equal(valueAt(both, ["a", "b"]).source.path, "under");
  assert.equal(valueAt(both, ["a", "c"]).source.path, "over");
});
