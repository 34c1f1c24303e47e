import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clientId, oid, ROOT_OID, sequence, version } from "../../../core/brand.ts";
import { ROOT_CALLER } from "../../../core/caller.ts";
import { TIME_ZERO } from "../../../core/time.ts";
import type { Change, Message } from "../../../wire/messages.ts";
import { createFile, hello, LAPSE_MS, memberScript } from "../../testing/member-script.ts";
import { MemoryStore } from "../memory-store.ts";
import type { PeerConnection, PeerEnd } from "./levelling.ts";

type Script = ReturnType<typeof memberScript>;

const write = (seq: number, object: number, versionAfter: number, bytes: number): Change => ({
  kind: "write",
  origin: {
    seq: sequence(seq),
    settled: sequence(0),
    time: TIME_ZERO,
    caller: ROOT_CALLER,
    touches: [{ oid: oid(object), version: version(versionAfter) }],
  },
  oid: oid(object),
  offset: seq * 10,
  killPrivileges: 0,
  data: new Uint8Array(bytes).fill(seq),
});

/** Of what it has applied nothing is written down. */
class ForgetfulStore extends MemoryStore {
  override recall(): void {}
}

/** A lead and other members, whose client a test plays: it has sent each change to some of them. */
function group(others: number, store = new MemoryStore()) {
  const down = new Set<number>();
  const queue: (() => void)[] = [];
  let next = 1_000;
  const members: Script[] = [];
  const connect = (peer: number, end: PeerEnd): PeerConnection => {
    const connection = next;
    next += 1;
    let isOpen = true;
    const to = (): Script => members[peer + 1] as Script;
    const say = (message: Message, request: number): void => {
      if (!isOpen || down.has(peer + 1)) return;
      if (message.kind === "hello") {
        to().member.hello(connection, message);
        end.received(welcome, request);
        return;
      }
      const before = to().sent.length;
      to().member.receive(connection, message, request);
      for (const sent of to().sent.slice(before))
        if (sent.connection === connection) end.received(sent.message, request);
    };
    queue.push(() => (down.has(peer + 1) ? end.closed("it is down") : end.opened()));
    return {
      send: (message, request) => queue.push(() => say(message, request)),
      close: () => {
        isOpen = false;
      },
    };
  };
  members.push(memberScript({ peers: others }, store, connect));
  for (let place = 1; place <= others; place += 1) members.push(memberScript({ isLead: false, peers: others }));
  const client = (members[0] as Script).open(1);
  for (const other of members.slice(1)) other.member.hello(1, hello({ client: clientId(client), fresh: 1 }));
  const settle = (): void => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) item();
  };
  return {
    members,
    client,
    down,
    /** Time passes: nothing is heard of the client any more. */
    pass: (ms: number, ...talking: readonly number[]): void => {
      for (let left = ms; left > 0; left -= 100) {
        for (const { pass } of members) pass(100, ...talking);
        settle();
      }
    },
    dumps: (): readonly string[] => members.map(({ store }) => (store as MemoryStore).dump()),
  };
}

const welcome: Message = {
  kind: "welcome",
  version: 1,
  capabilities: 0,
  server: "s",
  software: "t",
  storeId: new Uint8Array(16),
  run: 1,
  applied: sequence(0),
  durable: sequence(0),
  configHash: new Uint8Array(0),
};

/** Creates a file and writes to it, small and large, so often. */
const changesOf = (count: number): readonly Change[] => [
  createFile(1, 100, 2),
  ...Array.from({ length: count }, (_, at) => write(at + 2, 100, at + 2, at % 3 === 2 ? 100_000 : 100)),
];

/** Somebody else wants what the client holds, once it has been silent for long. */
function want(one: ReturnType<typeof group>): void {
  const lead = one.members[0] as Script;
  for (const member of one.members) member.member.closed(1);
  lead.open(2);
  lead.ask(2, { kind: "acquire", wants: [{ oid: ROOT_OID, mode: 2 }], extras: [] });
}

test("what reached some members is on all of them before what a silent client holds is passed on", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 0, max: 8 }),
      fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }),
      (others, count, reached) => {
        const one = group(others);
        const changes = changesOf(count);
        const lead = one.members[0] as Script;
        lead.ask(1, { kind: "acquire", wants: [{ oid: ROOT_OID, mode: 2 }], extras: [] });
        for (const [place, member] of one.members.entries())
          for (const change of changes.slice(0, reached[place])) member.ask(1, change);
        want(one);
        one.pass(2 * LAPSE_MS, 2);
        const [first, ...rest] = one.dumps();
        for (const dump of rest) assert.equal(dump, first);
        assert.equal(lead.heard(2).at(-1)?.kind, "granted");
        const most = Math.max(...one.members.map((_, place) => Math.min(changes.length, reached[place] ?? 0)));
        assert.equal(lead.store.count(), most === 0 ? 1 : 2);
        for (const member of one.members) assert.equal(member.back(7, one.client), "fenced");
      },
    ),
    { numRuns: 60 },
  );
});

test("a member that cannot be reached is waited for, and nobody gets what the client holds until then", () => {
  const one = group(1);
  const lead = one.members[0] as Script;
  lead.ask(1, { kind: "acquire", wants: [{ oid: ROOT_OID, mode: 2 }], extras: [] });
  lead.ask(1, createFile(1, 100, 2));
  one.down.add(1);
  want(one);
  one.pass(20_000, 2);
  assert.notEqual(lead.heard(2).at(-1)?.kind, "granted");
  one.down.delete(1);
  one.pass(5_000, 2);
  assert.equal(lead.heard(2).at(-1)?.kind, "granted");
  assert.equal(new Set(one.dumps()).size, 1);
});

test("a client that is silent for long is levelled, and goes on where it was", () => {
  const one = group(1);
  const [lead, other] = one.members as [Script, Script];
  const changes = changesOf(3);
  for (const change of changes) other.ask(1, change);
  lead.ask(1, changes[0] as Change);
  for (const { member } of one.members) member.closed(1);
  one.pass(60_000);
  assert.equal(new Set(one.dumps()).size, 1);
  assert.equal(lead.back(5, one.client), "welcome");
  const [again] = lead.ask(5, changes[2] as Change);
  assert.equal(again?.kind, "changed");
});

/** The lead has two changes of a silent client, believes that all have the first, and somebody wants what it holds. */
function halfSettled(one: ReturnType<typeof group>): Script {
  const lead = one.members[0] as Script;
  const [first, second] = changesOf(1) as [Change, Change];
  lead.ask(1, { kind: "acquire", wants: [{ oid: ROOT_OID, mode: 2 }], extras: [] });
  lead.ask(1, first);
  lead.ask(1, { ...second, origin: { ...second.origin, settled: sequence(1) } } as Change);
  want(one);
  return lead;
}

const toldOf = (lead: Script): string => {
  const told = lead.events.find(({ kind }) => kind === "levelled");
  return told?.kind === "levelled" ? told.because : "nothing";
};

test("what a member has lost that every member had is supplied from what is written down", () => {
  const one = group(1);
  const lead = halfSettled(one);
  one.pass(3 * LAPSE_MS, 2);
  assert.equal(toldOf(lead), "");
  assert.equal(new Set(one.dumps()).size, 1);
  assert.equal(one.members[1]?.store.count(), 2);
});

test("where nothing is written down of what a member lacks, it is told that they differ", () => {
  const one = group(1, new ForgetfulStore());
  const lead = halfSettled(one);
  one.pass(3 * LAPSE_MS, 2);
  assert.match(toldOf(lead), /change 1 is not remembered/);
  assert.equal(lead.heard(2).at(-1)?.kind, "granted");
});

test("a member where the session has ended lacks nothing", () => {
  const one = group(1, new ForgetfulStore());
  const [, other] = one.members as [Script, Script];
  other.store.end(clientId(one.client));
  const lead = halfSettled(one);
  one.pass(3 * LAPSE_MS, 2);
  assert.equal(toldOf(lead), "");
  assert.equal(other.store.count(), 1);
});

test("a member that starts anew has what it took from a client, and takes nothing more of one that was fenced", () => {
  const one = group(1);
  const [lead, other] = one.members as [Script, Script];
  const changes = changesOf(5);
  lead.ask(1, { kind: "acquire", wants: [{ oid: ROOT_OID, mode: 2 }], extras: [] });
  for (const change of changes) other.ask(1, change);
  for (const change of changes.slice(0, 2)) lead.ask(1, change);
  for (const member of one.members) member.restart();
  lead.open(2);
  one.pass(3 * LAPSE_MS, 2);
  assert.equal(toldOf(lead), "");
  assert.equal(new Set(one.dumps()).size, 1);
  assert.equal(lead.store.position(clientId(one.client)), undefined);
  for (const member of one.members) member.restart();
  for (const { member } of one.members)
    assert.equal(member.hello(7, hello({ client: clientId(one.client), fresh: 1 })), "fenced");
});

test("what a client that says bye has on some members only is on all before its session ends", () => {
  const one = group(1);
  const [lead, other] = one.members as [Script, Script];
  const changes = changesOf(2);
  for (const change of changes) other.ask(1, change);
  lead.ask(1, changes[0] as Change);
  for (const { tell } of one.members) tell(1, { kind: "bye", level: 0 });
  one.pass(1_000);
  assert.equal(toldOf(lead), "");
  assert.equal(new Set(one.dumps()).size, 1);
  for (const { store } of one.members) assert.equal(store.standing(clientId(one.client)), "ended");
});
