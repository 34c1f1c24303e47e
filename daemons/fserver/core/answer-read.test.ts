import assert from "node:assert/strict";
import { test } from "node:test";
import { clientId, oid, version } from "../../core/brand.ts";
import { LIMIT, type Message } from "../../wire/messages.ts";
import { createFile } from "../testing/member-script.ts";
import { answerRead } from "./answer-read.ts";
import { MemoryStore } from "./memory-store.ts";

const FILE = oid(100);

function storeWithFile() {
  const store = new MemoryStore();
  store.register(clientId(1));
  store.apply(clientId(1), createFile(1, FILE, 2));
  const scratch = Buffer.alloc(LIMIT.dataBytes);
  const ask = (message: Message): Message | undefined => {
    let answer: Message | undefined;
    answerRead(store, message, scratch, (reply) => {
      answer = reply;
    });
    return answer;
  };
  return { ask };
}

const isBehind = (answer: Message | undefined): boolean => answer?.kind === "failed" && answer.because === "behind";

test("a member that is behind what the reader knows of says so, for bytes as for attributes", () => {
  const { ask } = storeWithFile();
  const read = { kind: "read", oid: FILE, offset: 0, length: 10 } as const;
  assert.equal(ask({ ...read, versionFloor: version(1) })?.kind, "data");
  assert.ok(isBehind(ask({ ...read, versionFloor: version(2) })));
  assert.equal(ask({ kind: "getAttributes", oid: FILE, versionFloor: version(1) })?.kind, "attributesAre");
  assert.ok(isBehind(ask({ kind: "getAttributes", oid: FILE, versionFloor: version(2) })));
});

test("what is asked of an object that is no more is an errno, not a version", () => {
  const { ask } = storeWithFile();
  const answer = ask({ kind: "read", oid: oid(5), offset: 0, length: 10, versionFloor: version(2) });
  assert.equal(answer?.kind === "failed" && answer.errno, 116);
});

test("every read is answered with its own message", () => {
  const { ask } = storeWithFile();
  const root = oid(1);
  assert.equal(ask({ kind: "listDirectory", oid: root, cookie: 0, bytesMax: 100_000, lease: 0 })?.kind, "entries");
  assert.equal(ask({ kind: "statFs" })?.kind, "spaceIs");
  assert.equal(ask({ kind: "seek", oid: FILE, offset: 0, whence: 4 })?.kind, "failed");
  assert.equal(ask({ kind: "reserve", oid: FILE, offset: 0, length: 10 })?.kind, "done");
  assert.equal(ask({ kind: "syncObject", oid: FILE, dataOnly: 1 })?.kind, "done");
  assert.equal(ask({ kind: "readLink", oid: FILE })?.kind, "failed");
});

test("what changes something is no read", () => {
  const { ask } = storeWithFile();
  assert.equal(ask(createFile(2, 101, 3)), undefined);
  assert.equal(ask({ kind: "beat", n: 1 }), undefined);
});
