import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, oid, ROOT_OID, version } from "../../core/brand.ts";
import { ERRNO } from "../../core/errno.ts";
import { REFUSAL, type Message } from "../../wire/messages.ts";
import { SESSION, welcome } from "./testing/fake-group.ts";
import { grantsOf } from "./testing/grants.ts";
import { changed, FILE, GIVE_UP_MS, mounted, write } from "./testing/mounted.ts";

test("a client is complete when all writable members know its session", () => {
  const { client, ports } = mounted();
  assert.equal(client.complete, true);
  assert.equal(client.clientId, SESSION);
  assert.deepEqual(ports.sent, []);
});

test("the bytes of a large write are kept until every member has them durably, also after give-up", () => {
  const group = mounted();
  const request = group.ask(FILE, write(100_000));
  group.grant();
  assert.deepEqual(group.answerTo(request), { kind: "written", count: 100_000 });
  group.answer(0, "write", changed(1));
  group.break(1);
  group.pass(GIVE_UP_MS + 500);
  assert.equal(group.ports.kept, 1);
  group.connect(1);
  group.answer(1, "write", changed(1));
  assert.equal(group.ports.kept, 1);
  group.pass(1_000);
  assert.equal(group.ports.kept, 0);
});

test("the bytes of a write that is never sent are let go of", () => {
  const group = mounted();
  group.break(1);
  group.ask(FILE, write(100_000));
  group.grant();
  assert.equal(group.ports.kept, 1);
  group.pass(GIVE_UP_MS + 500);
  assert.equal(group.ports.kept, 0);
});

test("a lead that is back gets what was under way before what waited for it", () => {
  const group = mounted();
  group.ask(FILE, write(10));
  group.grant();
  group.break(0);
  group.ask(6, write(10));
  group.connect(0);
  group.grant();
  assert.equal(group.answer(0, "write", changed(1)).origin.seq, 1);
  group.answer(1, "write", changed(1));
  assert.equal(group.ports.take(0, "write").message.origin.seq, 2);
});

test("a request that comes while the session is opened anew waits for it", () => {
  const group = mounted();
  group.break(0);
  group.client.link(0).opened();
  group.answer(0, "hello", { kind: "refused", code: 5, because: "fenced" });
  group.connect(0);
  const request = group.ask(FILE, write(10));
  assert.deepEqual(group.ports.kindsSentTo(0), ["open", "beat"]);
  group.answer(0, "open", { kind: "opened", client: SESSION });
  assert.equal(group.answerTo(request), undefined);
  assert.ok(group.ports.kindsSentTo(0).includes("acquire"));
});

test("a session that one member has forgotten ends at all of them, and another one begins", () => {
  const group = mounted();
  group.break(1);
  group.client.link(1).opened();
  group.answer(1, "hello", { kind: "refused", code: 5, because: "session 7 is not known" });
  assert.deepEqual(group.ports.kindsSentTo(0), ["bye"]);
  assert.ok(group.ports.events.some(({ kind }) => kind === "sessionLost"));
  group.connect(0);
  group.answer(0, "open", { kind: "opened", client: (SESSION + 1) as typeof SESSION });
  group.client.link(1).opened();
  const { message } = group.ports.take(1, "hello");
  assert.deepEqual([message.client, message.fresh], [8, 1]);
});

test("a session that ends with changes on some members only says so", () => {
  const group = mounted();
  group.ask(FILE, write(10));
  group.grant();
  group.answer(0, "write", changed(1));
  group.break(0);
  group.client.link(0).opened();
  group.answer(0, "hello", { kind: "refused", code: 5, because: "fenced" });
  const lost = group.ports.events.find(({ kind }) => kind === "sessionLost");
  assert.match(lost?.kind === "sessionLost" ? lost.because : "", /1 changes were under way/);
});

test("a member with another disk than before is not followed", () => {
  const group = mounted();
  group.break(1);
  group.connect(1, { ...welcome(), storeId: new Uint8Array(16).fill(9) });
  assert.match(group.client.stopped, /m1 has another disk than before/);
});

test("a file that is made is open before its lease can go", () => {
  const group = mounted();
  const flags = { flags: 1, mode: 0o100644, umask: 0, openFlags: 0 };
  group.ask(ROOT_OID, { op: "create", name: "f" as never, ...flags });
  group.grant();
  group.answer(0, "oidRange", { kind: "oids", from: oid(100), to: oid(9_000) });
  // Another client has seen it on the first member, and wants to remove it.
  group.client.link(0).received({ kind: "revoke", oid: oid(100), keep: 0 }, 0);
  const time = { sec: 0, nsec: 0 };
  const times = { atime: time, mtime: time, ctime: time, btime: time };
  const sizes = { nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0, blocks: 0, blockSize: 4_096 };
  const attributes = [{ oid: oid(100), version: version(1), mode: 0o100644, ...sizes, ...times }];
  for (const place of [0, 1]) group.answer(place, "create", { ...changed(1), attributes } as Message);
  for (const place of [0, 1]) group.answer(place, "syncObject", { kind: "done" });
  assert.deepEqual(group.ports.take(0, "giveBack").message, { kind: "giveBack", oid: 100, keep: 0, inUse: 1 });
});

test("fsync waits over a connection that breaks, and asks all members again", () => {
  const group = mounted();
  const request = group.ask(FILE, { op: "fsync", fh: 0, dataOnly: false });
  group.answer(0, "syncObject", { kind: "done" });
  group.break(1);
  assert.equal(group.answerTo(request), undefined);
  group.connect(1);
  for (const place of [0, 1]) group.answer(place, "syncObject", { kind: "done" });
  assert.deepEqual(group.answerTo(request), { kind: "empty" });
});

test("an orphan that somebody has opened meanwhile is purged when the lead orders it again", () => {
  const group = mounted();
  const order = (inUse: number): void => {
    group.client.link(0).received({ kind: "purgeOrder", oid: FILE }, 0);
    const { message, request } = group.ports.take(0, "acquire");
    const grants = grantsOf(message.wants, { inUse });
    group.client.link(0).received({ kind: "granted", grants }, request);
  };
  order(1);
  assert.deepEqual(group.ports.sent, []);
  order(0);
  assert.deepEqual(group.ports.kindsSentTo(1), ["purge"]);
});

test("whether an orphan is open is asked of the lead, whatever a lease says that is held already", () => {
  const group = mounted();
  group.ask(FILE, write(10));
  const { message, request } = group.ports.take(0, "acquire");
  const grants = grantsOf(message.wants, { inUse: 1 });
  group.client.link(0).received({ kind: "granted", grants }, request);
  for (const place of [0, 1]) group.answer(place, "write", changed(1));
  group.client.link(0).received({ kind: "purgeOrder", oid: FILE }, 0);
  group.grant();
  assert.deepEqual(group.ports.kindsSentTo(1), ["purge"]);
});

test("who is killed while it waits for a member that is away is answered EINTR", () => {
  const group = mounted();
  group.break(1);
  const request = group.ask(FILE, write(10));
  group.grant();
  group.ports.killed.add(3);
  group.ask(0, { op: "interrupt", target: request });
  assert.deepEqual(group.answerTo(request), { kind: "error", errno: "EINTR" });
  group.connect(1);
  assert.deepEqual(group.ports.kindsSentTo(1), ["beat"]);
});

test("in a directory that was removed meanwhile there is no name", () => {
  const { ask, grant, answer, answerTo } = mounted();
  const request = ask(FILE, { op: "lookup", name: fileName("below") });
  grant();
  answer(0, "lookup", { kind: "failed", errno: ERRNO.ESTALE.number, because: "" });
  assert.deepEqual(answerTo(request), { kind: "error", errno: "ENOENT" });
});

test("a member that takes another server for the lead is tried again, and told of once", () => {
  const { client, ports, pass, answer } = mounted();
  const refuse = (): void => {
    client.link(1).opened();
    const because = "m1 takes m1 for the lead of g, h takes m0: apply the same file on all hosts";
    const hello = answer(1, "hello", { kind: "refused", code: REFUSAL.lead, because });
    assert.equal(hello.lead, "m0");
  };
  client.link(1).closed("cut");
  for (let times = 0; times < 3; times += 1) {
    pass(1_000);
    refuse();
  }
  assert.equal(ports.events.filter(({ kind }) => kind === "memberRefused").length, 1);
  assert.match(client.members()[1]?.because ?? "", /apply the same file on all hosts/);
  assert.equal(client.clientId, SESSION, "the session is none the worse for it");
  pass(1_000);
  client.link(1).opened();
  answer(1, "hello", welcome());
  assert.equal(client.complete, true);
});

/** Begins a barrier; `told` is how it ended. */
function syncing({ client }: ReturnType<typeof mounted>) {
  const told: string[] = [];
  const barrier = client.sync((result) => told.push(result.ok ? "done" : result.errno));
  return { told, barrier };
}

test("a barrier waits for what was changed before it, and then for the disks of all members", () => {
  const group = mounted();
  group.ask(FILE, write(100));
  group.grant();
  const { told, barrier } = syncing(group);
  assert.deepEqual(barrier.left(), { changes: 1, bytes: 100, members: ["m0", "m1"] });
  group.answer(0, "write", changed(1));
  group.pass(500);
  assert.deepEqual(barrier.left(), { changes: 1, bytes: 100, members: ["m1"] });
  assert.deepEqual(group.ports.kindsSentTo(0), []);
  group.answer(1, "write", changed(1));
  group.pass(500);
  for (const place of [0, 1]) group.answer(place, "syncObject", { kind: "done" });
  assert.deepEqual(told, ["done"]);
});

test("a barrier waits for a member that is away as long as somebody waits at it", () => {
  const group = mounted();
  group.break(1);
  const { told } = syncing(group);
  group.pass(3 * GIVE_UP_MS);
  assert.deepEqual(told, []);
  group.connect(1);
  group.pass(500);
  for (const place of [0, 1]) group.answer(place, "syncObject", { kind: "done" });
  assert.deepEqual(told, ["done"]);
});

test("a barrier ends with an error when a member cannot follow any more, and when a disk fails", () => {
  const failing = mounted();
  const first = syncing(failing);
  failing.answer(0, "syncObject", { kind: "failed", errno: ERRNO.EIO.number, because: "the disk" });
  failing.answer(1, "syncObject", { kind: "done" });
  assert.deepEqual(first.told, ["EIO"]);

  const lost = mounted();
  lost.ask(FILE, write(100));
  lost.grant();
  const second = syncing(lost);
  lost.answer(0, "write", changed(1));
  lost.answer(1, "write", { kind: "failed", errno: ERRNO.ENOSPC.number, because: "full" });
  lost.pass(500);
  assert.deepEqual(second.told, ["EIO"]);
});

test("a barrier that nobody waits at any more says nothing", () => {
  const group = mounted();
  const { told, barrier } = syncing(group);
  barrier.giveUp();
  for (const place of [0, 1]) group.answer(place, "syncObject", { kind: "done" });
  assert.deepEqual(told, []);
});
