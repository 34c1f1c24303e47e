import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readName, readText, textBytes, writeName, writeText } from "./strings.ts";

const anyName = fc
  .uint8Array({ min: 1, max: 255, maxLength: 300 })
  .map((bytes) => Buffer.from(bytes).toString("latin1"));
// Lone surrogates too: what JavaScript calls a string need not be Unicode text.
const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
const anyString = fc.string({ unit: fc.oneof(anyUnit, fc.string({ unit: "binary", minLength: 1, maxLength: 1 })) });

test("a name is one byte a character and comes back as it was", () => {
  fc.assert(
    fc.property(anyName, fc.nat(20), (name, at) => {
      const buffer = Buffer.alloc(400);
      assert.equal(writeName(buffer, at, name), at + name.length);
      assert.deepEqual(buffer.subarray(at, at + name.length), Buffer.from(name, "latin1"));
      assert.equal(readName(buffer, at, at + name.length), name);
    }),
  );
});

test("a name with a zero byte or a character above U+00FF is neither written nor read", () => {
  for (const length of [1, 2, 8, 9, 48, 49, 255]) {
    for (const bad of ["\0", "\u0100", "\ud800", "€"]) {
      for (const at of [0, length >> 1, length - 1]) {
        const name = `${"n".repeat(at)}${bad}${"n".repeat(length - at - 1)}`;
        assert.equal(writeName(Buffer.alloc(300), 0, name), -1, name);
      }
    }
    const bytes = Buffer.alloc(length, "n");
    for (const at of [0, length >> 1, length - 1]) {
      const bad = Buffer.from(bytes);
      bad[at] = 0;
      assert.equal(readName(bad, 0, length), undefined);
    }
    assert.equal(readName(bytes, 0, length), "n".repeat(length));
  }
});

test("text is written as UTF-8, cut at the end of a character, without a byte left unwritten", () => {
  fc.assert(
    fc.property(anyString, fc.nat(60), (text, max) => {
      const length = textBytes(text, max);
      assert.ok(length <= max);
      const [zeros, ones] = [Buffer.alloc(100, 0), Buffer.alloc(100, 0xff)];
      assert.equal(writeText(zeros, 3, text, length), 3 + length);
      writeText(ones, 3, text, length);
      assert.deepEqual(zeros.subarray(3, 3 + length), ones.subarray(3, 3 + length));
      assert.ok(zeros.subarray(3 + length).every((byte) => byte === 0));
      const read = readText(zeros, 3, 3 + length);
      const wellFormed = Buffer.from(text, "utf8").toString("utf8");
      assert.ok(read !== undefined && wellFormed.startsWith(read));
      assert.ok(Buffer.byteLength(text) > max || read === wellFormed);
      assert.ok(max - length < 4 || Buffer.byteLength(text) <= max, "no whole character is cut that would have fitted");
    }),
    { numRuns: 500 },
  );
});

test("bytes that are no UTF-8 are refused, and the replacement character itself is not", () => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const oracle = (bytes: Uint8Array): string | undefined => {
    try {
      return strict.decode(bytes);
    } catch {
      return undefined;
    }
  };
  const anyBytes = fc.array(
    fc.oneof(fc.nat(255), fc.constantFrom(0xef, 0xbf, 0xbd, 0xf0, 0x9f, 0xc3, 0xa9, 0xed, 0xa0, 0xfe)),
  );
  fc.assert(
    fc.property(anyBytes, (values) => {
      const bytes = Buffer.from(values);
      assert.equal(readText(bytes, 0, bytes.length), oracle(bytes));
    }),
    { numRuns: 2_000 },
  );
  assert.equal(readText(Buffer.from("a\ufffdb"), 0, 5), "a\ufffdb");
});
