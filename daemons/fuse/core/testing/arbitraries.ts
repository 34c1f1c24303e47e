/** Arbitrary requests, attributes and listings, made from the tables. For property tests. */
import fc from "fast-check";
import type { Attributes } from "../../../core/attributes.ts";
import { fileName, oid, version } from "../../../core/brand.ts";
import type { Time } from "../../../core/time.ts";
import type { Layout } from "../layout.ts";
import { OPCODES, type Opcode } from "../opcodes.ts";
import type { DirectoryEntry } from "../reply.ts";
import { FORGET_ONE } from "../structures.ts";
import type { RequestParts, Values } from "./request-bytes.ts";

const u16 = fc.integer({ min: 0, max: 0xffff });
export const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
export const u53 = fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 });
const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });

/** Any name: bytes but NUL and "/", 1 to 255 of them. */
export const nameBytes = fc
  .uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 255 })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x2f ? 0x5c : byte))));
export const name = nameBytes.map((bytes) => fileName(bytes.toString("latin1")));

const values = (layout: Layout, fixed: Values = {}): fc.Arbitrary<Values> =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(layout.fields)
          .filter(([, type]) => typeof type !== "number")
          .map(([field, type]) => [field, type === "u16" ? u16 : type === "u32" ? u32 : fc.oneof(u53, u64)]),
      ),
    )
    .map((record): Values => ({ ...(record as Values), ...fixed }));

const header = fc.record({ unique: u53, node: u53, uid: u32, gid: u32, pid: u32 });
const terminated = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(1)]);
const supplementaryGroup = (gid: number): Buffer => {
  const extension = Buffer.alloc(16);
  for (const [place, word] of [16, 32, 1, gid].entries()) extension.writeUInt32LE(word, place * 4);
  return extension;
};
const extensions = fc.option(u32.map(supplementaryGroup), { nil: Buffer.alloc(0) });

function tailOf(opcode: Opcode): fc.Arbitrary<{ readonly tail: Uint8Array; readonly fixed: Values }> {
  if (opcode.tail === 0) return fc.constant({ tail: new Uint8Array(), fixed: {} });
  if (opcode.tail === 1) return nameBytes.map((bytes) => ({ tail: terminated(bytes), fixed: {} }));
  if (opcode.tail === 2) {
    return fc
      .tuple(nameBytes, nameBytes)
      .map(([first, second]) => ({ tail: Buffer.concat([terminated(first), terminated(second)]), fixed: {} }));
  }
  const data = fc.uint8Array({ maxLength: 300 });
  if (opcode.name === "SETXATTR") {
    return fc.tuple(nameBytes, data).map(([attribute, value]) => ({
      tail: Buffer.concat([terminated(attribute), value]),
      fixed: { size: value.length },
    }));
  }
  if (opcode.name === "BATCH_FORGET") {
    return fc.nat({ max: 20 }).map((count) => ({ tail: Buffer.alloc(count * FORGET_ONE.bytes, 1), fixed: { count } }));
  }
  return data.map((bytes) => ({ tail: bytes, fixed: { size: bytes.length } }));
}

/** Any well-formed request of any opcode. */
export const wellFormed: fc.Arbitrary<{ readonly opcode: Opcode; readonly parts: RequestParts }> = fc
  .constantFrom(...OPCODES)
  .chain((opcode) =>
    fc.tuple(fc.constant(opcode), header, tailOf(opcode), extensions).chain(([, head, { tail, fixed }, ext]) =>
      values(opcode.structure, fixed).map((structure) => ({
        opcode,
        parts: { header: head, structure, tail, extensions: ext },
      })),
    ),
  );

export const time: fc.Arbitrary<Time> = fc.record({
  sec: fc.maxSafeInteger(),
  nsec: fc.integer({ min: 0, max: 999_999_999 }),
});

export const attributes: fc.Arbitrary<Attributes> = fc.record({
  oid: u53.map((value) => oid(value + 1)),
  version: u53.map((value) => version(value + 1)),
  mode: fc.integer({ min: 0, max: 0o177777 }),
  nlink: u32,
  uid: u32,
  gid: u32,
  rdev: u32,
  size: u53,
  blocks: u53,
  blockSize: u32,
  atime: time,
  mtime: time,
  ctime: time,
  btime: time,
});

/** Quarters of a second are exact in both forms. */
const seconds: fc.Arbitrary<number> = fc.nat({ max: 40 }).map((quarters) => quarters / 4);
const validity = fc.option(
  fc.tuple(seconds, seconds).map(([entrySeconds, attributeSeconds]) => ({ entrySeconds, attributeSeconds })),
  { nil: undefined },
);

/** A listing whose entries' offsets grow. */
export const listing: fc.Arbitrary<readonly DirectoryEntry[]> = fc
  .array(fc.record({ name: fc.oneof(name, fc.constantFrom(fileName("."), fileName(".."))), attributes, validity }), {
    maxLength: 40,
  })
  .map((entries) => entries.map((entry, place) => ({ ...entry, offset: place + 1 })));
