import assert from "node:assert/strict";
import test from "node:test";
import { didYouMean } from "./did-you-mean.ts";

const KEYS = ["address", "port", "host", "permissions", "read-write", "on"];

test("a letter too few, too many, another, or two swapped are recognised", () => {
  assert.equal(didYouMean("adress", KEYS), "address");
  assert.equal(didYouMean("adddress", KEYS), "address");
  assert.equal(didYouMean("addresz", KEYS), "address");
  assert.equal(didYouMean("prot", KEYS), "port");
});

test("two slips in a long word are recognised, three are not", () => {
  assert.equal(didYouMean("permisions", KEYS), "permissions");
  assert.equal(didYouMean("premisions", KEYS), "permissions");
  assert.equal(didYouMean("premisionz", KEYS), undefined);
});

test("case does not matter", () => {
  assert.equal(didYouMean("Address", KEYS), "address");
});

test("short words need to be nearly right, and one letter means nothing", () => {
  assert.equal(didYouMean("foo", ["log"]), undefined);
  assert.equal(didYouMean("b", ["a"]), undefined);
  assert.equal(didYouMean("", KEYS), undefined);
});

test("the nearest wins, the first among equals", () => {
  assert.equal(didYouMean("premissions", ["submissions", "permissions"]), "permissions");
  assert.equal(didYouMean("host-7", ["host-75", "host-76"]), "host-75");
});
