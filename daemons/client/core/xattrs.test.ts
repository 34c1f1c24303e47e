import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, oid } from "../../core/brand.ts";
import { ERRNO } from "../../core/errno.ts";
import type { Operation } from "../../fuse/core/request.ts";
import type { Message } from "../../wire/messages.ts";
import { fileOf } from "./testing/grants.ts";
import { changed, mounted } from "./testing/mounted.ts";

type Group = ReturnType<typeof mounted>;
const FILE = 5;
const get = (name: string, size = 1_024): Operation => ({ op: "getxattr", name: fileName(name), size });
const list: Operation = { op: "listxattr", size: 1_024 };
const value = (text: string): Message => ({ kind: "data", data: Buffer.from(text) });
const none: Message = { kind: "failed", errno: ERRNO.ENODATA.number, because: "none" };

/** A file is leased. @param bare Whether it has none that a user could see. */
function leased(bare: 0 | 1) {
  const group = mounted();
  const grant = (): void => {
    const { message, request } = group.ports.take(0, "acquire");
    const grants = message.wants.map((want) => ({ ...want, inUse: 0, bare, attributes: [fileOf(want.oid)] }));
    group.client.link(0).received({ kind: "granted", grants }, request);
  };
  const first = group.ask(FILE, get("user.a"));
  grant();
  return { group, first, grant };
}

const told = (group: Group, request: number): unknown => {
  const reply = group.answerTo(request);
  if (reply?.kind === "data") return Buffer.from(reply.data).toString();
  return reply?.kind === "error" ? reply.errno : reply;
};

test("of what has none, nobody is asked more than for its lease", () => {
  const { group, first } = leased(1);
  assert.equal(told(group, first), "ENODATA");
  assert.equal(told(group, group.ask(FILE, list)), "");
  assert.deepEqual(group.ports.sent, []);
});

test("a value is asked for once, and one that is not there as well", () => {
  const { group, first } = leased(0);
  group.answer(0, "getXattr", value("one"));
  assert.equal(told(group, first), "one");
  assert.equal(told(group, group.ask(FILE, get("user.a"))), "one");
  const other = group.ask(FILE, get("user.b"));
  group.answer(0, "getXattr", none);
  assert.equal(told(group, other), "ENODATA");
  assert.equal(told(group, group.ask(FILE, get("user.b"))), "ENODATA");
  const names = group.ask(FILE, list);
  group.answer(0, "listXattr", value("user.a\0"));
  assert.equal(told(group, names), "user.a\0");
  assert.equal(told(group, group.ask(FILE, list)), "user.a\0");
  assert.deepEqual(group.ports.sent, []);
});

test("size 0 asks for the length, and a value that is longer than there is room is ERANGE", () => {
  const { group } = leased(0);
  group.answer(0, "getXattr", value("one"));
  assert.deepEqual(told(group, group.ask(FILE, get("user.a", 0))), { kind: "xattrSize", size: 3 });
  assert.equal(told(group, group.ask(FILE, get("user.a", 2))), "ERANGE");
  assert.equal(told(group, group.ask(FILE, get("user.a", 3))), "one");
});

test("what root was told is not told to others", () => {
  const { group } = leased(0);
  group.answer(0, "getXattr", value("secret"));
  const header = { unique: 99_000, resent: false, node: oid(FILE), uid: 7, gid: 7, pid: 3, suppGroup: undefined };
  group.client.request({ header, ...get("user.a") } as never);
  assert.equal(group.answerTo(99_000), undefined);
  group.answer(0, "getXattr", none);
  assert.equal(told(group, 99_000), "ENODATA");
});

test("any change of the object may have changed them: they are asked for anew", () => {
  const { group, grant } = leased(0);
  group.answer(0, "getXattr", value("one"));
  group.ask(FILE, { op: "setxattr", name: fileName("user.a"), value: Buffer.from("two"), flags: 0, setxattrFlags: 0 });
  grant();
  const attributes = [fileOf(oid(FILE), 4)];
  for (const place of [0, 1]) group.answer(place, "setXattr", changed(1, undefined, attributes));
  const again = group.ask(FILE, get("user.a"));
  assert.equal(group.answerTo(again), undefined);
  group.answer(0, "getXattr", value("two"));
  assert.equal(told(group, again), "two");
});

test("a long value is not kept", () => {
  const { group, first } = leased(0);
  const long = "x".repeat(300);
  group.answer(0, "getXattr", value(long));
  assert.equal(told(group, first), long);
  assert.equal(group.answerTo(group.ask(FILE, get("user.a"))), undefined);
});
