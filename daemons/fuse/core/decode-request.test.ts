import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decodeRequest } from "./decode-request.ts";
import { memoryOf } from "./memory.ts";
import type { Negotiated } from "./negotiate.ts";
import { OPCODES, SETXATTR_SHORT } from "./opcodes.ts";
import type { KernelRequest } from "./request.ts";
import { wellFormed } from "./testing/arbitraries.ts";
import { requestBytes } from "./testing/request-bytes.ts";

const SESSION: Negotiated = {
  minor: 45,
  features: new Set(["setxattrExt"]),
  unused: new Set(),
  setxattrExt: true,
  maxWriteBytes: 1 << 20,
  maxReadaheadBytes: 1 << 17,
};
const SHORT_SETXATTR: Negotiated = { ...SESSION, features: new Set(), setxattrExt: false };

const isMalformed = (request: KernelRequest): boolean => request.op === "unknown" && request.malformed;
/** What the decoder makes of a 64-bit number above 2^53. */
const held = (value: number | bigint): number => Number(value < 2n ** 53n ? value : 2n ** 53n - 1n);

describe("decodeRequest", () => {
  test("every field of every opcode is found where the kernel puts it", () => {
    fc.assert(
      fc.property(wellFormed, ({ opcode, parts }) => {
        const memory = requestBytes(opcode, parts);
        const request = decodeRequest(memory, memory.bytes.length, SESSION);
        assert.equal(isMalformed(request), false, opcode.name);
        assert.notEqual(request.op, "unknown");
        const { unique, node, uid, gid, pid } = request.header;
        assert.deepEqual({ unique, node, uid, gid, pid }, { ...parts.header });
        const body = "lock" in request ? { ...request, ...request.lock } : request;
        for (const [field, value] of Object.entries(body)) {
          const sent = parts.structure[field];
          // Bit 63 of a request's number is no part of it, and the bits below that are never that many.
          if (typeof value !== "number" || sent === undefined || (field === "target" && sent >= 2n ** 53n)) continue;
          assert.equal(value, held(sent), `${opcode.name} ${field}`);
        }
        const group = parts.extensions.length > 0 ? Buffer.from(parts.extensions).readUInt32LE(12) : undefined;
        assert.equal(request.header.suppGroup, group);
      }),
      { numRuns: 2000 },
    );
  });

  test("names are the bytes that were sent", () => {
    fc.assert(
      fc.property(wellFormed, ({ opcode, parts }) => {
        if (opcode.tail !== 1 && opcode.tail !== 2) return;
        const memory = requestBytes(opcode, parts);
        const request = decodeRequest(memory, memory.bytes.length, SESSION);
        if (request.op === "tmpfile") return;
        assert.ok("name" in request);
        const second =
          request.op === "rename" ? request.newName : request.op === "symlink" ? request.target : undefined;
        const sent = [request.name, second].filter((name) => name !== undefined).map((name) => `${name}\0`);
        assert.deepEqual(Buffer.from(sent.join(""), "latin1"), Buffer.from(parts.tail));
      }),
    );
  });

  test("a request cut short anywhere is malformed", () => {
    fc.assert(
      fc.property(wellFormed, fc.nat(), ({ opcode, parts }, seed) => {
        const memory = requestBytes(opcode, { ...parts, extensions: Buffer.alloc(0) });
        const length = seed % memory.bytes.length;
        if (length >= 4) memory.view.setUint32(0, length, true);
        // An ioctl's argument has no length of its own that is looked at.
        if (opcode.name === "IOCTL" && length >= 40 + opcode.structure.bytes) return;
        assert.ok(isMalformed(decodeRequest(memory, length, SESSION)), `${opcode.name} at ${length}`);
      }),
    );
  });

  test("any bytes give a request, never a throw", () => {
    const bytes = fc.uint8Array({ maxLength: 400 });
    const opcodes = fc.oneof(fc.constantFrom(...OPCODES.map((opcode) => opcode.number)), fc.nat({ max: 5000 }));
    fc.assert(
      fc.property(bytes, opcodes, fc.boolean(), (raw, number, exact) => {
        const memory = memoryOf(Buffer.from(raw));
        if (raw.length >= 8 && exact) {
          memory.view.setUint32(0, raw.length, true);
          memory.view.setUint32(4, number, true);
        }
        assert.ok(decodeRequest(memory, raw.length, exact ? SESSION : SHORT_SETXATTR));
      }),
      { numRuns: 5000 },
    );
  });

  test("an opcode that is not known is no malformed request", () => {
    const memory = requestBytes(4095, {
      header: { unique: 8 },
      structure: {},
      tail: Buffer.alloc(3),
      extensions: Buffer.alloc(0),
    });
    const request = decodeRequest(memory, memory.bytes.length, SESSION);
    assert.deepEqual([request.op, isMalformed(request), request.header.unique], ["unknown", false, 8]);
  });

  test("an opcode that is newer than what was agreed on is not spoken", () => {
    fc.assert(
      fc.property(wellFormed, fc.integer({ min: 23, max: 45 }), ({ opcode, parts }, minor) => {
        const memory = requestBytes(opcode, parts);
        const request = decodeRequest(memory, memory.bytes.length, { ...SESSION, minor });
        assert.equal(request.op === "unknown", opcode.since > minor, opcode.name);
        assert.equal(isMalformed(request), false);
      }),
    );
  });

  test("a repetition is known by bit 63 of its number", () => {
    const header = { unique: (1n << 63n) | 0x1_0000_0002n };
    const memory = requestBytes(17, { header, structure: {}, tail: Buffer.alloc(0), extensions: Buffer.alloc(0) });
    const request = decodeRequest(memory, memory.bytes.length, SESSION);
    assert.deepEqual([request.op, request.header.unique, request.header.resent], ["statfs", 0x1_0000_0002, true]);
  });

  test("without SETXATTR_EXT the name follows after 8 bytes", () => {
    const tail = Buffer.from("user.a\0value", "latin1");
    const parts = { header: {}, structure: { size: 5, flags: 1 }, tail, extensions: Buffer.alloc(0) };
    const memory = requestBytes(SETXATTR_SHORT, parts);
    const request = decodeRequest(memory, memory.bytes.length, SHORT_SETXATTR);
    assert.ok(request.op === "setxattr");
    assert.deepEqual(
      [request.name, Buffer.from(request.value).toString(), request.flags, request.setxattrFlags],
      ["user.a", "value", 1, 0],
    );
  });

  test("a name with a NUL in it is malformed", () => {
    const unlink = OPCODES.find((opcode) => opcode.name === "UNLINK");
    assert.ok(unlink);
    const parts = { header: {}, structure: {}, tail: Buffer.from("a\0b\0"), extensions: Buffer.alloc(0) };
    const memory = requestBytes(unlink, parts);
    assert.ok(isMalformed(decodeRequest(memory, memory.bytes.length, SESSION)));
  });

  test("no two opcodes share a number, and no structure is larger than a page", () => {
    assert.equal(new Set(OPCODES.map((opcode) => opcode.number)).size, OPCODES.length);
    for (const { structure } of OPCODES) assert.ok(structure.bytes <= 96);
  });
});
