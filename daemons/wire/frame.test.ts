import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fileName, oid, sequence, version } from "../core/brand.ts";
import { ROOT_CALLER } from "../core/caller.ts";
import { closureCodec } from "../../test/support/closure-codec.ts";
import { feed } from "../../test/support/feed.ts";
import { anyEpoch, anyRequest, messageOf } from "../../test/support/message-arbitrary.ts";
import { encodeFrame, encodeFrameParts, FrameDecoder } from "./frame.ts";
import { LIMIT, MESSAGES, type Message, type MessageOfKind } from "./messages.ts";

function decoded(frame: Uint8Array) {
  const decoder = new FrameDecoder();
  decoder.limit(LIMIT.frameBytes);
  return feed(decoder, frame, () => Number.POSITIVE_INFINITY);
}

const lookup = (name: string): Message => ({
  kind: "lookup",
  parent: oid(1),
  name: fileName(name),
  caller: ROOT_CALLER,
  lease: 0,
});
const write = (data: Uint8Array): MessageOfKind<"write"> => ({
  kind: "write",
  origin: {
    seq: sequence(1),
    settled: sequence(0),
    time: { sec: -1, nsec: 5 },
    caller: ROOT_CALLER,
    touches: [{ oid: oid(2), version: version(3) }],
  },
  oid: oid(2),
  offset: 10,
  killPrivileges: 0,
  data,
});

for (const spec of MESSAGES) {
  const twin = closureCodec(spec);

  test(`${spec.kind}: what is encoded is decoded to the same, and both as the slow twin does it`, () => {
    fc.assert(
      fc.property(messageOf(spec), anyRequest(), anyEpoch(), (message, request, epoch) => {
        const frame = encodeFrame(message, request, epoch);
        assert.deepEqual(frame, twin.encode(message, request, epoch));
        assert.deepEqual(decoded(frame), { frames: [{ message, request, epoch }] });
        assert.deepEqual(twin.decode(frame), message);
      }),
      { numRuns: 60 },
    );
  });

  test(`${spec.kind}: head and tail are the whole frame`, () => {
    fc.assert(
      fc.property(messageOf(spec), anyRequest(), anyEpoch(), (message, request, epoch) => {
        const { head, tail } = encodeFrameParts(message, request, epoch);
        assert.deepEqual(Buffer.concat([head, tail]), encodeFrame(message, request, epoch));
      }),
      { numRuns: 20 },
    );
  });
}

test("the bytes of a frame are these, in every version of the software", () => {
  const frame = encodeFrame(lookup("h\xff"), 0x01020304, 2 ** 40 + 5);
  assert.equal(
    frame.toString("hex"),
    ["2f000000", "3000", "0000", "04030201", "00000000", "0500000000010000"].join("") +
      ["0100000000000000", "0200", "68ff", "00000000", "00000000", "0000", "00"].join(""),
  );
});

test("a tail is the message's own memory, and one of 1 MiB costs no allocation of its size", () => {
  const data = new Uint8Array(LIMIT.dataBytes);
  const { head, tail } = encodeFrameParts(write(data), 1, 1);
  assert.equal(tail, data);
  assert.ok(head.length < 200);
  assert.equal(head.readUInt32LE(0), head.length + data.length);
});

test("a message without a tail has an empty one", () => {
  const { head, tail } = encodeFrameParts(lookup("a"), 1, 1);
  assert.deepEqual(head, encodeFrame(lookup("a"), 1, 1));
  assert.equal(tail.length, 0);
});

test("data may lie in memory that threads share", () => {
  const data = new Uint8Array(new SharedArrayBuffer(100)).fill(7);
  const { frames } = decoded(encodeFrame(write(data), 1, 1));
  assert.deepEqual(frames[0]?.message, write(Buffer.alloc(100, 7)));
});

test("a value that its field cannot hold is a bug of the caller, and thrown", () => {
  const wrong: Message[] = [
    lookup("n".repeat(256)),
    lookup("a\0b"),
    lookup("€"),
    write(new Uint8Array(LIMIT.dataBytes + 1)),
    { ...write(new Uint8Array(0)), offset: 2 ** 53 },
    { ...write(new Uint8Array(0)), offset: -1 },
    { ...write(new Uint8Array(0)), offset: 0.5 },
    { ...write(new Uint8Array(0)), killPrivileges: 256 },
    { kind: "beat", n: Number.NaN },
    { kind: "lookup", parent: oid(1), name: fileName("a"), caller: { uid: -1, gid: 0, groups: [] }, lease: 0 },
    {
      kind: "lookup",
      parent: oid(1),
      name: fileName("a"),
      caller: { uid: 0, gid: 0, groups: new Array(1_025).fill(0) },
      lease: 0,
    },
    { kind: "failed", errno: 65_536, because: "" },
  ];
  for (const message of wrong) assert.throws(() => encodeFrame(message, 1, 1), RangeError);
  assert.throws(() => encodeFrame(lookup("a"), 2 ** 32, 1), RangeError);
  assert.throws(() => encodeFrame(lookup("a"), 1, 2 ** 53), RangeError);
});

test("a frame over the limit is not made, though each of its fields is within its own", () => {
  const time = { sec: 0, nsec: 0 };
  const attributes = {
    oid: oid(1),
    version: version(1),
    mode: 0,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: 0,
    blocks: 0,
    blockSize: 0,
    atime: time,
    mtime: time,
    ctime: time,
    btime: time,
  };
  const entries = new Array(LIMIT.entries).fill({ name: fileName("n"), attributes });
  assert.throws(() => encodeFrame({ kind: "entries", cookie: 0, end: 0, entries }, 1, 1), RangeError);
});

test("a reason that is too long is cut, so that the failure itself arrives", () => {
  const { frames } = decoded(encodeFrame({ kind: "failed", errno: 5, because: `${"x".repeat(1_023)}é` }, 1, 1));
  assert.deepEqual(frames[0]?.message, { kind: "failed", errno: 5, because: "x".repeat(1_023) });
});
