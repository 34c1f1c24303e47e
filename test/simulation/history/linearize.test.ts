import assert from "node:assert/strict";
import { test } from "node:test";
import type { Call, ContentOp, NameOp } from "./calls.ts";
import { contentModel } from "./content-model.ts";
import { linearize } from "./linearize.ts";
import { namesModel } from "./names-model.ts";

const call = <Op>(begin: number, end: number, op: Op, maybe = false): Call<Op> => ({
  by: "c0",
  op,
  begin,
  end,
  at: 0,
  maybe,
});
const content = (...calls: Call<ContentOp>[]): string => linearize(contentModel(0o644), calls).kind;
const names = (...calls: Call<NameOp>[]): string => linearize(namesModel(new Set([7])), calls).kind;
const text = (data: string): ContentOp => ({ kind: "part", offset: 0, data });
const write = (data: string): ContentOp => ({ kind: "write", offset: 0, data });
const make = (oid: number, exclusive = true): NameOp => ({ kind: "make", at: "1/a", oid, exclusive, directory: false });
const means = (oid: number): NameOp => ({ kind: "means", at: "1/a", oid });
const remove: NameOp = { kind: "remove", at: "1/a", directory: false };

test("what is read is what was written before, or is being written", () => {
  assert.equal(content(call(1, 2, write("a")), call(3, 4, text("a"))), "linearizable");
  assert.equal(content(call(1, 4, write("a")), call(2, 3, text("a"))), "linearizable");
  assert.equal(content(call(1, 2, write("a")), call(3, 4, write("b")), call(5, 6, text("a"))), "impossible");
});

test("what was read once is not unread, though the write goes on", () => {
  const first = [call(1, 2, write("a")), call(3, 10, write("b"))];
  assert.equal(content(...first, call(4, 5, text("b")), call(6, 7, text("a"))), "impossible");
  assert.equal(content(...first, call(4, 5, text("a")), call(6, 7, text("b"))), "linearizable");
});

test("of two appends at once either comes first, and both are there", () => {
  const both = [call(1, 5, { kind: "append", data: "a" } as const), call(2, 6, { kind: "append", data: "b" } as const)];
  assert.equal(content(...both, call(7, 8, text("ba")), call(9, 10, { kind: "size", size: 2 })), "linearizable");
  assert.equal(content(...both, call(7, 8, { kind: "size", size: 1 })), "impossible");
});

test("what nobody knows the end of has happened or not, late or never, but once", () => {
  const unknown = call<ContentOp>(1, Number.POSITIVE_INFINITY, { kind: "append", data: "a" }, true);
  assert.equal(content(unknown, call(5, 6, { kind: "size", size: 0 }), call(7, 8, text("a"))), "linearizable");
  assert.equal(content(unknown, call(5, 6, text("a")), call(7, 8, { kind: "size", size: 0 })), "impossible");
  assert.equal(content(unknown, call(5, 6, text("aa"))), "impossible");
});

test("a name is made by one of two who insist on it", () => {
  assert.equal(names(call(1, 5, make(2)), call(2, 6, make(3))), "impossible");
  assert.equal(names(call(1, 5, make(2)), call(2, 6, { kind: "exists", at: "1/a" })), "linearizable");
  assert.equal(names(call(1, 5, make(2)), call(2, 6, remove), call(3, 7, make(3))), "linearizable");
});

test("a name that was made is there until it is removed", () => {
  assert.equal(names(call(1, 2, make(2)), call(3, 4, means(0))), "impossible");
  assert.equal(names(call(1, 2, make(2)), call(3, 6, remove), call(4, 5, means(0))), "linearizable");
  assert.equal(names(call(1, 2, make(2)), call(3, 4, remove), call(5, 6, make(2, false))), "impossible");
});

test("a rename is of one moment", () => {
  const moved = call<NameOp>(3, 10, { kind: "rename", from: "1/a", to: "1/b", flags: 0 });
  const there: NameOp = { kind: "means", at: "1/b", oid: 2 };
  assert.equal(names(call(1, 2, make(2)), moved, call(4, 5, there), call(6, 7, means(2))), "impossible");
  assert.equal(names(call(1, 2, make(2)), moved, call(4, 5, means(2)), call(6, 7, there)), "linearizable");
});

test("a directory is removed when it is empty", () => {
  const directory: NameOp = { kind: "make", at: "1/a", oid: 7, exclusive: true, directory: true };
  const within: NameOp = { kind: "make", at: "7/x", oid: 8, exclusive: true, directory: false };
  const removed: NameOp = { kind: "remove", at: "1/a", directory: true };
  assert.equal(names(call(1, 2, directory), call(3, 4, within), call(5, 6, removed)), "impossible");
  assert.equal(names(call(1, 2, directory), call(3, 6, within), call(4, 5, removed)), "impossible");
  assert.equal(names(call(1, 2, directory), call(5, 6, removed)), "linearizable");
});
