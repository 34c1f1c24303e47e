import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { FEATURES, type Feature, featureBits, featuresIn } from "./features.ts";
import { memoryOf } from "./memory.ts";
import { negotiate, WANTED, wantedUpTo, type Wanted } from "./negotiate.ts";
import { INIT_EXT_IN, INIT_OUT, OUT_HEADER } from "./structures.ts";
import { u32 } from "./testing/arbitraries.ts";
import { readFields, requestBytes } from "./testing/request-bytes.ts";

const INIT = {
  number: 26,
  name: "INIT",
  since: 0,
  structure: INIT_EXT_IN,
  tail: 0,
  replies: [],
  decode: () => undefined,
} as const;

/** @param bytes Of the structure: 16 up to 7.35, 64 from 7.36 on. */
function offer(minor: number, flags: number, flags2: number, bytes = minor >= 36 ? 64 : 16, major = 7) {
  const structure = { major, minor, maxReadahead: 131072, flags, flags2 };
  const memory = requestBytes(INIT, {
    header: { unique: 2 },
    structure,
    tail: Buffer.alloc(64),
    extensions: Buffer.alloc(0),
  });
  return { memory, length: 40 + bytes };
}

function answer(minor: number, flags: number, flags2: number, wanted: Wanted = WANTED, bytes?: number) {
  const request = offer(minor, flags, flags2, bytes);
  const into = memoryOf(Buffer.alloc(512, 0xa5));
  const result = negotiate(request.memory, request.length, into, wanted);
  assert.ok(result.kind === "agreed");
  return { ...result, out: readFields(into, OUT_HEADER.bytes, INIT_OUT), head: readFields(into, 0, OUT_HEADER) };
}

/** What Linux 6.18 offers, and 5.15 (all up to 7.34). */
const LINUX_6_18 = { minor: 45, flags: 0x73ff_fffb, flags2: 0x5fd } as const;
const LINUX_5_15 = { minor: 34, flags: 0x33ff_fffb, flags2: 0 } as const;

describe("negotiate", () => {
  test("Linux 6.18 gives all that is wanted", () => {
    const { session, out, head } = answer(LINUX_6_18.minor, LINUX_6_18.flags, LINUX_6_18.flags2);
    const expected = WANTED.features.filter((feature) => feature !== "handleKillPrivileges");
    assert.deepEqual([...session.features].sort(), [...expected].sort());
    assert.deepEqual(
      [out["major"], out["minor"], out["maxWrite"], out["maxPages"], out["maxReadahead"], out["timeGranularity"]],
      [7, 45, 1 << 20, 256, 131072, 1],
    );
    assert.deepEqual([out["flags"], out["flags2"]], [featureBits(expected).flags, featureBits(expected).flags2]);
    assert.deepEqual([head["length"], head["error"], head["unique"]], [80, 0, 2n]);
    assert.equal(session.setxattrExt, true);
  });

  test("Linux 5.15 knows no second word of flags, and gets none", () => {
    const { session, out } = answer(LINUX_5_15.minor, LINUX_5_15.flags, LINUX_5_15.flags2);
    assert.deepEqual([session.minor, out["flags2"], session.features.has("createSuppGroup")], [34, 0, false]);
    assert.ok(session.features.has("handleKillPrivilegesV2") && !session.features.has("initExt"));
  });

  test("what is newer than a version of the protocol can be done without, as with the kernel of that version", () => {
    const { minor, flags, flags2 } = LINUX_6_18;
    const { session } = answer(minor, flags, flags2, wantedUpTo(WANTED, 34));
    assert.equal(session.minor, 34);
    const older = answer(LINUX_5_15.minor, LINUX_5_15.flags, LINUX_5_15.flags2).session;
    assert.deepEqual([...session.features].sort(), [...older.features].sort());
  });

  test("a kernel without the second version of KILLPRIV gets the first", () => {
    const { flags } = featureBits(["handleKillPrivileges", "maxPages"]);
    const { session } = answer(28, flags, 0);
    assert.deepEqual([...session.features].sort(), ["handleKillPrivileges", "maxPages"]);
    assert.equal(session.setxattrExt, false);
  });

  test("without MAX_PAGES no page count is told", () => {
    const { out } = answer(27, featureBits(["bigWrites"]).flags, 0);
    assert.equal(out["maxPages"], 0);
  });

  test("only what is offered is ever answered", () => {
    const everything: Wanted = { ...WANTED, features: Object.keys(FEATURES) as Feature[] };
    fc.assert(
      fc.property(fc.integer({ min: 23, max: 60 }), u32, u32, (minor, flags, flags2) => {
        const { session, out } = answer(minor, flags, flags2, everything);
        const offered = featuresIn(flags, Number(out["flags2"]));
        assert.ok([...session.features].every((feature) => offered.has(feature)));
        assert.equal(Number(out["flags"]) & ~flags, 0);
        assert.equal(Number(out["flags2"]) & ~flags2, 0);
        if (minor < 36 || !(flags & (1 << 30))) assert.equal(out["flags2"], 0);
        assert.ok(Number(out["minor"]) <= Math.min(minor, 45));
      }),
    );
  });

  test("a newer major version is answered with ours, an older one or minor is refused", () => {
    const into = memoryOf(Buffer.alloc(512));
    const newer = offer(0, 0, 0, 16, 8);
    assert.equal(negotiate(newer.memory, newer.length, into, WANTED).kind, "again");
    assert.equal(readFields(into, OUT_HEADER.bytes, INIT_OUT)["major"], 7);
    const older = offer(22, 0, 0);
    assert.deepEqual(negotiate(older.memory, older.length, into, WANTED), {
      kind: "refused",
      because: "the kernel speaks FUSE 7.22, at least 7.23 is needed",
    });
  });

  test("any other first request is refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const memory = memoryOf(Buffer.from(bytes));
        if (bytes.length >= 8) memory.view.setUint32(4, 3, true);
        assert.equal(negotiate(memory, bytes.length, memoryOf(Buffer.alloc(512)), WANTED).kind, "refused");
      }),
    );
  });
});
