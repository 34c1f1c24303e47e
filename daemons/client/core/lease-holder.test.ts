import assert from "node:assert/strict";
import { test } from "node:test";
import { oid, version } from "../../core/brand.ts";
import { LEASE, type Message } from "../../wire/messages.ts";
import { tell } from "./forgetting.ts";
import { newHeld, type Use, type Want } from "./held-lease.ts";
import { LeaseHolder } from "./lease-holder.ts";
import { FakeGroup, GIVE_UP_MS } from "./testing/fake-group.ts";
import { fileOf, grantsOf } from "./testing/grants.ts";
import { start, type Started } from "./testing/started.ts";
import type { Result } from "../../core/result.ts";

const MEMORY_BYTES = 16 * 1024 ** 2;
const FILE = oid(5);
const OTHER = oid(6);
const write = (...oids: readonly number[]): Want[] => oids.map((number) => ({ oid: oid(number), mode: LEASE.write }));
const read = (...oids: readonly number[]): Want[] => oids.map((number) => ({ oid: oid(number), mode: LEASE.read }));

function holding() {
  const open = new Set<number>();
  const gaveBackOpen: number[] = [];
  const state = { stuck: "" };
  const syncs: ((isDurable: boolean) => void)[] = [];
  const group = FakeGroup.ready(1);
  const leases = new LeaseHolder(group.lead, group.ports, {
    giveUpMs: GIVE_UP_MS,
    isOpen: (object) => open.has(object),
    gaveBackOpen: (object) => gaveBackOpen.push(object),
    stuck: () => state.stuck,
    makeDurable: (done) => syncs.push(done),
    memoryBytes: MEMORY_BYTES,
  });
  group.events = {
    unasked: (message) => {
      if (message.kind === "revoke") leases.revoke(message);
    },
    resume: () => {
      leases.reclaim();
    },
  };
  const acquire = (wants: readonly Want[]): Started<Result<Use>> => start(leases.acquire(wants));
  /** The lead grants what was asked for longest. */
  const grant = (versionNow = 3, inUse = 0): void => {
    const { message, request } = group.ports.take(0, "acquire");
    const grants = grantsOf(message.wants, { itsVersion: versionNow, inUse, size: 100 });
    group.link(0).received({ kind: "granted", grants }, request);
  };
  const revoke = (object: number, keep = 0): void => group.say(0, { kind: "revoke", oid: oid(object), keep });
  const held = (wants: readonly Want[]): Use => {
    const started = acquire(wants);
    grant();
    return useOf(started);
  };
  /** Members say whether what they have applied is durable. */
  const durable = (isDurable = true): void => {
    const done = syncs.shift();
    assert.ok(done !== undefined, "it asked for what is applied to be made durable");
    done(isDurable);
  };
  return { open, gaveBackOpen, state, syncs, durable, group, leases, acquire, grant, revoke, held };
}

function useOf(started: Started<Result<Use>>): Use {
  assert.ok(started.value?.ok, "it has the leases");
  return started.value.value;
}
const errnoOf = (started: Started<Result<Use>>): string | undefined =>
  started.value?.ok === false ? started.value.errno : undefined;
const giveBack = (object: number, keep = 0, inUse = 0): Message => ({
  kind: "giveBack",
  oid: oid(object),
  keep,
  inUse,
});

test("a set of leases is asked for as one, and held with the versions that the lead tells", () => {
  const { group, leases, acquire, grant } = holding();
  const started = acquire(write(5, 6));
  assert.equal(started.isDone, false);
  grant(9, 1);
  assert.equal(useOf(started).helds.length, 2);
  assert.deepEqual(group.ports.sent, []);
  assert.equal(leases.get(FILE)?.version, 9);
  assert.equal(leases.get(OTHER)?.inUse, true);
});

test("what is held is used again without asking", () => {
  const { group, leases, acquire, held } = holding();
  leases.release(held(write(5)));
  assert.equal(acquire(write(5)).isDone, true);
  assert.equal(acquire(read(6)).isDone, false);
  assert.deepEqual(group.ports.kindsSentTo(0), ["acquire"]);
});

test("two operations never use the same lease to write, and go one after the other", () => {
  const { leases, acquire, held } = holding();
  const first = held(write(5));
  const second = acquire(write(5));
  const third = acquire(write(5));
  assert.equal(second.isDone, false);
  leases.release(first);
  assert.equal(second.isDone, true);
  assert.equal(third.isDone, false);
  leases.release(useOf(second));
  assert.equal(third.isDone, true);
});

test("a lease that is used is given back when its operation has ended", () => {
  const { group, leases, held, revoke } = holding();
  const use = held(write(5));
  revoke(5);
  assert.deepEqual(group.ports.sent, []);
  leases.release(use);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5));
  assert.equal(leases.get(FILE), undefined);
});

test("an operation that begins after the revoke does not keep the lease from others", () => {
  const { group, leases, acquire, held, revoke } = holding();
  const use = held(write(5));
  revoke(5);
  const next = acquire(write(5));
  leases.release(use);
  assert.deepEqual(group.ports.kindsSentTo(0), ["giveBack", "acquire"]);
  assert.equal(next.isDone, false);
});

test("down to reading, the lease is kept for that", () => {
  const { group, leases, acquire, held, revoke } = holding();
  leases.release(held(write(5)));
  revoke(5, LEASE.read);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5, LEASE.read));
  assert.equal(acquire(read(5)).isDone, true);
  assert.equal(leases.get(FILE)?.mode, LEASE.read);
});

test("who gives back what it has open says so, and owes a word when it is closed", () => {
  const { group, leases, held, revoke, open, gaveBackOpen } = holding();
  leases.release(held(write(5)));
  open.add(5);
  revoke(5);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5, 0, 1));
  assert.deepEqual(gaveBackOpen, [5]);
});

test("a revoke of what is not held is answered at once", () => {
  const { group, revoke } = holding();
  revoke(9);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(9));
});

test("a lease whose change is not on every member is not given back before it is, durably", () => {
  const { group, leases, held, revoke, durable } = holding();
  const use = held(write(5));
  leases.doubtUntilSettled(use);
  leases.release(use);
  revoke(5);
  assert.deepEqual(group.ports.sent, []);
  leases.settled(use);
  assert.deepEqual(group.ports.sent, []);
  durable();
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5));
});

/** A change under a lease, whose operation has ended. */
function changed({ leases, held }: Pick<ReturnType<typeof holding>, "leases" | "held">, object: number): Use {
  const use = held(write(object));
  leases.began(use);
  leases.release(use);
  return use;
}

test("what was changed is given back, also for reading, when it is on every member and durable there", () => {
  const all = holding();
  const { group, leases, revoke, durable, syncs } = all;
  const use = changed(all, 5);
  revoke(5, LEASE.read);
  assert.equal(syncs.length, 0);
  leases.ended(use);
  assert.deepEqual(group.ports.sent, []);
  durable();
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5, LEASE.read));
  assert.equal(leases.get(FILE)?.isDirty, false);
  revoke(5);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5));
});

test("what could not be made durable is tried again", () => {
  const all = holding();
  const { group, leases, revoke, durable } = all;
  leases.ended(changed(all, 5));
  revoke(5);
  durable(false);
  assert.deepEqual(group.ports.sent, []);
  group.pass(1_000);
  // That which is asked after each change, then the one that was to be tried again.
  durable();
  durable();
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5));
});

test("what was changed is made durable a moment later, so that it can be given back at once", () => {
  const all = holding();
  const { group, leases, revoke, durable, syncs } = all;
  leases.ended(changed(all, 5));
  leases.ended(changed(all, 6));
  group.pass(250);
  assert.equal(syncs.length, 1);
  durable();
  revoke(5);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5));
  group.pass(1_000);
  assert.equal(syncs.length, 0);
});

test("many leases are made durable by few questions, and one that takes long does not hold up others", () => {
  const all = holding();
  const { group, leases, revoke, durable, syncs } = all;
  const slow = changed(all, 5);
  for (const object of [6, 7, 8]) leases.ended(changed(all, object));
  leases.release(all.held(write(9)));
  for (const object of [5, 6, 7, 8, 9]) revoke(object);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(9));
  durable();
  durable();
  assert.equal(syncs.length, 0);
  assert.deepEqual(group.ports.kindsSentTo(0), ["giveBack", "giveBack", "giveBack"]);
  leases.ended(slow);
  durable();
  assert.equal(group.ports.kindsSentTo(0).length, 4);
});

test("the next change of what is known does not wait for the one before it", () => {
  const all = holding();
  const { leases, acquire } = all;
  changed(all, 5);
  assert.equal(acquire(write(5)).isDone, true);
  assert.equal(leases.get(FILE)?.users, 1);
});

test("where nothing is known, the lead is asked when all changes are on every member", () => {
  const all = holding();
  const { group, leases, acquire, grant } = all;
  const use = changed(all, 5);
  leases.doubt(FILE);
  const next = acquire(write(5));
  assert.deepEqual(group.ports.sent, []);
  leases.ended(use);
  grant(9);
  assert.equal(next.isDone, true);
  assert.equal(leases.get(FILE)?.version, 9);
});

test("what is known is there to be read until it is given back, but the kernel may not rely on it any more", () => {
  const { group, leases, held, revoke } = holding();
  const use = held(write(5));
  const mine = leases.readable(FILE);
  assert.equal(mine?.known?.attributes.size, 100);
  assert.equal(mine === undefined ? 0 : leases.validMs(mine), 4_000);
  group.ports.pass(300);
  assert.equal(mine === undefined ? 0 : leases.validMs(mine), 3_700);
  revoke(5);
  assert.equal(leases.readable(FILE), mine);
  assert.equal(mine === undefined ? 1 : leases.validMs(mine), 0);
  leases.release(use);
  assert.equal(leases.readable(FILE), undefined);
});

test("what is known is not relied on when the lead was not heard of for long", () => {
  const { group, leases, held } = holding();
  leases.release(held(read(5)));
  group.ports.now = () => group.ports.agenda.now + 4_000;
  assert.equal(leases.readable(FILE), undefined);
});

test("a lease whose change is not on every member may be shared for reading", () => {
  const { group, leases, acquire, held, revoke } = holding();
  const use = held(write(5));
  leases.doubtUntilSettled(use);
  leases.release(use);
  revoke(5, LEASE.read);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5, LEASE.read));
  assert.equal(acquire(read(5)).isDone, true);
});

test("another change waits for one in doubt, and asks for the version then", () => {
  const { leases, acquire, grant, held } = holding();
  const use = held(write(5));
  leases.doubtUntilSettled(use);
  leases.release(use);
  const next = acquire(write(5));
  assert.equal(next.isDone, false);
  leases.settled(use);
  grant(4);
  assert.equal(next.isDone, true);
  assert.equal(leases.get(FILE)?.version, 4);
});

test("another change does not wait for one in doubt that will not end soon", () => {
  const { leases, acquire, held, state } = holding();
  const use = held(write(5));
  leases.doubtUntilSettled(use);
  leases.release(use);
  const waiting = acquire(write(5));
  state.stuck = "m1 is away";
  leases.wake();
  assert.equal(errnoOf(waiting), "EIO");
  assert.equal(errnoOf(acquire(write(5))), "EIO");
});

test("a lease that is used keeps its own count of versions, whatever a late grant says", () => {
  const { leases, acquire, grant, held } = holding();
  held(write(5));
  const both = acquire(write(6));
  const mine = leases.get(FILE);
  if (mine !== undefined) mine.version = version(8);
  grant();
  assert.equal(both.isDone, true);
  assert.equal(leases.get(FILE)?.version, 8);
});

test("an object that is no more is ESTALE", () => {
  const { acquire, grant } = holding();
  const started = acquire(write(5));
  grant(0);
  assert.equal(errnoOf(started), "ESTALE");
});

test("the lease of number 0 is no object's", () => {
  const { acquire, grant } = holding();
  const started = acquire(write(0));
  grant(0);
  assert.equal(useOf(started).helds.length, 1);
});

test("what is made is held at once, in the use of its maker", () => {
  const { leases, acquire } = holding();
  const use = leases.created(FILE);
  assert.equal(acquire(write(5)).isDone, false);
  assert.equal(leases.get(FILE)?.fresh, true);
  leases.release(use);
  assert.equal(leases.get(FILE)?.users, 1);
});

test("an acquire that is lost with the connection is asked again", () => {
  const { group, acquire, grant } = holding();
  const started = acquire(write(5));
  group.break(0);
  assert.equal(started.isDone, false);
  group.connect(0);
  grant();
  assert.equal(started.isDone, true);
});

test("who is interrupted waits no longer, and a grant that comes later is held all the same", () => {
  const { group, leases, acquire, grant } = holding();
  const started = acquire(write(5));
  started.task.interrupt();
  assert.equal(errnoOf(started), "EINTR");
  assert.deepEqual(group.ports.take(0, "cancel").message, { kind: "cancel", request: group.ports.sent[0]?.request });
  grant();
  assert.equal(leases.get(FILE)?.users, 0);
  assert.equal(acquire(write(5)).isDone, true);
});

test("a lease that cannot be had in time is EIO", () => {
  const { group, acquire } = holding();
  const started = acquire(write(5));
  group.pass(GIVE_UP_MS);
  assert.equal(errnoOf(started), "EIO");
});

test("a lease is not relied on when the lead was not heard of for long: it is asked", () => {
  const { group, leases, acquire, grant, held } = holding();
  leases.release(held(write(5)));
  group.ports.now = () => group.ports.agenda.now + 10_000;
  const started = acquire(write(5));
  assert.equal(started.isDone, false);
  grant();
  assert.equal(started.isDone, true);
});

test("leases of a session that has ended are not held by the operations that had them", () => {
  const { leases, acquire, grant, held } = holding();
  const old = held(write(5));
  leases.reset();
  assert.equal(leases.isValid(old), false);
  const next = acquire(write(5));
  grant(9);
  leases.release(old);
  assert.equal(leases.get(FILE)?.users, 1);
  assert.equal(leases.isValid(useOf(next)), true);
});

test("a revoke that came before the connection broke is void: the lead asks again", () => {
  const { group, leases, held, revoke } = holding();
  const use = held(write(5));
  revoke(5);
  group.break(0);
  group.connect(0);
  leases.release(use);
  assert.deepEqual(group.ports.kindsSentTo(0), []);
  revoke(5);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5));
});

test("nothing is given back on a connection on which the lead has not been told anything yet", () => {
  const { group, leases, held, revoke } = holding();
  const use = held(write(5));
  revoke(5);
  group.break(0);
  group.link(0).opened();
  leases.release(use);
  assert.deepEqual(group.ports.kindsSentTo(0), ["hello"]);
});

test("what an earlier process may have told the kernel of any object is forgotten before its lease is given back", () => {
  const { group, leases, revoke, held, durable } = holding();
  const { ports } = group;
  leases.inheritKernel([oid(8)]);
  group.pass(200);
  assert.deepEqual(
    ports.invalidated.splice(0).map(({ what }) => what),
    [[{ kind: "names" }], [{ kind: "all", oid: oid(8) }]],
    "all names, and the pages of what is open",
  );
  ports.forgetsAtOnce = false;
  leases.release(held(read(5)));
  leases.settled(leases.inherit([OTHER]));
  for (const object of [5, 7, 6]) revoke(object);
  durable();
  assert.deepEqual(
    ports.invalidated.map(({ what }) => what),
    [5, 7, 6].map((object) => [{ kind: "all", oid: oid(object) }]),
    "a lease got since then, one that nobody knows of here, and an inherited one",
  );
  assert.deepEqual(ports.kindsSentTo(0), []);
  for (const { done } of ports.invalidated) done();
  assert.deepEqual(ports.kindsSentTo(0), ["giveBack", "giveBack", "giveBack"]);
});

test("names that a kernel cannot forget all at once are waited out: for as long as an earlier process may have told", () => {
  const { group, leases, revoke, held } = holding();
  group.ports.canExpireNames = false;
  leases.inheritKernel([]);
  group.pass(1_000);
  leases.release(held(read(5)));
  revoke(5);
  group.pass(2_900);
  assert.deepEqual(group.ports.kindsSentTo(0), []);
  group.pass(500);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5));
  leases.release(held(read(5)));
  revoke(5);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5));
});

test("what the kernel was told is forgotten, too, where it is no longer known here", () => {
  const { group, leases, revoke, held } = holding();
  const use = held(read(5));
  const [, lease] = use.helds[0] ?? assert.fail();
  tell(lease, group.ports.now() + 3_000);
  leases.doubt(FILE);
  leases.release(use);
  assert.equal(leases.get(FILE), undefined);
  revoke(5);
  assert.deepEqual(group.ports.invalidated[0]?.what, [{ kind: "attributes", oid: FILE }]);
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5));
});

test("leases do not grow without end, and those used last are kept", () => {
  const { leases } = holding();
  for (let count = 10; count < 40_000; count += 1) {
    leases.release(leases.created(oid(count)));
    const first = leases.get(oid(10));
    if (first !== undefined)
      first.known = { attributes: fileOf(oid(10)), isBare: true, names: undefined, target: undefined };
    assert.ok(leases.readable(oid(10)) !== undefined);
  }
  assert.ok(leases.bytes <= MEMORY_BYTES && leases.bytes > MEMORY_BYTES / 2);
  assert.ok(leases.count < 30_000);
  assert.equal(leases.get(oid(39_999))?.fresh, true);
  assert.equal(leases.get(oid(11)), undefined);
});

test("what is not durable yet is not forgotten, however little memory there is", () => {
  const all = holding();
  const { leases } = all;
  leases.ended(changed(all, 5));
  for (let count = 10; count < 40_000; count += 1) leases.release(leases.created(oid(count)));
  assert.equal(leases.get(FILE)?.isDirty, true);
});

test("what the kernel still believes of an object that is to be asked for anew is taken back before another gets it", () => {
  const { group, leases, held, revoke } = holding();
  const use = held(read(5));
  tell(use.helds[0]?.[1] ?? newHeld(LEASE.read, version(0), undefined), group.ports.now() + 3_000);
  leases.doubt(FILE);
  leases.release(use);
  assert.equal(leases.get(FILE), undefined);
  group.ports.forgetsAtOnce = false;
  revoke(5);
  assert.deepEqual(group.ports.kindsSentTo(0), []);
  assert.deepEqual(group.ports.invalidated.at(-1)?.what, [{ kind: "attributes", oid: FILE }]);
  group.ports.invalidated.at(-1)?.done();
  assert.deepEqual(group.ports.take(0, "giveBack").message, giveBack(5));
});

test("pages of an open file that are read while its lease is given back are dropped after that", () => {
  const { group, leases, held, revoke, open } = holding();
  open.add(5);
  const use = held(read(5));
  const lease = use.helds[0]?.[1];
  leases.paged(FILE, lease);
  leases.release(use);
  group.ports.forgetsAtOnce = false;
  revoke(5);
  assert.equal(group.ports.invalidated.length, 1);
  leases.paged(FILE, lease);
  group.ports.invalidated[0]?.done();
  assert.equal(group.ports.kindsSentTo(0).at(-1), "giveBack");
  assert.deepEqual(group.ports.invalidated.at(-1)?.what, [{ kind: "all", oid: FILE }]);
  assert.equal(leases.oldPages.has(FILE), true);
  group.ports.invalidated.at(-1)?.done();
  assert.equal(leases.oldPages.has(FILE), false);
});

test("pages that the kernel has dropped when a lease is given back are dropped once", () => {
  const { group, leases, held, revoke, open } = holding();
  open.add(5);
  const use = held(read(5));
  leases.paged(FILE, use.helds[0]?.[1]);
  leases.release(use);
  revoke(5);
  assert.equal(group.ports.invalidated.length, 1);
  assert.equal(leases.oldPages.has(FILE), false);
});

test("pages that are read while a write of them waits are dropped when it has its lease", () => {
  const { group, leases, acquire, grant, held } = holding();
  const use = held(read(5));
  const lease = use.helds[0]?.[1];
  leases.release(use);
  const writing = acquire(write(5));
  leases.paged(FILE, lease);
  assert.equal(group.ports.invalidated.length, 0);
  grant();
  assert.equal(writing.isDone, true);
  assert.deepEqual(group.ports.invalidated.at(-1)?.what, [{ kind: "all", oid: FILE }]);
});
