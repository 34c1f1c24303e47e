import assert from "node:assert/strict";
import { test } from "node:test";
import { oid, sequence } from "../core/brand.ts";
import { EncodedFrame } from "./encoded-frame.ts";
import { encodeFrame } from "./frame.ts";
import { FIRST_EPOCH, type Message } from "./messages.ts";

test("a message that is sent again differs by its request alone", () => {
  const origin = {
    seq: sequence(1),
    settled: sequence(0),
    time: { sec: 1, nsec: 2 },
    caller: { uid: 0, gid: 0, groups: [] },
    touches: [],
  };
  const data = Buffer.from("some data");
  const write: Message = { kind: "write", origin, oid: oid(5), offset: 3, killPrivileges: 0, data };
  const beat: Message = { kind: "beat", n: 5 };
  const frames = new EncodedFrame();
  const asked: readonly (readonly [Message, number])[] = [
    [write, 7],
    [write, 0xffff_fffe],
    [beat, 8],
    [write, 9],
  ];
  for (const [message, request] of asked) {
    const { head, tail } = frames.of(message, request);
    assert.deepEqual(Buffer.concat([head, tail]), encodeFrame(message, request, FIRST_EPOCH));
  }
});
