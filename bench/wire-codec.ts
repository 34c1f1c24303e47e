/**
 * What a message costs to encode and to decode: the generated codec against its slow twin of closures.
 *
 *     node --import tsx bench/wire-codec.ts
 *
 * The bar: at most 1 µs for a small message, and no cost by the size of a tail.
 */
import { performance } from "node:perf_hooks";
import { fileName, oid, sequence, version } from "../daemons/core/brand.ts";
import { ROOT_CALLER } from "../daemons/core/caller.ts";
import { encodeFrame, encodeFrameParts, FrameDecoder } from "../daemons/wire/frame.ts";
import { MESSAGES, type Message, type MessageOfKind } from "../daemons/wire/messages.ts";
import { closureCodec } from "../test/support/closure-codec.ts";

const REQUEST = 70_000;
const EPOCH = 12;

const time = { sec: 1_790_000_000, nsec: 123_456_789 };
const caller = { uid: 1000, gid: 1000, groups: [4, 24, 27, 1000] };
const attributes = {
  oid: oid(5_000_000_123),
  version: version(7),
  mode: 0o100644,
  nlink: 1,
  uid: 1000,
  gid: 1000,
  rdev: 0,
  size: 123_456,
  blocks: 248,
  blockSize: 4096,
  atime: time,
  mtime: time,
  ctime: time,
  btime: time,
};
const origin = (seq: number) => ({
  seq: sequence(seq),
  settled: sequence(0),
  time,
  caller,
  touches: [{ oid: oid(5_000_000_123), version: version(8) }],
});
const entriesOf = (count: number): MessageOfKind<"entries"> => ({
  kind: "entries",
  cookie: 1,
  end: 1,
  entries: Array.from({ length: count }, (_, i) => ({
    name: fileName(`some-file-${i}.txt`),
    leased: 0,
    bare: 0,
    attributes,
  })),
});
const writeOf = (bytes: number): MessageOfKind<"write"> => ({
  kind: "write",
  origin: origin(9),
  oid: oid(5_000_000_123),
  offset: 8_192,
  killPrivileges: 0,
  data: new Uint8Array(bytes),
});

const SAMPLES: readonly (readonly [string, Message])[] = [
  ["beat", { kind: "beat", n: 12 }],
  ["lookup", { kind: "lookup", parent: oid(5_000_000_000), name: fileName("package.json"), caller, lease: 0 }],
  ["attributesAre", { kind: "attributesAre", attributes, leased: 0, bare: 0 }],
  [
    "create",
    {
      kind: "create",
      origin: { ...origin(8), touches: [1, 2].map((n) => ({ oid: oid(n), version: version(n) })) },
      parent: oid(1),
      name: fileName("a-file-of-the-tree.ts"),
      oid: oid(5_000_000_123),
      mode: 0o100644,
      umask: 0o22,
      rdev: 0,
      target: fileName(""),
    },
  ],
  ["changed", { kind: "changed", seq: sequence(8), errno: 0, count: 0, attributes: [attributes] }],
  ["read", { kind: "read", oid: oid(5_000_000_123), offset: 8_192, length: 131_072, versionFloor: version(7) }],
  [
    "lookup, name of 255 bytes",
    { kind: "lookup", parent: oid(1), name: fileName("é".repeat(255)), caller: ROOT_CALLER, lease: 0 },
  ],
  ["write 4 KiB", writeOf(4_096)],
  ["write 1 MiB", writeOf(1_048_576)],
  ["entries, 100 names", entriesOf(100)],
];

/** Nanoseconds of one call: the median of rounds that each last about 20 ms. */
function nanoseconds(call: () => void): number {
  let count = 1;
  for (;;) {
    const start = performance.now();
    for (let i = 0; i < count; i++) call();
    if (performance.now() - start > 20) break;
    count *= 2;
  }
  const rounds = Array.from({ length: 15 }, () => {
    const start = performance.now();
    for (let i = 0; i < count; i++) call();
    return ((performance.now() - start) * 1e6) / count;
  });
  return rounds.sort((a, b) => a - b)[7] as number;
}

function decodeCall(frame: Buffer): () => void {
  // As a connection does: the frame lies in the decoder's buffer, here without the time that receiving it takes.
  const decoder = new FrameDecoder();
  decoder.limit(2_000_000);
  const fill = decoder.space();
  if (fill.end - fill.start < frame.length) {
    frame.copy(fill.buffer, fill.start, 0, 24);
    decoder.received(24);
    const more = decoder.space();
    frame.copy(more.buffer, more.start, 24);
    decoder.received(frame.length - 24);
  } else {
    frame.copy(fill.buffer, fill.start);
    decoder.received(frame.length);
  }
  decoder.next();
  return () => {
    decoder.space();
    decoder.received(frame.length);
    decoder.next();
  };
}

const columns = ["message", "bytes", "encode", "encode in parts", "decode", "closures: encode", "closures: decode"];
console.log("Nanoseconds, median of 15 rounds\n");
console.log(columns.map((title, i) => (i === 0 ? title.padEnd(28) : title.padStart(18))).join(""));
for (const [title, message] of SAMPLES) {
  const spec = MESSAGES.find(({ kind }) => kind === message.kind);
  if (spec === undefined) continue;
  const slow = closureCodec(spec);
  const frame = encodeFrame(message, REQUEST, EPOCH);
  const figures = [
    nanoseconds(() => void encodeFrame(message, REQUEST, EPOCH)),
    nanoseconds(() => void encodeFrameParts(message, REQUEST, EPOCH)),
    nanoseconds(decodeCall(frame)),
    nanoseconds(() => void slow.encode(message, REQUEST, EPOCH)),
    nanoseconds(() => void slow.decode(frame)),
  ];
  console.log(
    title.padEnd(28) + [frame.length, ...figures.map(Math.round)].map((n) => String(n).padStart(18)).join(""),
  );
}
