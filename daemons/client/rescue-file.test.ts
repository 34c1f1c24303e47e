import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { oid, sequence, version } from "../core/brand.ts";
import { ROOT_CALLER } from "../core/caller.ts";
import { FrameDecoder } from "../wire/frame.ts";
import { LIMIT, type Change, type Message } from "../wire/messages.ts";
import { writeRescueFile, type RescueHead } from "./rescue-file.ts";

const temporary = temporaryDirectory("rescue");
const before_ = process.env["POHMELFS_STATE"];
before(() => {
  process.env["POHMELFS_STATE"] = temporary.path;
});
after(() => {
  if (before_ === undefined) delete process.env["POHMELFS_STATE"];
  else process.env["POHMELFS_STATE"] = before_;
  temporary[Symbol.dispose]();
});

const write = (seq: number, data: Uint8Array, offset = 0): Change => ({
  kind: "write",
  origin: {
    seq: sequence(seq),
    settled: sequence(0),
    time: { sec: 1, nsec: 2 },
    caller: ROOT_CALLER,
    touches: [{ oid: oid(5), version: version(seq) }],
  },
  oid: oid(5),
  offset,
  killPrivileges: 0,
  data,
});

let written = 0;
/** Each file has a moment of its own. */
const head = (group = "data") => {
  written += 1;
  const since = new Date(written * 1_000).toISOString();
  return { group, at: "/mnt/data", client: 7, because: "the session is fenced", since };
};

/** What a rescue file says: its first line, and the changes behind it. */
function readBack(path: string): { readonly first: RescueHead; readonly changes: readonly Message[] } {
  const bytes = readFileSync(path);
  const end = bytes.indexOf(10);
  const decoder = new FrameDecoder();
  decoder.limit(LIMIT.frameBytes);
  const changes: Message[] = [];
  for (let at = end + 1; at < bytes.length; ) {
    const space = decoder.space();
    const part = bytes.subarray(at, at + space.end - space.start);
    space.buffer.set(part, space.start);
    decoder.received(part.length);
    at += part.length;
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      assert.ok("message" in frame, JSON.stringify(frame));
      changes.push(structuredClone(frame.message));
    }
  }
  return { first: JSON.parse(bytes.toString("utf8", 0, end)) as RescueHead, changes };
}

const plain = (messages: readonly Message[]): unknown =>
  messages.map((message) => ({ ...message, ...("data" in message ? { data: [...message.data] } : {}) }));

test("the first line says what the changes are of, for people; they follow as frames, in their order", () => {
  const told = head();
  const changes = [write(1, Buffer.from("one")), write(2, Buffer.from("two"), 3)];
  const { first, changes: read } = readBack(writeRescueFile(told, changes));
  assert.deepEqual(first, { format: 1, ...told, changes: 2 });
  assert.deepEqual(plain(read), plain(changes));
});

test("whatever was written is read back, byte for byte", () => {
  const data = fc.uint8Array({ maxLength: 3_000 });
  fc.assert(
    fc.property(fc.array(data, { maxLength: 20 }), (all) => {
      const changes = all.map((bytes, at) => write(at + 1, bytes, at * 7));
      assert.deepEqual(plain(readBack(writeRescueFile(head(), changes)).changes), plain(changes));
    }),
    { numRuns: 50 },
  );
});

test("the largest write there is, is read back", () => {
  const data = new Uint8Array(LIMIT.dataBytes).fill(7);
  const { changes } = readBack(writeRescueFile(head(), [write(1, data), write(2, data)]));
  assert.equal(changes.length, 2);
});

test("only root may read it, and none is ever written over", () => {
  const told = head();
  const path = writeRescueFile(told, []);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
  assert.throws(() => writeRescueFile(told, []), { code: "EEXIST" });
});

test("it lies in one folder, whatever the group is called", () => {
  const path = writeRescueFile(head("../etc/x"), []);
  assert.equal(dirname(path), `${temporary.path}/rescue`);
  assert.match(basename(path), /^\.\.%2Fetc%2Fx-7-1970-01-01T.*\.changes$/);
});
