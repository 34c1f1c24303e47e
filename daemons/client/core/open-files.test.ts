import assert from "node:assert/strict";
import { test } from "node:test";
import { oid } from "../../core/brand.ts";
import { OpenFiles } from "./open-files.ts";

const FILE = oid(5);

test("an object is open until its last handle is closed", () => {
  const files = new OpenFiles();
  const one = files.open(FILE);
  const two = files.open(FILE);
  assert.notEqual(one.fh, two.fh);
  files.close(one.fh);
  assert.equal(files.isOpen(FILE), true);
  files.close(two.fh);
  assert.equal(files.isOpen(FILE), false);
  assert.deepEqual(files.oids(), []);
});

test("the lead is to be told of the last close, if it counts this client", () => {
  const files = new OpenFiles();
  const one = files.open(FILE);
  const two = files.open(FILE);
  assert.equal(files.oweUnused(FILE), true);
  assert.equal(files.close(one.fh), false);
  assert.equal(files.close(two.fh), true);
});

test("the lead hears nothing of a file that it never counted", () => {
  const files = new OpenFiles();
  assert.equal(files.close(files.open(FILE).fh), false);
  assert.equal(files.oweUnused(FILE), false);
});

test("what was owed is not owed again after the file was opened anew", () => {
  const files = new OpenFiles();
  const one = files.open(FILE);
  files.oweUnused(FILE);
  files.close(one.fh);
  assert.equal(files.close(files.open(FILE).fh), false);
});

test("a handle is closed once", () => {
  const files = new OpenFiles();
  const one = files.open(FILE);
  files.open(FILE);
  files.close(one.fh);
  files.close(one.fh);
  assert.equal(files.isOpen(FILE), true);
});

test("only the handle whose lock was lost is broken", () => {
  const files = new OpenFiles();
  const one = files.open(FILE);
  const two = files.open(FILE);
  one.lockLost = true;
  assert.equal(files.isBroken(one.fh), true);
  assert.equal(files.isBroken(two.fh), false);
  assert.equal(files.isBroken(undefined), false);
});
