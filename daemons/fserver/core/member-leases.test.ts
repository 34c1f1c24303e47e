import assert from "node:assert/strict";
import { test } from "node:test";
import { clientId, fileName, oid, ROOT_OID, sequence, version } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { TIME_ZERO } from "../../core/time.ts";
import type { Change, Message } from "../../wire/messages.ts";
import { createFile, hello, memberScript } from "../testing/member-script.ts";

const lookup = (name: string, lease = 1): Message => ({
  kind: "lookup",
  parent: ROOT_OID,
  name: fileName(name),
  caller: ROOT_CALLER,
  lease,
});
const list = (lease = 1): Message => ({ kind: "listDirectory", oid: ROOT_OID, cookie: 0, bytesMax: 65_536, lease });
const origin = (seq: number, number: number, next: number): Change["origin"] => ({
  seq: sequence(seq),
  settled: sequence(0),
  time: TIME_ZERO,
  caller: ROOT_CALLER,
  touches: [{ oid: oid(number), version: version(next) }],
});

/** A lead with files f2, f3 and f4, of which f3 has an xattr; connections 1 and 2 have sessions. */
function threeFiles() {
  const script = memberScript();
  script.open(1);
  for (const number of [2, 3, 4]) script.ask(1, createFile(number - 1, number, number));
  const value = new Uint8Array(1);
  const xattr = {
    kind: "setXattr",
    oid: oid(3),
    name: fileName("user.x"),
    value,
    flags: 0,
    killPrivileges: 0,
  } as const;
  script.ask(1, { ...xattr, origin: origin(4, 3, 2) });
  script.open(2);
  return script;
}

/** What an answer tells of leases: `name leased bare`. */
const told = (messages: readonly Message[]): readonly string[] =>
  messages.flatMap((message) => {
    if (message.kind === "attributesAre") return [`${message.attributes.oid} ${message.leased} ${message.bare}`];
    if (message.kind === "entries") return message.entries.map(({ name, leased, bare }) => `${name} ${leased} ${bare}`);
    return [message.kind === "failed" ? `${message.errno}` : message.kind];
  });

test("a lookup brings a read lease, and says whether there are xattrs", () => {
  const script = threeFiles();
  script.acquire(1, ROOT_OID, 1);
  assert.deepEqual(told(script.ask(1, lookup("f2"))), ["2 1 1"]);
  assert.deepEqual(told(script.ask(1, lookup("f3"))), ["3 1 0"]);
  assert.deepEqual(told(script.ask(1, lookup("f4", 0))), ["4 0 0"]);
  assert.deepEqual(script.member.counts.leases, 3);
  script.acquire(2, 2);
  assert.deepEqual(script.heard(1).at(-1), { kind: "revoke", oid: 2, keep: 0 });
});

test("a listing brings read leases, but for what another client may be changing", () => {
  const script = threeFiles();
  script.acquire(2, 4);
  script.acquire(1, ROOT_OID, 1);
  assert.deepEqual(told(script.ask(1, list())), ["f2 1 1", "f3 1 0", "f4 0 0"]);
  assert.deepEqual(told(script.ask(1, list(0))), ["f2 0 0", "f3 0 0", "f4 0 0"]);
});

test("without a lease of the directory names come with none, and are not told", () => {
  const script = threeFiles();
  assert.deepEqual(told(script.ask(1, list())), ["11"]);
  assert.deepEqual(told(script.ask(1, lookup("f2"))), ["11"]);
  script.acquire(1, ROOT_OID, 1);
  assert.deepEqual(told(script.ask(1, lookup("absent"))), ["2"]);
  script.acquire(2, ROOT_OID, 2);
  assert.deepEqual(told(script.ask(1, lookup("f2"))), ["11"]);
  assert.deepEqual(told(script.ask(1, lookup("f2", 0))), ["2 0 0"]);
});

test("an answer with a lease goes out before the lease is asked back", () => {
  const script = threeFiles();
  script.acquire(1, ROOT_OID, 1);
  const before = script.sent.length;
  script.ask(1, lookup("f2"));
  script.acquire(2, 2);
  const heard = script.sent.slice(before).map(({ connection, message }) => `${connection} ${message.kind}`);
  assert.deepEqual(heard, ["1 attributesAre", "1 revoke"]);
});

test("who is not the lead, or has no session, tells all the same, without leases", () => {
  const script = memberScript({ isLead: false });
  script.member.hello(1, hello({ client: clientId(7), fresh: 1 }));
  script.ask(1, createFile(1, 2, 2));
  assert.deepEqual(told(script.ask(1, lookup("f2"))), ["2 0 0"]);
  const lead = threeFiles();
  lead.member.hello(3, hello());
  assert.deepEqual(told(lead.ask(3, list())), ["f2 0 0", "f3 0 0", "f4 0 0"]);
});

test("a grant says whether there are xattrs, and brings what else could be had", () => {
  const script = threeFiles();
  script.acquire(2, 4);
  const wants = [{ oid: ROOT_OID, mode: 2 }];
  const extras = [2, 3, 4, 9].map((number) => ({ oid: oid(number), mode: 2 }));
  const [granted] = script.ask(1, { kind: "acquire", wants, extras });
  assert(granted?.kind === "granted");
  assert.deepEqual(
    granted.grants.map(({ oid, mode, bare, attributes }) => [oid, mode, bare, attributes.length]),
    [
      [1, 2, 1, 1],
      [2, 2, 1, 1],
      [3, 2, 0, 1],
      [9, 2, 0, 0],
    ],
  );
});

test("of what was removed for good the lead keeps nothing", () => {
  const script = threeFiles();
  script.acquire(1, ROOT_OID);
  script.acquire(1, 2);
  assert.equal(script.member.counts.leases, 2);
  const touches = [
    { oid: ROOT_OID, version: version(5) },
    { oid: oid(2), version: version(2) },
  ];
  const remove = {
    kind: "remove",
    parent: ROOT_OID,
    name: fileName("f2"),
    oid: oid(2),
    directory: 0,
    keep: 0,
  } as const;
  assert.deepEqual(told(script.ask(1, { ...remove, origin: { ...origin(5, 1, 5), touches } })), ["changed"]);
  assert.equal(script.member.counts.leases, 1);
});
