import assert from "node:assert/strict";
import { test } from "node:test";
import { clientId, oid, ROOT_OID, version } from "../../core/brand.ts";
import { createFile, hello, LAPSE_MS, memberScript } from "../testing/member-script.ts";
import { MemoryStore } from "./memory-store.ts";
import { reportOf } from "./member-report.ts";

const kinds = (messages: readonly { readonly kind: string }[]): string[] => messages.map(({ kind }) => kind);

test("a session is opened at the lead, and known from then on", () => {
  const script = memberScript();
  const client = script.open(1);
  assert.equal(script.store.position(clientId(client)), 0);
  assert.deepEqual(script.events, [{ kind: "sessionOpened", client, host: "h", at: "/m" }]);
  script.member.closed(1);
  assert.equal(script.back(2, client), "welcome");
});

test("a session that nobody opened is fenced", () => {
  assert.equal(memberScript().back(1, 99), "fenced");
});

test("a member that is not the lead makes a session known when hello says that it is fresh", () => {
  const script = memberScript({ isLead: false });
  assert.equal(script.member.hello(1, hello({ client: clientId(5), fresh: 1 })), "welcome");
  assert.equal(script.store.position(clientId(5)), 0);
  const [answer] = script.ask(1, { kind: "oidRange", count: 5 });
  assert.deepEqual(answer?.kind === "failed" && answer.because, "this member is not the lead");
});

test("a change is applied once, and the outcome of that time is told again", () => {
  const script = memberScript();
  script.open(1);
  const change = createFile(1, 100, 2);
  const [first] = script.ask(1, change);
  assert.equal(first?.kind === "changed" && first.errno, 0);
  const [again] = script.ask(1, change);
  assert.deepEqual(kinds([again as never]), ["changed"]);
  assert.equal(script.store.count(), 2);
  assert.deepEqual(script.member.positions(1).applied, 1);
});

test("a change that comes too early, or of another version, is refused and reported", () => {
  const script = memberScript();
  script.open(1);
  const [early] = script.ask(1, createFile(2, 100, 2));
  assert.equal(early?.kind === "failed" && early.because, "change 2 came after 0");
  const [other] = script.ask(1, createFile(1, 100, 9));
  assert.match(other?.kind === "failed" ? other.because : "", /object 1 has version 1 here/);
  assert.deepEqual(kinds(script.events), ["sessionOpened", "changeRefused", "changeRefused"]);
});

test("a change needs a session, and a member that may be written", () => {
  const script = memberScript();
  script.member.hello(1, hello());
  const [answer] = script.ask(1, createFile(1, 100, 2));
  assert.equal(answer?.kind === "failed" && answer.because, "a change without a session");
  const follower = memberScript({ isLead: false, permissions: 1 });
  follower.member.hello(1, hello({ client: clientId(5), fresh: 1 }));
  const [refused] = follower.ask(1, createFile(1, 100, 2));
  assert.equal(refused?.kind === "failed" && refused.errno, 30);
  follower.member.permit(3);
  const [taken] = follower.ask(1, createFile(1, 100, 2));
  assert.notEqual(taken?.kind, "failed");
});

test("reads need no session", () => {
  const script = memberScript();
  script.member.hello(1, hello());
  assert.deepEqual(kinds(script.ask(1, { kind: "getAttributes", oid: ROOT_OID, versionFloor: version(0) })), [
    "attributesAre",
  ]);
});

test("who only came for a report may ask for nothing else", () => {
  const script = memberScript();
  script.member.hello(1, hello({ role: 1 }));
  assert.deepEqual(kinds(script.ask(1, { kind: "statFs" })), ["failed"]);
});

test("a lease is granted with the version and size that the lead's store has", () => {
  const script = memberScript();
  script.open(1);
  script.ask(1, createFile(1, 100, 2));
  const [granted] = script.acquire(1, 100);
  const [grant] = granted?.kind === "granted" ? granted.grants : [];
  const [attributes] = grant?.attributes ?? [];
  assert.deepEqual([grant?.oid, grant?.mode, attributes?.version, attributes?.size], [100, 2, 1, 0]);
  const [nothing] = script.acquire(1, 555);
  assert.deepEqual(nothing?.kind === "granted" && nothing.grants[0]?.attributes, []);
});

test("a session that is away for long keeps its leases while nobody wants them", () => {
  const script = memberScript();
  const client = script.open(1);
  script.acquire(1, 100);
  script.member.closed(1);
  script.pass(60_000);
  assert.equal(script.back(2, client), "welcome");
  script.reclaim(2, [{ oid: oid(100), mode: 2, inUse: 0 }]);
  script.open(3);
  assert.deepEqual(script.acquire(3, 100).slice(-1), [{ kind: "revoke", oid: 100, keep: 0 }]);
});

test("a session that is away for longer than lapse ends when somebody wants what it holds", () => {
  const script = memberScript();
  const client = script.open(1);
  script.acquire(1, 100);
  script.open(2);
  script.member.closed(1);
  script.acquire(2, 100);
  script.pass(LAPSE_MS, 2);
  assert.deepEqual(script.heard(2).slice(-1), [{ kind: "opened", client: client + 1 }]);
  script.pass(200, 2);
  assert.equal(script.heard(2).at(-1)?.kind, "granted");
  assert.equal(script.back(3, client), "fenced");
});

test("a session that says nothing on an open connection counts as away", () => {
  const script = memberScript();
  const client = script.open(1);
  script.acquire(1, 100);
  script.open(2);
  script.acquire(2, 100);
  script.pass(LAPSE_MS + 200, 2);
  assert.deepEqual(script.closed, ["1: silent for too long"]);
  assert.equal(script.heard(2).at(-1)?.kind, "granted");
  assert.equal(script.back(3, client), "fenced");
});

test("a member that stood still itself takes nobody for silent", () => {
  const script = memberScript();
  script.open(1);
  script.acquire(1, 100);
  script.open(2);
  script.acquire(2, 100);
  script.stall(20_000);
  script.member.tick();
  assert.deepEqual(script.closed, []);
});

test("a lock that is in somebody's way, or was, ends a session that is away", () => {
  const script = memberScript();
  const client = script.open(1);
  const lock = {
    kind: "lock",
    oid: oid(100),
    flock: 1,
    owner: Buffer.from("12345678"),
    start: 0,
    end: 9,
    type: 1,
    wait: 0,
    pid: 1,
  } as const;
  assert.deepEqual(script.ask(1, lock), [{ kind: "done" }]);
  script.member.closed(1);
  script.pass(LAPSE_MS + 200);
  assert.equal(script.back(3, client), "welcome");
  script.member.closed(3);
  script.open(2);
  assert.deepEqual(kinds(script.ask(2, lock)), ["failed"]);
  script.pass(LAPSE_MS + 200, 2);
  assert.deepEqual(script.ask(2, lock), [{ kind: "done" }]);
});

test("a session that is never wanted is forgotten some day", () => {
  const script = memberScript({ forgetMs: 60_000 });
  const client = script.open(1);
  script.member.closed(1);
  script.pass(60_000);
  assert.equal(script.back(2, client), "welcome");
  script.member.closed(2);
  script.pass(60_200);
  assert.equal(script.back(3, client), "fenced");
});

test("a mount that is made anew at the same place ends the session that it had before", () => {
  const script = memberScript();
  const [dead, living] = [script.open(1), script.open(2)];
  script.member.closed(1);
  script.pass(LAPSE_MS + 200, 2);
  script.open(3);
  assert.equal(script.back(4, dead), "fenced");
  assert.equal(script.back(5, living), "welcome");
});

test("a mount of the same name that is only away for a moment is another one's", () => {
  const script = memberScript();
  const client = script.open(1);
  script.member.closed(1);
  script.open(2);
  assert.equal(script.back(3, client), "welcome");
});

test("a session that does not reclaim from a lead that has restarted ends with the grace", () => {
  const script = memberScript();
  const [first, second] = [script.open(1), script.open(2)];
  script.restart();
  assert.equal(script.back(3, first), "welcome");
  script.reclaim(3);
  script.pass(LAPSE_MS + 200, 3);
  assert.equal(script.back(4, second), "fenced");
  assert.deepEqual(kinds(script.acquire(3, 100)), ["granted"]);
});

test("a lead that has restarted waits for one that is connected, and slow to reclaim", () => {
  const script = memberScript();
  const [slow, fast] = [script.open(1), script.open(2)];
  script.restart();
  script.back(3, fast);
  script.reclaim(3);
  script.back(4, slow);
  script.acquire(3, 100);
  script.pass(LAPSE_MS + 1_000, 3, 4);
  assert.equal(script.heard(3).at(-1)?.kind, "done");
  script.reclaim(4, [{ oid: oid(100), mode: 2, inUse: 0 }]);
  assert.deepEqual(script.heard(4).slice(-2), [{ kind: "revoke", oid: 100, keep: 0 }, { kind: "done" }]);
});

test("a lock of before a restart is set again ahead of those that ask anew", () => {
  const script = memberScript();
  const [one, two] = [script.open(1), script.open(2)];
  const lock = (owner: string, wait: number) =>
    ({
      kind: "lock",
      oid: oid(100),
      flock: 0,
      owner: Buffer.from(owner),
      start: 0,
      end: 9,
      type: 1,
      wait,
      pid: 1,
    }) as const;
  script.ask(1, lock("holder--", 0));
  script.restart();
  script.back(3, two);
  script.reclaim(3);
  assert.deepEqual(script.ask(3, lock("newcomer", 0)), []);
  script.back(4, one);
  assert.deepEqual(script.ask(4, lock("holder--", 2)), [{ kind: "done" }]);
  script.reclaim(4);
  assert.equal(script.heard(3).at(-1)?.kind, "failed");
});

test("a newer connection of a session takes the place of the older one", () => {
  const script = memberScript();
  const client = script.open(1);
  script.back(2, client);
  assert.deepEqual(script.closed, ["1: the session has a newer connection"]);
  assert.deepEqual(kinds(script.acquire(2, 100)), ["granted"]);
});

test("a connection that says hello for another session leaves the one before", () => {
  const script = memberScript({ isLead: false });
  script.member.hello(1, hello({ client: clientId(5), fresh: 1 }));
  script.member.hello(1, hello());
  script.member.hello(1, hello({ client: clientId(6), fresh: 1 }));
  assert.deepEqual(
    script.member.sessions.map((session) => [session.client, session.connection]),
    [
      [5, undefined],
      [6, 1],
    ],
  );
});

test("a session that says bye is over, and what it held is free", () => {
  const script = memberScript();
  const client = script.open(1);
  script.acquire(1, 100);
  script.open(2);
  script.acquire(2, 100);
  script.tell(1, { kind: "bye", level: 1 });
  assert.equal(script.heard(2).at(-1)?.kind, "granted");
  assert.equal(script.back(3, client), "fenced");
  script.member.closed(1);
});

test("what a client closed while it was away is known when it is back: its orphans are purged", () => {
  const script = memberScript();
  const client = script.open(1);
  script.ask(1, createFile(1, 100, 2, ""));
  script.member.closed(1);
  script.back(2, client);
  script.reclaim(2);
  assert.deepEqual(script.heard(2).at(-2), { kind: "purgeOrder", oid: 100 });
});

test("a member tells of itself", () => {
  const script = memberScript({}, new MemoryStore({ capacityBlocks: 10 }));
  script.open(1);
  script.acquire(1, 100);
  const report = reportOf(script.member);
  assert.deepEqual([report.lead, report.leases, report.objects, report.bytesFree], [true, 1, 1, 9 * 4_096]);
  assert.deepEqual(report.sessions, [{ client: 1, host: "h", at: "/m", connected: true, applied: 0 }]);
});

test("a message that is for nobody ends the connection", () => {
  const script = memberScript();
  script.open(1);
  script.tell(1, { kind: "beaten", n: 1, bytesFree: 0, filesFree: 0, applied: 0 as never, durable: 0 as never });
  assert.deepEqual(script.closed, ["1: beaten is not for a member"]);
});
