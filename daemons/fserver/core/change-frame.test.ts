import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyMessage } from "../../../test/support/message-arbitrary.ts";
import { encodeFrame } from "../../wire/frame.ts";
import { CHANGES, type Message } from "../../wire/messages.ts";
import { decodeChange, isChange } from "./change-frame.ts";

test("a change is read from its frame as it was written, and nothing else is taken for one", () => {
  fc.assert(
    fc.property(anyMessage(), (message: Message) => {
      const frame = encodeFrame(message, 0, 1);
      const read = decodeChange(frame);
      if (isChange(message)) assert.deepEqual(read, message);
      else assert.equal(read, undefined);
      assert.equal(decodeChange(frame.subarray(0, frame.length - 1)), undefined);
    }),
  );
});

test("any bytes are a change or none", () => {
  const kinds = new Set(CHANGES.map(({ kind }) => kind));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const read = decodeChange(Buffer.from(bytes));
      return read === undefined || kinds.has(read.kind);
    }),
  );
});
