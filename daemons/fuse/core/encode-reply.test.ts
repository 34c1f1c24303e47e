import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Attributes } from "../../core/attributes.ts";
import { oid } from "../../core/brand.ts";
import { ERRNO, type ErrnoName } from "../../core/errno.ts";
import { encodeReply } from "./encode-reply.ts";
import type { Layout } from "./layout.ts";
import { memoryOf } from "./memory.ts";
import type { Reply } from "./reply.ts";
import type { Header } from "./request.ts";
import * as s from "./structures.ts";
import { attributes, u32, u53 } from "./testing/arbitraries.ts";
import { readFields } from "./testing/request-bytes.ts";

const HEADER: Header = { unique: 6, resent: false, node: oid(1), uid: 0, gid: 0, pid: 0, suppGroup: undefined };
const BODY = s.OUT_HEADER.bytes;

/** Encodes into memory that is not clean, as a used buffer is. */
function encoded(reply: Reply, header = HEADER) {
  const memory = memoryOf(Buffer.alloc(2048, 0xa5));
  const length = encodeReply(memory, header, reply);
  assert.equal(memory.view.getUint32(0, true), length);
  return { memory, length, body: (layout: Layout, at = 0) => readFields(memory, BODY + at, layout) };
}

/** The fields of struct fuse_attr that these attributes must give. */
const fuseAttr = (a: Attributes) => ({
  ino: BigInt(a.oid),
  size: BigInt(a.size),
  blocks: BigInt(a.blocks),
  atime: BigInt.asUintN(64, BigInt(a.atime.sec)),
  mtime: BigInt.asUintN(64, BigInt(a.mtime.sec)),
  ctime: BigInt.asUintN(64, BigInt(a.ctime.sec)),
  atimeNsec: a.atime.nsec,
  mtimeNsec: a.mtime.nsec,
  ctimeNsec: a.ctime.nsec,
  mode: a.mode,
  nlink: a.nlink,
  uid: a.uid,
  gid: a.gid,
  rdev: a.rdev,
  blockSize: a.blockSize,
  flags: 0,
});

describe("encodeReply", () => {
  test("an error is a header with the negative number", () => {
    for (const errno of Object.keys(ERRNO) as ErrnoName[]) {
      const { memory, length } = encoded({ kind: "error", errno });
      assert.deepEqual([length, memory.view.getInt32(4, true)], [16, -ERRNO[errno].number]);
    }
  });

  test("a repetition is answered with its number as it came", () => {
    fc.assert(
      fc.property(u53, fc.boolean(), (unique, resent) => {
        const { memory } = encoded({ kind: "empty" }, { ...HEADER, unique, resent });
        assert.equal(memory.view.getBigUint64(8, true), BigInt(unique) | (resent ? 1n << 63n : 0n));
      }),
    );
  });

  test("attributes and entries lie where the kernel reads them", () => {
    fc.assert(
      fc.property(attributes, u53, u32, (attr, fh, openFlags) => {
        const validity = { entrySeconds: 1.5, attributeSeconds: 0.25 };
        const plain = encoded({ kind: "attributes", attributes: attr, attributeSeconds: 0.25 });
        assert.equal(plain.length, BODY + 104);
        assert.deepEqual(plain.body(s.ATTRIBUTES_OUT), { valid: 0n, validNsec: 250_000_000, _: 0 });
        assert.deepEqual(plain.body(s.ATTRIBUTES, s.ATTRIBUTES_OUT.at.attributes), fuseAttr(attr));
        const created = encoded({ kind: "created", attributes: attr, validity, fh, openFlags });
        assert.equal(created.length, BODY + 128 + 16);
        assert.deepEqual(created.body(s.ENTRY_OUT), {
          node: BigInt(attr.oid),
          generation: 0n,
          entryValid: 1n,
          attributesValid: 0n,
          entryValidNsec: 500_000_000,
          attributesValidNsec: 250_000_000,
        });
        assert.deepEqual(created.body(s.ATTRIBUTES, s.ENTRY_OUT.at.attributes), fuseAttr(attr));
        assert.deepEqual(created.body(s.OPEN_OUT, s.ENTRY_OUT.bytes), { fh: BigInt(fh), openFlags, backing: 0 });
        const entry = encoded({ kind: "entry", attributes: attr, validity });
        assert.deepEqual(entry.body(s.ENTRY_OUT), created.body(s.ENTRY_OUT));
      }),
    );
  });

  test("statx tells every basic field, and the numbers of a device apart", () => {
    fc.assert(
      fc.property(attributes, fc.nat({ max: 0xfff }), fc.nat({ max: 0xfffff }), (attr, major, minor) => {
        const rdev = ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
        const { length, body } = encoded({ kind: "statx", attributes: { ...attr, rdev }, attributeSeconds: 1 });
        assert.equal(length, BODY + 288);
        const statx = body(s.STATX, s.STATX_OUT.at.statx);
        assert.deepEqual([statx["rdevMajor"], statx["rdevMinor"], statx["mask"]], [major, minor, 0xfff]);
        assert.deepEqual([statx["size"], statx["mode"]], [BigInt(attr.size), attr.mode]);
        const birth = body(
          { bytes: 16, at: { sec: 0, nsec: 8 }, fields: { sec: "u64", nsec: "u32" } },
          s.STATX_OUT.at.statx + s.STATX.at.btime,
        );
        assert.deepEqual(birth, { sec: BigInt.asUintN(64, BigInt(attr.btime.sec)), nsec: attr.btime.nsec });
      }),
    );
  });

  test("a validity without end is the longest that the kernel can count", () => {
    const { body } = encoded({ kind: "negative", entrySeconds: Number.POSITIVE_INFINITY });
    const entry = body(s.ENTRY_OUT);
    assert.deepEqual([entry["node"], entry["entryValid"], entry["entryValidNsec"]], [0n, 0x7fff_ffffn, 0]);
  });

  test("a lock to the end of the file ends where the kernel's offsets end", () => {
    const { body, length } = encoded({ kind: "lock", type: 1, start: 5, end: Number.MAX_SAFE_INTEGER, pid: 7 });
    assert.equal(length, BODY + 24);
    assert.deepEqual(body(s.LOCK_OUT), { start: 5n, end: 2n ** 63n - 1n, type: 1, pid: 7 });
  });

  test("the other answers have the kernel's sizes and nothing left over from earlier ones", () => {
    const cases: readonly (readonly [Reply, string])[] = [
      [{ kind: "empty" }, ""],
      [{ kind: "data", data: Buffer.from("abc") }, "616263"],
      [{ kind: "xattrSize", size: 7 }, "0700000000000000"],
      [{ kind: "written", count: 9 }, "0900000000000000"],
      [{ kind: "written", count: 2 ** 33, wide: true }, "0000000002000000"],
      [{ kind: "offset", offset: 4096 }, "0010000000000000"],
      [{ kind: "opened", fh: 3, openFlags: 2 }, "03000000000000000200000000000000"],
    ];
    for (const [reply, hex] of cases) {
      const { memory, length } = encoded(reply);
      assert.equal(memory.bytes.toString("hex", BODY, length), hex, reply.kind);
    }
    const statfs: Reply = {
      kind: "statfs",
      blocks: 1,
      blocksFree: 2,
      blocksAvailable: 3,
      files: 4,
      filesFree: 5,
      blockSize: 6,
      nameMax: 255,
    };
    const { body, length } = encoded(statfs);
    assert.equal(length, BODY + 80);
    assert.deepEqual(body(s.STATFS_OUT), {
      blocks: 1n,
      blocksFree: 2n,
      blocksAvailable: 3n,
      files: 4n,
      filesFree: 5n,
      blockSize: 6,
      nameMax: 255,
      fragmentSize: 6,
      _: 0,
    });
  });
});
