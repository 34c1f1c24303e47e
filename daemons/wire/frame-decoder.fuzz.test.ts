import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { fileName, ROOT_OID } from "../core/brand.ts";
import { ROOT_CALLER } from "../core/caller.ts";
import { closureCodec, Malformed } from "../../test/support/closure-codec.ts";
import { feed } from "../../test/support/feed.ts";
import { anyEpoch, anyRequest, messageOf } from "../../test/support/message-arbitrary.ts";
import { encodeFrame, FrameDecoder } from "./frame.ts";
import { HEADER } from "./header.ts";
import { LIMIT, MESSAGES } from "./messages.ts";

const BUFFER_MOST = LIMIT.frameBytes + 65_536;
const open = (): FrameDecoder => {
  const decoder = new FrameDecoder();
  decoder.limit(LIMIT.frameBytes);
  return decoder;
};

/** Bytes of which many are what lengths, counts and flags are made of. */
const anyByte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 4, 8, 24, 127, 128, 254, 255));
const anyChunks = fc.infiniteStream(fc.integer({ min: 1, max: 100 }));

type Mutation = { readonly at: number; readonly byte: number; readonly how: "set" | "insert" | "delete" | "flip" };
const anyMutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(2_000),
  byte: anyByte,
  how: fc.constantFrom("set", "insert", "delete", "flip"),
});

function mutate(frame: Buffer, { at, byte, how }: Mutation): Buffer {
  const place = at % frame.length;
  if (how === "insert") return Buffer.concat([frame.subarray(0, place), Buffer.of(byte), frame.subarray(place)]);
  if (how === "delete") return Buffer.concat([frame.subarray(0, place), frame.subarray(place + 1)]);
  const changed = Buffer.from(frame);
  changed[place] = how === "set" ? byte : (changed[place] as number) ^ (1 << (byte & 7));
  return changed;
}

/** A mutated frame whose header is right again, so that the fields are reached. */
function withHeaderOf(original: Buffer, mutated: Buffer): Buffer {
  const body = mutated.subarray(Math.min(HEADER.bytes, mutated.length));
  const frame = Buffer.concat([original.subarray(0, HEADER.bytes), body]);
  frame.writeUInt32LE(frame.length, HEADER.length);
  return frame;
}

for (const spec of MESSAGES) {
  const twin = closureCodec(spec);

  test(`${spec.kind}: a mutated frame is decoded as the slow twin does it, or refused as by the twin`, () => {
    fc.assert(
      fc.property(
        messageOf(spec),
        fc.array(anyMutation, { minLength: 1, maxLength: 4 }),
        anyChunks,
        (message, mutations, chunks) => {
          const frame = encodeFrame(message, 1, 1);
          const mutated = withHeaderOf(frame, mutations.reduce(mutate, frame));
          const { frames, fault } = feed(open(), mutated, () => chunks.next().value as number);
          let expected: object | undefined;
          try {
            expected = twin.decode(mutated);
          } catch (error) {
            assert.ok(error instanceof Malformed);
          }
          assert.equal(fault === undefined, expected !== undefined, fault?.fault);
          if (expected !== undefined) assert.deepEqual(frames, [{ message: expected, request: 1, epoch: 1 }]);
        },
      ),
      { numRuns: 80 },
    );
  });
}

test("random bytes give frames or a fault, in whatever chunks", () => {
  fc.assert(
    fc.property(fc.array(anyByte, { maxLength: 2_000 }), anyChunks, (bytes, chunks) => {
      const decoder = open();
      feed(decoder, Buffer.from(bytes), () => chunks.next().value as number);
      assert.ok(decoder.space().buffer.length <= BUFFER_MOST);
    }),
    { numRuns: 2_000 },
  );
});

test("a random type with random fields gives a frame or a fault", () => {
  const anyType = fc.oneof(fc.constantFrom(...MESSAGES.map(({ type }) => type)), fc.nat(0xffff));
  fc.assert(
    fc.property(anyType, fc.array(anyByte, { maxLength: 400 }), (type, fields) => {
      const frame = Buffer.concat([Buffer.alloc(HEADER.bytes), Buffer.from(fields)]);
      frame.writeUInt32LE(frame.length, HEADER.length);
      frame.writeUInt16LE(type, HEADER.type);
      const { frames, fault } = feed(open(), frame, () => Number.POSITIVE_INFINITY);
      assert.equal(frames.length + (fault === undefined ? 0 : 1), 1);
    }),
    { numRuns: 5_000 },
  );
});

test("streams of whole and broken frames never take more than the one buffer", () => {
  const anyFrame = fc
    .tuple(
      fc.constantFrom(...MESSAGES).chain(messageOf),
      anyRequest(),
      anyEpoch(),
      fc.array(anyMutation, { maxLength: 1 }),
    )
    .map(([message, request, epoch, mutations]) => mutations.reduce(mutate, encodeFrame(message, request, epoch)));
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 30 }), anyChunks, (frames, chunks) => {
      const decoder = open();
      const input = Buffer.concat(frames);
      const result = feed(decoder, input, () => chunks.next().value as number);
      assert.ok(result.frames.length <= frames.length * 2);
      assert.ok(decoder.space().buffer.length <= BUFFER_MOST);
    }),
    { numRuns: 300 },
  );
});

test("a million frames leave no memory behind", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const decoder = open();
  const input = Buffer.concat(
    new Array(1_000).fill(
      encodeFrame({ kind: "lookup", parent: ROOT_OID, name: fileName("n"), caller: ROOT_CALLER, lease: 0 }, 1, 1),
    ),
  );
  const run = (rounds: number): void => {
    for (let i = 0; i < rounds; i++) {
      const { buffer, start } = decoder.space();
      input.copy(buffer, start);
      decoder.received(input.length);
      while (decoder.next() !== undefined);
    }
  };
  run(10);
  const before = used();
  run(1_000);
  assert.ok(used() - before < 1_000_000);
});

test("the longest frames of small elements are decoded or refused in a moment", () => {
  for (const { type } of MESSAGES) {
    for (const fill of [0, 1, 0x0f, 0x3f, 0xff]) {
      const frame = Buffer.alloc(LIMIT.frameBytes, fill);
      frame.fill(0, 0, HEADER.bytes);
      frame.writeUInt32LE(frame.length, HEADER.length);
      frame.writeUInt16LE(type, HEADER.type);
      const start = process.hrtime.bigint();
      feed(open(), frame, () => Number.POSITIVE_INFINITY);
      assert.ok(process.hrtime.bigint() - start < 2_000_000_000n);
    }
  }
});
