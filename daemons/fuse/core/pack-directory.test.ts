import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { memoryOf } from "./memory.ts";
import { packDirectory } from "./pack-directory.ts";
import { DIRENT, ENTRY_OUT } from "./structures.ts";
import { listing } from "./testing/arbitraries.ts";
import { readFields } from "./testing/request-bytes.ts";

const secondsOf = (entry: Readonly<Record<string, unknown>>, what: "entry" | "attributes"): number =>
  Number(entry[`${what}Valid`]) + Number(entry[`${what}ValidNsec`]) / 1e9;

/** Reads a listing as fs/fuse/readdir.c does. */
function unpack(memory: ReturnType<typeof memoryOf>, start: number, bytes: number, plus: boolean) {
  const found: {
    name: string;
    offset: number;
    ino: number;
    type: number;
    node: number | undefined;
    seconds: unknown;
  }[] = [];
  for (let at = start; at < start + bytes; ) {
    const entry = plus ? readFields(memory, at, ENTRY_OUT) : {};
    const node = plus ? Number(entry["node"]) : undefined;
    const seconds = node
      ? { entrySeconds: secondsOf(entry, "entry"), attributeSeconds: secondsOf(entry, "attributes") }
      : undefined;
    const dirent = at + (plus ? ENTRY_OUT.bytes : 0);
    const { ino, offset, nameLength, type } = readFields(memory, dirent, DIRENT);
    const name = memory.bytes.toString("latin1", dirent + DIRENT.bytes, dirent + DIRENT.bytes + Number(nameLength));
    found.push({ name, offset: Number(offset), ino: Number(ino), type: Number(type), node, seconds });
    at =
      dirent +
      DIRENT.bytes +
      Number(nameLength) -
      start +
      7 -
      ((dirent + DIRENT.bytes + Number(nameLength) - start + 7) % 8) +
      start;
  }
  return found;
}

describe("packDirectory", () => {
  test("a listing asked for in pieces of any size is whole and in order", () => {
    fc.assert(
      fc.property(listing, fc.integer({ min: 512, max: 3000 }), fc.boolean(), (entries, size, plus) => {
        const memory = memoryOf(Buffer.alloc(4096, 0xa5));
        const names: string[] = [];
        for (let offset = 0; ; ) {
          const rest = entries.filter((entry) => entry.offset > offset);
          const packed = packDirectory(memory, 16, size, rest, plus);
          assert.ok(packed.bytes <= size && packed.bytes % 8 === 0);
          const found = unpack(memory, 16, packed.bytes, plus);
          assert.equal(found.length, packed.taken);
          for (const [place, entry] of found.entries()) {
            const sent = rest[place];
            assert.ok(sent);
            const dot = sent.name === "." || sent.name === "..";
            assert.deepEqual(entry, {
              name: sent.name,
              offset: sent.offset,
              ino: sent.attributes.oid,
              type: (sent.attributes.mode >>> 12) & 15,
              node: plus ? (dot || sent.validity === undefined ? 0 : sent.attributes.oid) : undefined,
              seconds: plus && !dot ? sent.validity : undefined,
            });
            names.push(entry.name);
          }
          if (packed.taken === 0) break;
          offset = found[found.length - 1]?.offset ?? 0;
        }
        assert.deepEqual(
          names,
          entries.map((entry) => entry.name),
        );
      }),
    );
  });

  test("nothing is written beyond the size that was asked for", () => {
    fc.assert(
      fc.property(listing, fc.nat({ max: 600 }), fc.boolean(), (entries, size, plus) => {
        const memory = memoryOf(Buffer.alloc(2048, 0xa5));
        const { bytes } = packDirectory(memory, 16, size, entries, plus);
        assert.ok(memory.bytes.subarray(16 + bytes).every((byte) => byte === 0xa5));
        assert.ok(memory.bytes.subarray(0, 16).every((byte) => byte === 0xa5));
      }),
    );
  });
});
