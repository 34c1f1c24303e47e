import assert from "node:assert/strict";
import { test } from "node:test";
import { oid } from "../../core/brand.ts";
import { RandomReads } from "./random-reads.ts";

const FILE = oid(5);

test("who jumps in a file for the third time will jump again", () => {
  const reads = new RandomReads();
  const found = [900, 40, 777, 3, 50].map((page) => reads.isRandom(FILE, page * 4_096, 4_096));
  assert.deepEqual(found, [false, false, true, true, true]);
});

test("from front to back is not random, also after some jumps", () => {
  const reads = new RandomReads();
  for (const page of [0, 1, 2, 3, 4]) assert.equal(reads.isRandom(FILE, page * 4_096, 4_096), false);
  for (const page of [90, 40, 70, 20, 60, 10, 50]) reads.isRandom(FILE, page * 4_096, 4_096);
  const found = [11, 12, 13, 14, 15, 16].map((page) => reads.isRandom(FILE, page * 4_096, 4_096));
  assert.equal(found.at(-1), false);
});

test("large reads are left alone, and files are told apart", () => {
  const reads = new RandomReads();
  for (const mib of [9, 4, 7, 2, 6]) assert.equal(reads.isRandom(FILE, mib * 2 ** 20, 2 ** 20), false);
  const found = [11, 12, 13, 14, 15, 16].map((number) => reads.isRandom(oid(number), 4_096, 4_096));
  assert.equal(found.includes(true), false);
});

test("files that were not read for long are forgotten", () => {
  const reads = new RandomReads();
  for (const page of [900, 40, 777]) reads.isRandom(FILE, page * 4_096, 4_096);
  for (let number = 10; number < 80; number += 1) reads.isRandom(oid(number), 0, 4_096);
  assert.equal(reads.isRandom(FILE, 0, 4_096), false);
});
