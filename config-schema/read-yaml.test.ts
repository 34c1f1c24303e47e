import assert from "node:assert/strict";
import test from "node:test";
import { readYaml } from "./read-yaml.ts";
import { keyAt, plainOf, valueAt } from "./tree.ts";

const read = (text: string) => readYaml({ path: "f.yaml", text });
const plain = (text: string): unknown => {
  const { tree, diagnostics } = read(text);
  assert.deepEqual(diagnostics, []);
  return tree === undefined ? undefined : plainOf(tree);
};
const codes = (text: string): string[] => read(text).diagnostics.map(({ code }) => code);

test("the words that YAML 1.1 takes for switches are text, Norway among them", () => {
  assert.deepEqual(plain("[no, NO, yes, on, off, y, n, No]"), ["no", "NO", "yes", "on", "off", "y", "n", "No"]);
  assert.deepEqual(plain("no: 1\non: 2\n"), { no: 1, on: 2 });
});

test("switches are true and false only", () => {
  assert.deepEqual(plain("[true, False, TRUE]"), [true, false, true]);
});

test("a number with a leading zero is refused, whatever it would be", () => {
  assert.deepEqual(codes("a: 010"), ["leading-zero"]);
  assert.deepEqual(codes("a: 09"), ["leading-zero"]);
  assert.deepEqual(codes("a: -01"), ["leading-zero"]);
});

test("a zero, a fraction, an octal with its mark and quoted digits are not", () => {
  assert.deepEqual(plain('[0, 0.5, 0o17, 0x1F, "010", -0]'), [0, 0.5, 15, 31, "010", -0]);
});

test("sixty-based numbers, thousands marks and dates of YAML 1.1 are text", () => {
  assert.deepEqual(plain("[22:22, 1_000, 2001-01-01]"), ["22:22", "1_000", "2001-01-01"]);
});

test("keys are text as written, even those that look like numbers or switches", () => {
  assert.deepEqual(plain("0x10: 1\n1.0: 2\ntrue: 3\n'quoted': 4\n"), { "0x10": 1, "1.0": 2, true: 3, quoted: 4 });
});

test("a key that stands twice is refused, also where one is quoted", () => {
  assert.deepEqual(codes("a: 1\nb: 2\na: 3\n"), ["duplicate-key"]);
  assert.deepEqual(codes("{ 1: a, '1': b }"), ["duplicate-key"]);
});

test("a key called __proto__ is a key", () => {
  const value = plain("__proto__: { polluted: yes }");
  assert.deepEqual(Object.keys(value as object), ["__proto__"]);
  assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
});

test("merge keys, tags, other YAML versions and second documents are refused", () => {
  assert.deepEqual(codes("a: &x { b: 1 }\nc:\n  <<: *x\n"), ["merge-key"]);
  assert.deepEqual(codes("a: !!binary aGFsbG8=\n"), ["tag"]);
  assert.deepEqual(codes("a: !mine x\nb: !!str 1\nc: !!map { d: e }\n"), ["tag", "tag", "tag"]);
  assert.deepEqual(codes("%YAML 1.1\n---\na: 1\n"), ["yaml-version"]);
  assert.deepEqual(codes("a: 1\n---\nb: 2\n"), ["yaml-multiple-docs"]);
});

test("keys that are no words are refused", () => {
  assert.deepEqual(codes("? [a]\n: b\n"), ["bad-key"]);
  assert.deepEqual(codes(": b\n"), ["bad-key"]);
  assert.deepEqual(codes("a: &x b\n*x : c\n"), ["bad-key"]);
});

test("an alias stands for what was anchored last under its name", () => {
  assert.deepEqual(plain("[&a 1, *a, &a 2, *a]"), [1, 1, 2, 2]);
  assert.deepEqual(plain("a: &m { b: [1] }\nc: *m\n"), { a: { b: [1] }, c: { b: [1] } });
});

test("an alias of nothing, of later or of itself is refused", () => {
  assert.deepEqual(codes("a: *x"), ["unknown-alias"]);
  assert.deepEqual(codes("a: *x\nb: &x 1\n"), ["unknown-alias"]);
  assert.deepEqual(codes("a: &x [*x]"), ["unknown-alias"]);
});

test("a billion laughs are refused quickly", () => {
  const lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"];
  for (let i = 1; i < 10; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1},`.repeat(10)}]`);
  const before = process.cpuUsage();
  assert.deepEqual(codes(lines.join("\n")), ["too-large"]);
  assert.ok(process.cpuUsage(before).user < 2_000_000, "took more than two seconds");
});

test("depth and size have limits", () => {
  assert.deepEqual(codes(`${"[".repeat(40)}${"]".repeat(40)}`), ["too-deep"]);
  assert.deepEqual(codes("[".repeat(50_000)), ["yaml-resource-exhaustion"]);
  assert.deepEqual(codes("- ".repeat(50_000)), ["yaml-resource-exhaustion"]);
  assert.deepEqual(codes("#".repeat(2 ** 20 + 1)), ["too-large"]);
});

test("tabs in the indentation are refused, in their own words", () => {
  const [first, ...others] = read("a:\n\tb: 1\n").diagnostics;
  assert.deepEqual([first?.code, first?.line, first?.column, others.length], ["yaml-tab-as-indent", 2, 1, 0]);
});

test("a file without content has no tree and no complaint", () => {
  for (const text of ["", "\n", "# only words\n", "---\n", "null\n", "\ufeff"]) {
    assert.deepEqual(read(text), { tree: undefined, diagnostics: [] });
  }
});

test("values and keys know their places", () => {
  const { tree } = read("a:\n  - x\n  - b: word\nempty:\n");
  assert.ok(tree);
  const text = ({ source, start, end }: ReturnType<typeof valueAt>): string => source.text.slice(start, end);
  assert.equal(text(valueAt(tree, ["a", 1, "b"])), "word");
  assert.equal(text(keyAt(tree, ["a", 1, "b"])), "b");
  assert.equal(text(keyAt(tree, ["a", 0])), "x");
  assert.equal(text(valueAt(tree, ["empty"])), "empty");
  assert.equal(text(keyAt(tree, ["a", 1, "not", "there"])), text(keyAt(tree, ["a", 1])));
});
