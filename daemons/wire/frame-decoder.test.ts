import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { oid, version } from "../core/brand.ts";
import { feed } from "../../test/support/feed.ts";
import { anyEpoch, anyMessage, anyRequest } from "../../test/support/message-arbitrary.ts";
import { encodeFrame, FrameDecoder } from "./frame.ts";
import { LIMIT, type Message } from "./messages.ts";

const open = (): FrameDecoder => {
  const decoder = new FrameDecoder();
  decoder.limit(LIMIT.frameBytes);
  return decoder;
};
const all = () => Number.POSITIVE_INFINITY;
const beat = encodeFrame({ kind: "beat", n: 1 }, 1, 1);
const dataOf = (bytes: number, fill: number): Message => ({ kind: "data", data: Buffer.alloc(bytes, fill) });
/** `beat` with bytes changed. */
const beatWith = (change: (frame: Buffer) => void): Buffer => {
  const frame = Buffer.from(beat);
  change(frame);
  return frame;
};

test("frames come out the same whatever the chunks are in which they arrive", () => {
  const anyFrame = fc.tuple(anyMessage(), anyRequest(), anyEpoch());
  fc.assert(
    fc.property(
      fc.array(anyFrame, { maxLength: 12 }),
      fc.infiniteStream(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 300 }))),
      (sent, chunks) => {
        const input = Buffer.concat(sent.map(([message, request, epoch]) => encodeFrame(message, request, epoch)));
        const result = feed(open(), input, () => chunks.next().value as number);
        assert.deepEqual(result, { frames: sent.map(([message, request, epoch]) => ({ message, request, epoch })) });
      },
    ),
  );
});

test("large and small frames in turn come out the same at any chunk size", () => {
  const sizes = [0, 65_500, 1, LIMIT.dataBytes, 100_000, 3, LIMIT.dataBytes, LIMIT.dataBytes, 65_536, 70_000, 4_096];
  const sent = sizes.flatMap((size, i) => [dataOf(size, i), { kind: "beat", n: i } as Message]);
  const input = Buffer.concat(sent.map((message, i) => encodeFrame(message, i, 1)));
  for (const size of [1_000, 4_097, 65_536, 200_001, 10_000_000]) {
    const { frames, fault } = feed(open(), input, () => size);
    assert.equal(fault, undefined);
    assert.deepEqual(
      frames.map(({ message }) => message),
      sent,
    );
  }
});

test("data of 1 MiB are decoded where they were received, without a copy", () => {
  const decoder = open();
  const frame = encodeFrame(dataOf(LIMIT.dataBytes, 9), 1, 1);
  // The first one makes the buffer grow. From then on nothing is moved.
  feed(decoder, frame, all);
  for (let round = 0; round < 5; round++) {
    const places: { memory: ArrayBufferLike; start: number }[] = [];
    let message: Message | undefined;
    for (let at = 0; at < frame.length; ) {
      const { buffer, start, end } = decoder.space();
      places.push({ memory: buffer.buffer, start: buffer.byteOffset + start - at });
      const count = Math.min(end - start, 300_000, frame.length - at);
      frame.copy(buffer, start, at, at + count);
      decoder.received(count);
      at += count;
      const next = decoder.next();
      if (next !== undefined && "message" in next) message = next.message;
    }
    assert.ok(message?.kind === "data");
    const first = message.data.byteOffset - (frame.length - LIMIT.dataBytes);
    for (const { memory, start } of places)
      assert.deepEqual({ same: memory === message.data.buffer, start }, { same: true, start: first });
  }
});

test("a view into the buffer holds its bytes while frames behind it are decoded", () => {
  const decoder = open();
  const { buffer, start } = decoder.space();
  const input = Buffer.concat([1, 2, 3].map((fill) => encodeFrame(dataOf(5_000, fill), fill, 1)));
  input.copy(buffer, start);
  decoder.received(input.length);
  const views = [decoder.next(), decoder.next(), decoder.next()].map((frame) => {
    assert.ok(frame !== undefined && "message" in frame && frame.message.kind === "data");
    return frame.message.data;
  });
  for (const [i, data] of views.entries()) assert.ok(data.length === 5_000 && data.every((byte) => byte === i + 1));
});

test("a frame longer than the limit is refused by its length alone", () => {
  const tooLong = Buffer.alloc(4);
  tooLong.writeUInt32LE(LIMIT.frameBytes + 1);
  assert.match(feed(open(), tooLong, all).fault?.fault ?? "", /over the limit of 1114112/);
  tooLong.writeUInt32LE(LIMIT.helloBytes + 1);
  assert.match(feed(new FrameDecoder(), tooLong, all).fault?.fault ?? "", /over the limit of 8192/);
});

test("a stranger who speaks HTTP is refused at once", () => {
  const { frames, fault } = feed(new FrameDecoder(), Buffer.from("GET / HTTP/1.1\r\n\r\n"), all);
  assert.deepEqual(frames, []);
  assert.ok(fault);
});

test("before the limit is raised no more than 8 KiB are kept, and after it never more than the limit and 64 KiB", () => {
  const decoder = new FrameDecoder();
  assert.equal(decoder.space().buffer.length, LIMIT.helloBytes);
  feed(decoder, beat, all);
  assert.equal(decoder.space().buffer.length, LIMIT.helloBytes);
  decoder.limit(LIMIT.frameBytes);
  assert.equal(decoder.space().buffer.length, 65_536);
  feed(decoder, Buffer.concat([1, 2].map(() => encodeFrame(dataOf(LIMIT.dataBytes, 1), 1, 1))), all);
  assert.equal(decoder.space().buffer.length, LIMIT.frameBytes + 65_536);
});

test("a length alone, whose bytes never come, costs one buffer and no more", () => {
  const decoder = open();
  const { buffer, start } = decoder.space();
  buffer.writeUInt32LE(LIMIT.frameBytes, start);
  decoder.received(4);
  for (let i = 0; i < 100; i++) assert.ok(decoder.space().buffer.length <= LIMIT.frameBytes + 65_536);
});

test("what is not understood is a fault, with a reason", () => {
  const cases: [string, Buffer, RegExp][] = [
    ["shorter than a header", beatWith((f) => f.writeUInt32LE(23, 0)), /a frame of 23 bytes/],
    ["length 0", beatWith((f) => f.writeUInt32LE(0, 0)), /a frame of 0 bytes/],
    ["an unknown type", beatWith((f) => f.writeUInt16LE(0xfff0, 4)), /unknown message type 65520/],
    ["type 0", beatWith((f) => f.writeUInt16LE(0, 4)), /unknown message type 0/],
    ["flags", beatWith((f) => f.writeUInt16LE(1, 6)), /unknown flags 1/],
    ["a reserved field", beatWith((f) => f.writeUInt32LE(1, 12)), /reserved/],
    ["an epoch of 2^53", beatWith((f) => f.writeUInt32LE(0x200000, 20)), /epoch: beyond 53 bits/],
    ["a number of 2^53", beatWith((f) => f.writeUInt32LE(0x200000, 28)), /beat\.n: beyond 53 bits/],
    ["bytes after the fields", beatWith((f) => f.writeUInt16LE(0x05, 4)), /done: has bytes after its fields/],
    ["fields that end too soon", beatWith((f) => f.writeUInt16LE(0x14, 4)), /acquire\.wants: ends within its fields/],
  ];
  for (const [what, bytes, expected] of cases) {
    const { frames, fault } = feed(open(), bytes, all);
    assert.deepEqual(frames, [], what);
    assert.match(fault?.fault ?? "", expected, what);
  }
});

test("a list that claims more than its limit, or more than the frame holds, is refused before it is read", () => {
  const grant = { oid: oid(1), mode: 1, inUse: 0, bare: 0, attributes: [] };
  const frame = encodeFrame({ kind: "granted", grants: [grant] }, 1, 1);
  const claims = (count: number): string => {
    const claiming = Buffer.from(frame);
    claiming.writeUInt16LE(count, 24);
    return feed(open(), claiming, all).fault?.fault ?? "";
  };
  assert.match(claims(LIMIT.leases * 2 + 1), /granted\.grants: over its limit of 128/);
  assert.match(claims(2), /granted\.grants: ends within its fields/);
  assert.match(claims(0), /granted: has bytes after its fields/);
});

test("after a fault nothing more is decoded", () => {
  const decoder = open();
  const bad = beatWith((frame) => frame.writeUInt16LE(1, 6));
  const { fault } = feed(decoder, bad, all);
  assert.ok(fault);
  const { buffer, start } = decoder.space();
  beat.copy(buffer, start);
  decoder.received(beat.length);
  assert.deepEqual(decoder.next(), fault);
  assert.deepEqual(decoder.next(), fault);
});

test("an unknown type is refused by its header, before memory is spent on the frame", () => {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(LIMIT.frameBytes, 0);
  header.writeUInt16LE(0xffff, 4);
  const decoder = open();
  assert.match(feed(decoder, header, all).fault?.fault ?? "", /unknown message type 65535/);
});

test("frames may be taken later, when the receiver has room again", () => {
  const decoder = open();
  const { buffer, start } = decoder.space();
  const input = Buffer.concat([beat, encodeFrame({ kind: "unused", oid: oid(3) }, 0, version(1))]);
  input.copy(buffer, start);
  decoder.received(input.length);
  const first = decoder.next();
  assert.ok(first !== undefined && "message" in first && first.message.kind === "beat");
  const second = decoder.next();
  assert.ok(second !== undefined && "message" in second && second.message.kind === "unused");
  assert.equal(decoder.next(), undefined);
});

test("saying that more was received than there was space for is a bug, and thrown", () => {
  const decoder = open();
  const { start, end } = decoder.space();
  assert.throws(() => decoder.received(end - start + 1), RangeError);
  assert.throws(() => decoder.received(-1), RangeError);
});
