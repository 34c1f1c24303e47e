import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attributes } from "../../core/attributes.ts";
import { compareNames } from "./compare-names.ts";

const listed = (names: Readonly<Record<string, number>>) =>
  new Map(Object.entries(names).map(([name, oid]) => [name, { oid } as Attributes]));

/** `name kind` of each, with the name before where there is one. */
function differences(
  disk: string,
  own: Readonly<Record<string, number>>,
  ...others: readonly Readonly<Record<string, number>>[]
): string[] {
  const found = compareNames(new Set(disk.split(" ").filter((name) => name !== "")), listed(own), others.map(listed));
  return found.map((one) => ("before" in one ? `${one.before} ${one.kind} ${one.name}` : `${one.name} ${one.kind}`));
}

test("where all have the same there is nothing to tell", () => {
  assert.deepEqual(differences("a b", { a: 1, b: 2 }, { a: 1, b: 2 }, { a: 1, b: 2 }), []);
});

test("what only lies here is new; without others everything that nobody made is", () => {
  assert.deepEqual(differences("a b", { a: 1 }, { a: 1 }), ["b new"]);
  assert.deepEqual(differences("b", {}), ["b new"]);
});

test("what all others have is removed here, or replaced", () => {
  assert.deepEqual(differences("b", {}, { a: 1, b: 2 }, { a: 1, b: 2 }), ["b replaced", "a removed"]);
});

test("an object that has another name here was renamed, and its old name is not missed", () => {
  assert.deepEqual(differences("b", { b: 1 }, { a: 1 }, { a: 1 }), ["a renamed b"]);
});

test("an object that has both names here was linked", () => {
  assert.deepEqual(differences("a b", { a: 1, b: 1 }, { a: 1 }), ["a linked b"]);
});

test("what came from elsewhere, changed places, or is otherwise on each of the others is for people to sort out", () => {
  assert.deepEqual(differences("b", { b: 1 }, {}), ["b unclear"]);
  assert.deepEqual(differences("a b", { a: 2, b: 1 }, { a: 1, b: 2 }), ["a unclear", "b unclear"]);
  assert.deepEqual(differences("", {}, { a: 1 }, { a: 2 }), ["a unclear"]);
  assert.deepEqual(differences("", {}, { a: 1 }, {}), ["a unclear"]);
});
