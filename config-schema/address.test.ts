import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { canonicalAddress, isLoopback } from "./address.ts";

test("an IPv4 address is its own canonical form", () => {
  assert.equal(canonicalAddress("192.0.2.75"), "192.0.2.75");
});

test("an IPv6 address has one canonical form, that of RFC 5952", () => {
  assert.equal(canonicalAddress("2001:DB8:0:0:0:0:0:75"), "2001:db8::75");
  assert.equal(canonicalAddress("2001:db8:0:1:0:0:0:1"), "2001:db8:0:1::1");
  assert.equal(canonicalAddress("::"), "::");
});

test("an IPv4 address that is mapped into IPv6 is the IPv4 address", () => {
  assert.equal(canonicalAddress("::ffff:192.0.2.75"), "192.0.2.75");
  assert.equal(canonicalAddress("::FFFF:c000:24b"), "192.0.2.75");
});

test("what is no address has no canonical form", () => {
  for (const text of [
    "",
    "host-75",
    "192.0.2",
    "192.0.2.075",
    "192.0.2.256",
    "[::1]",
    "fe80::1%eth0",
    "::1::",
    " ::1",
  ]) {
    assert.equal(canonicalAddress(text), undefined, text);
  }
});

test("the canonical form of a canonical form is itself, and nothing throws", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
      const canonical = canonicalAddress(text);
      return canonical === undefined || canonicalAddress(canonical) === canonical;
    }),
  );
});

test("loopback addresses are recognised", () => {
  assert.deepEqual(["127.0.0.1", "127.1.2.3", "::1", "192.0.2.1", "::2"].map(isLoopback), [
    true,
    true,
    true,
    false,
    false,
  ]);
});
