import assert from "node:assert/strict";
import { test } from "node:test";
import { S_IFDIR } from "../../core/attributes.ts";
import { fileName, oid, ROOT_OID } from "../../core/brand.ts";
import { LEASE, type Message } from "../../wire/messages.ts";
import { fileOf } from "./testing/grants.ts";
import { mounted } from "./testing/mounted.ts";

const directoryOf = (number: number) => ({ ...fileOf(oid(number)), mode: S_IFDIR | 0o755 });

/** What the lead says of a directory with these directories in it, each with its lease. */
const entriesOf = (numbers: readonly number[], end = 1): Message => ({
  kind: "entries",
  cookie: 1,
  end,
  entries: numbers.map((number) => ({
    name: fileName(`d${number}`),
    leased: 1,
    bare: 1,
    attributes: directoryOf(number),
  })),
});

/** A client whose application has listed the root. */
function listed(numbers: readonly number[]) {
  const group = mounted();
  const opened = group.ask(ROOT_OID, { op: "opendir", flags: 0 });
  const answer = group.answerTo(opened);
  const fh = answer?.kind === "opened" ? answer.fh : 0;
  group.ask(ROOT_OID, { op: "readdir", fh, offset: 0, size: 4_096, plus: true });
  const { request } = group.ports.take(0, "acquire");
  const grants = [{ oid: ROOT_OID, mode: LEASE.read, inUse: 0, bare: 1, attributes: [directoryOf(1)] }];
  group.client.link(0).received({ kind: "granted", grants }, request);
  // What was asked together with the lease came before it.
  group.answer(0, "listDirectory", entriesOf(numbers));
  return group;
}
const asked = (group: ReturnType<typeof mounted>): number[] =>
  group.ports.sent.flatMap(({ message }) => (message.kind === "listDirectory" ? [message.oid] : []));

test("who goes into one directory of a listing finds the others listed", () => {
  const group = listed([10, 11]);
  assert.deepEqual(asked(group), []);
  group.ask(10, { op: "opendir", flags: 0 });
  assert.deepEqual(asked(group), [11]);
  group.answer(0, "listDirectory", entriesOf([110]));
  assert.deepEqual(asked(group), [110]);
  const opened = group.answerTo(group.ask(11, { op: "opendir", flags: 0 }));
  assert.ok(opened?.kind === "opened" && opened.openFlags !== 0, "the kernel may keep that listing");
  const read = group.ask(11, { op: "readdir", fh: opened.fh, offset: 0, size: 4_096, plus: true });
  assert.equal(group.answerTo(read)?.kind, "directory");
});

test("a listing that is under way is waited for by who opens the directory", () => {
  const group = listed([10, 11]);
  group.ask(10, { op: "opendir", flags: 0 });
  const opened = group.ask(11, { op: "opendir", flags: 0 });
  assert.equal(group.answerTo(opened), undefined);
  group.answer(0, "listDirectory", entriesOf([]));
  assert.equal(group.answerTo(opened)?.kind, "opened");
});

test("what comes when the lease is gone is not known", () => {
  const group = listed([10, 11]);
  group.ask(10, { op: "opendir", flags: 0 });
  group.client.link(0).received({ kind: "revoke", oid: oid(11), keep: 0 }, 0);
  group.answer(0, "listDirectory", entriesOf([]));
  const opened = group.answerTo(group.ask(11, { op: "opendir", flags: 0 }));
  assert.ok(opened?.kind === "opened" && opened.openFlags === 0);
});

test("with the second name that is asked for in a directory its names are listed", () => {
  const group = mounted();
  const first = group.ask(ROOT_OID, { op: "lookup", name: fileName("d10") });
  const { request } = group.ports.take(0, "acquire");
  const grants = [{ oid: ROOT_OID, mode: LEASE.read, inUse: 0, bare: 1, attributes: [directoryOf(1)] }];
  group.client.link(0).received({ kind: "granted", grants }, request);
  group.answer(0, "lookup", { kind: "attributesAre", attributes: directoryOf(10), leased: 1, bare: 1 });
  assert.equal(group.answerTo(first)?.kind, "entry");
  const second = group.ask(ROOT_OID, { op: "lookup", name: fileName("d11") });
  group.answer(0, "listDirectory", entriesOf([10, 11]));
  assert.equal(group.answerTo(second)?.kind, "entry");
  const none = group.answerTo(group.ask(ROOT_OID, { op: "lookup", name: fileName("none") }));
  assert.equal(none?.kind, "negative");
});
