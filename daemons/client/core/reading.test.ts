import assert from "node:assert/strict";
import { test } from "node:test";
import { oid, type Oid } from "../../core/brand.ts";
import { Reading } from "./reading.ts";

/** Directories by number, and the files that are read ahead. */
function reading(directories: Readonly<Record<number, readonly number[]>>) {
  const fetched: number[] = [];
  const done = new Map<Oid, () => void>();
  const reader = new Reading({
    filesOf: (directory) => (directories[directory] ?? []).map(oid),
    fetch: (file, end) => {
      fetched.push(file);
      done.set(file, end);
      return true;
    },
  });
  const visit = (directory: number): void => reader.visited(oid(directory));
  const read = (...files: readonly number[]): void => {
    for (const file of files) reader.began(oid(file));
  };
  const arrive = (file: number): void => done.get(oid(file))?.();
  return { fetched, visit, read, arrive };
}
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, place) => from + place);

test("with the second file of a directory those behind it are read ahead", () => {
  const { fetched, visit, read } = reading({ 1: range(10, 50) });
  visit(1);
  read(10);
  assert.deepEqual(fetched, []);
  read(11);
  assert.deepEqual(fetched, range(11, 8));
});

test("a file that is read piece by piece is one", () => {
  const { fetched, visit, read } = reading({ 1: range(10, 50) });
  visit(1);
  read(10, 10, 10);
  assert.deepEqual(fetched, []);
});

test("who goes on reads more and more ahead, but never without end", () => {
  const { fetched, visit, read, arrive } = reading({ 1: range(10, 1_000) });
  visit(1);
  for (const file of range(10, 100)) {
    read(file);
    for (const one of fetched) arrive(one);
  }
  assert.ok(fetched.length > 150 && fetched.length <= 8 + 2 * 100, `${fetched.length}`);
});

test("in the next directory it begins as soon as somebody looks into it", () => {
  const { fetched, visit, read } = reading({ 1: [10, 11], 2: [20, 21] });
  visit(1);
  read(10, 11);
  visit(2);
  assert.deepEqual(fetched, [11, 20, 21]);
});

test("who only looks into directories reads nothing ahead any more", () => {
  const { fetched, visit, read } = reading({ 1: [10, 11], 9: [90, 91] });
  visit(1);
  read(10, 11);
  for (const directory of [2, 3, 4, 5, 6]) visit(directory);
  fetched.length = 0;
  visit(9);
  assert.deepEqual(fetched, []);
});

test("files of directories that nobody looked into are read alone", () => {
  const { fetched, read } = reading({ 1: range(10, 50) });
  read(10, 11, 12);
  assert.deepEqual(fetched, []);
});
