import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyMessage } from "../../../test/support/message-arbitrary.ts";
import { encodeFrame, FrameDecoder } from "../../wire/frame.ts";
import { CHANGES, LIMIT, type Message } from "../../wire/messages.ts";
import { decodeChange, frameOf, isChange, rememberFrame } from "./change-frame.ts";

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

test("the frame of a change is the same, encoded anew or as it was received with others", () => {
  fc.assert(
    fc.property(fc.array(anyMessage(), { maxLength: 8 }), (messages) => {
      const changes = messages.filter(isChange);
      const decoder = new FrameDecoder();
      decoder.limit(LIMIT.frameBytes);
      const bytes = Buffer.concat(changes.map((change, place) => encodeFrame(change, place + 1, 1)));
      for (let at = 0; at < bytes.length; ) {
        const { buffer, start, end } = decoder.space();
        const length = Math.min(end - start, bytes.length - at);
        bytes.copy(buffer, start, at, at + length);
        at += length;
        decoder.received(length);
        for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
          assert(!("fault" in frame) && isChange(frame.message));
          rememberFrame(frame.message, decoder.lastFrame());
          assert.deepEqual(frameOf(frame.message), frameOf({ ...frame.message }));
        }
      }
    }),
  );
});
