import assert from "node:assert/strict";
import { test } from "node:test";
import { oid } from "../../core/brand.ts";
import type { Message } from "../../wire/messages.ts";
import { FakeGroup, GIVE_UP_MS, SESSION } from "./testing/fake-group.ts";
import { start } from "./testing/started.ts";

const STATFS: Message = { kind: "statFs" };

test("a session is opened at the lead, and then made known to the others", () => {
  const group = new FakeGroup(2);
  for (const link of group.links) link.start();
  group.connect(1);
  group.connect(0);
  assert.equal(group.lead.ready, false);
  group.answer(0, "open", { kind: "opened", client: SESSION });
  assert.equal(group.lead.ready, true);
  assert.equal(group.lead.client, SESSION);
  assert.equal(group.ports.take(1, "hello").message.client, SESSION);
});

test("what is asked while the lead is away is asked when it is back, after it was told what it must hear first", () => {
  const runs: boolean[] = [];
  const group = FakeGroup.ready(1, { resume: (isNewRun) => runs.push(isNewRun) });
  group.break(0);
  const asked = start(group.lead.ask(STATFS));
  group.connect(0, { run: 1 });
  assert.deepEqual(runs.slice(1), [false]);
  group.answer(0, "statFs", { kind: "done" });
  assert.deepEqual(asked.value, { ok: true, value: { kind: "done" } });
});

test("a lead with another run is told that it has forgotten", () => {
  const runs: boolean[] = [];
  const group = FakeGroup.ready(1, { resume: (isNewRun) => runs.push(isNewRun) });
  group.break(0);
  group.connect(0, { run: 2 });
  group.break(0);
  group.connect(0, { run: 2 });
  assert.deepEqual(runs.slice(1), [true, false]);
});

test("a lead that has forgotten what is held is told only once the kernel believes nothing that nobody knows of here", () => {
  const runs: boolean[] = [];
  const group = FakeGroup.ready(1, { resumesIn: () => 3_000, resume: (isNewRun) => runs.push(isNewRun) });
  group.break(0);
  group.connect(0);
  assert.deepEqual(
    runs.splice(0),
    [true, false],
    "nor does a new session have to wait, nor one that the lead still has",
  );
  group.break(0);
  group.connect(0, { run: 2 });
  const asked = start(group.lead.ask(STATFS));
  group.pass(2_000);
  group.break(0);
  group.connect(0, { run: 2 });
  group.pass(2_900);
  assert.deepEqual([runs, group.lead.ready], [[], false]);
  group.pass(200);
  assert.deepEqual(runs, [true]);
  group.answer(0, "statFs", { kind: "done" });
  assert.equal(asked.value?.ok, true);
});

test("nothing is asked of a lead that knows no session yet", () => {
  const group = new FakeGroup(1);
  group.link(0).start();
  group.connect(0);
  const asked = start(group.lead.ask(STATFS));
  assert.deepEqual(group.ports.kindsSentTo(0), ["open"]);
  group.answer(0, "open", { kind: "opened", client: SESSION });
  assert.deepEqual(group.ports.kindsSentTo(0), ["statFs"]);
  assert.equal(asked.isDone, false);
});

test("a request that was lost is asked again", () => {
  const group = FakeGroup.ready(1);
  const asked = start(group.lead.ask(STATFS));
  group.break(0);
  group.connect(0);
  group.answer(0, "statFs", { kind: "done" });
  assert.equal(asked.value?.ok, true);
});

test("a lead that stays away is EIO after a while, counted from when it went", () => {
  const group = FakeGroup.ready(1);
  group.break(0);
  group.pass(GIVE_UP_MS - 1_000);
  const asked = start(group.lead.ask(STATFS));
  group.pass(999);
  assert.equal(asked.isDone, false);
  group.pass(1);
  assert.equal(asked.value?.ok === false && asked.value.errno, "EIO");
  assert.equal(start(group.lead.ask(STATFS)).isDone, true);
});

test("who is interrupted waits for no lead", () => {
  const group = FakeGroup.ready(1);
  group.break(0);
  const asked = start(group.lead.ask(STATFS));
  asked.task.interrupt();
  assert.equal(asked.value?.ok === false && asked.value.errno, "EINTR");
});

test("what the lead must hear is told when it is back; what it asks for again anyway is not", () => {
  const group = FakeGroup.ready(1);
  group.break(0);
  group.lead.tell({ kind: "unused", oid: oid(5) });
  group.lead.tellNow({ kind: "giveBack", oid: oid(6), keep: 0, inUse: 0 });
  group.connect(0);
  assert.deepEqual(group.ports.kindsSentTo(0), ["unused"]);
});

test("nothing is told on a connection whose hello was not answered", () => {
  const group = FakeGroup.ready(1);
  group.break(0);
  group.link(0).opened();
  group.lead.tellNow({ kind: "giveBack", oid: oid(6), keep: 0, inUse: 0 });
  assert.deepEqual(group.ports.kindsSentTo(0), ["hello"]);
});

test("leases hold for four seconds after the sending of what the lead answered last", () => {
  const group = FakeGroup.ready(1);
  /** Keeps the connection from being silent, but answers nothing. */
  const wait = (ms: number): void => {
    for (let left = ms; left > 0; left -= 500) {
      group.ports.pass(Math.min(left, 500));
      group.say(0, { kind: "revoke", oid: oid(5), keep: 0 });
    }
  };
  assert.equal(group.lead.valid, true);
  group.lead.link.ask(STATFS, () => {});
  wait(2_000);
  group.answer(0, "statFs", { kind: "done" });
  wait(1_999);
  assert.equal(group.lead.valid, true);
  wait(1);
  assert.equal(group.lead.valid, false);
});

test("a session that the lead has ended is opened anew", () => {
  const group = FakeGroup.ready(1);
  group.lead.ended();
  group.link(0).leave({ kind: "bye", level: 1 });
  group.connect(0);
  group.answer(0, "open", { kind: "opened", client: SESSION });
  assert.equal(group.lead.ready, true);
});
