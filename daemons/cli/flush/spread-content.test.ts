import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { differingSpan } from "./spread-content.ts";

const bytes = (text: string): Buffer => Buffer.from(text);

test("the span reaches from the first byte that differs in any of them to past the last", () => {
  assert.equal(differingSpan(bytes("same"), [bytes("same"), bytes("same")]), undefined);
  assert.deepEqual(differingSpan(bytes("abcdef"), [bytes("abXdef"), bytes("abcdeX")]), { from: 2, to: 6 });
  assert.deepEqual(differingSpan(bytes("abc"), [bytes("a")]), { from: 1, to: 3 });
  assert.equal(differingSpan(bytes(""), []), undefined);
});

test("with the span written over it, any block is the same as the first", () => {
  const block = fc.uint8Array({ maxLength: 20, max: 2 });
  fc.assert(
    fc.property(block, fc.array(block, { maxLength: 3 }), (own, others) => {
      const span = differingSpan(own, others) ?? { from: 0, to: 0 };
      for (const other of others) {
        const whole = new Uint8Array(own.length);
        whole.set(other.subarray(0, own.length));
        whole.set(own.subarray(span.from, span.to), span.from);
        assert.deepEqual(whole, own);
      }
    }),
  );
});
