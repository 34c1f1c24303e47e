import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, oid, version } from "../../core/brand.ts";
import { LEASE } from "../../wire/messages.ts";
import { tell, tellName, tellPages } from "./forgetting.ts";
import { newHeld, type Held } from "./held-lease.ts";
import { LeaseReturn } from "./lease-return.ts";
import { FakePorts } from "./testing/fake-ports.ts";

const FILE = oid(5);
const NAME = fileName("n");

/** Leases that a test gives back; the kernel forgets when it says so. */
function returning() {
  const ports = new FakePorts();
  ports.forgetsAtOnce = false;
  const asked: ((isDurable: boolean) => void)[] = [];
  const stepped: Held[] = [];
  const wanted = { any: false, write: false };
  const leases = new LeaseReturn(ports, {
    makeDurable: (done) => asked.push(done),
    isWanted: (_oid, write) => (write ? wanted.write : wanted.any || wanted.write),
    stepped: (_oid, held) => stepped.push(held),
  });
  const held = newHeld(LEASE.write, version(1), undefined);
  const isReady = (keep: 0 | 1 = LEASE.none): boolean => leases.isReady(FILE, held, keep);
  /** What the kernel was asked for last, and a way to say that it is done. */
  const last = () => ports.invalidated.at(-1) ?? { what: [], done: () => {} };
  return { ports, asked, stepped, wanted, leases, held, isReady, last };
}

test("what nothing was changed or told under is ready at once", () => {
  const { isReady, asked, ports } = returning();
  assert.equal(isReady(), true);
  assert.equal(asked.length + ports.invalidated.length, 0);
});

test("changes are made durable first, and then the kernel forgets", () => {
  const { isReady, asked, ports, leases, held, stepped, last } = returning();
  leases.dirty(held);
  tell(held, ports.now() + 3_000);
  assert.equal(isReady(), false);
  assert.deepEqual([asked.length, ports.invalidated.length], [1, 0]);
  asked[0]?.(true);
  assert.deepEqual(stepped, [held]);
  assert.equal(isReady(), false);
  assert.deepEqual(last().what, [{ kind: "attributes", oid: FILE }]);
  assert.equal(held.isReturning, true);
  last().done();
  assert.equal(stepped.length, 2);
  assert.equal(isReady(), true);
});

test("down to reading, nothing need be forgotten", () => {
  const { isReady, ports, held } = returning();
  tell(held, ports.now() + 3_000);
  assert.equal(isReady(LEASE.read), true);
  assert.equal(ports.invalidated.length, 0);
});

test("a change that not every member has stands against it; one in doubt lets others read, and nothing more", () => {
  const { isReady, held } = returning();
  held.unsettled = 1;
  assert.equal(isReady(LEASE.read), false);
  held.doubts = 1;
  assert.equal(isReady(LEASE.read), true);
  assert.equal(isReady(LEASE.none), false);
});

test("where making durable fails it is tried again after a while", () => {
  const { isReady, asked, ports, leases, held, stepped } = returning();
  leases.dirty(held);
  isReady();
  asked[0]?.(false);
  assert.equal(stepped.length, 0);
  ports.pass(1_000);
  assert.deepEqual(stepped, [held]);
  assert.equal(held.isDirty, true);
});

test("what is changed while earlier changes are made durable is not durable with them", () => {
  const { isReady, asked, leases, held } = returning();
  leases.dirty(held);
  isReady();
  held.begun += 1;
  asked[0]?.(true);
  assert.equal(held.isDirty, true);
});

test("a kernel that does not answer is not waited for longer than it believes what it was told", () => {
  const { isReady, ports, held, stepped } = returning();
  tell(held, ports.now() + 3_000);
  isReady();
  ports.pass(3_050);
  assert.equal(stepped.length, 0);
  ports.pass(100);
  assert.deepEqual(stepped, [held]);
  assert.equal(isReady(), true);
});

test("an answer that comes after that does nothing more", () => {
  const { isReady, ports, held, stepped, last } = returning();
  tell(held, ports.now() + 3_000);
  isReady();
  ports.pass(4_000);
  last().done();
  assert.equal(stepped.length, 1);
});

test("when a request of the kernel waits in the directory, names are forgotten in a way that does not wait for it", () => {
  const { isReady, ports, held, stepped, wanted, leases, last } = returning();
  tellName(held, ports.now() + 3_000, NAME, true);
  isReady();
  assert.equal(last().what.at(-1)?.kind, "name");
  wanted.any = true;
  leases.hurry(FILE);
  assert.deepEqual(last().what, [{ kind: "attributes", oid: FILE }, { kind: "names" }]);
  last().done();
  assert.equal(stepped.length, 1);
});

test("pages that were not dropped by the end may be there yet: when a write waited, or the kernel did not answer", () => {
  const hurried = returning();
  tellPages(hurried.held);
  hurried.isReady();
  assert.equal(hurried.held.isPaged, false);
  hurried.wanted.write = true;
  hurried.leases.hurry(FILE);
  assert.deepEqual(hurried.last().what, [{ kind: "attributes", oid: FILE }]);
  assert.equal(hurried.held.isPaged, true);
  const unheard = returning();
  tellPages(unheard.held);
  unheard.isReady();
  unheard.ports.pass(10_000);
  assert.equal(unheard.held.isPaged, true);
  const heard = returning();
  tellPages(heard.held);
  heard.isReady();
  heard.last().done();
  assert.equal(heard.held.isPaged, false);
});

test("a directory in which a name cannot be forgotten for a request that waits there counts as crowded for a while", () => {
  const { isReady, ports, held, leases } = returning();
  ports.canExpireNames = false;
  tellName(held, ports.now() + 3_000, NAME, false);
  isReady();
  leases.hurry(FILE);
  assert.equal(leases.isCrowded(FILE), true);
  ports.pass(10_000);
  assert.equal(leases.isCrowded(FILE), false);
  const other = returning();
  tellName(other.held, other.ports.now() + 3_000, NAME, true);
  other.isReady();
  other.wanted.any = true;
  other.leases.hurry(FILE);
  assert.equal(other.leases.isCrowded(FILE), false, "where all names are forgotten at once");
});

test("names that nobody has written down, and that cannot be forgotten at once, are waited for until they are believed no more", () => {
  const { isReady, ports, held, stepped, last } = returning();
  ports.canExpireNames = false;
  held.told = { untilMs: ports.now() + 3_000, names: undefined, pages: false };
  isReady();
  last().done();
  assert.equal(stepped.length, 0);
  ports.pass(3_200);
  assert.equal(stepped.length, 1);
});

test("what was changed is made durable a moment later though nobody wants it, and with one question for all", () => {
  const { asked, ports, leases, held } = returning();
  const other = newHeld(LEASE.write, version(1), undefined);
  for (const one of [held, other]) {
    leases.dirty(one);
    leases.ended();
  }
  ports.pass(100);
  assert.equal(asked.length, 0);
  ports.pass(150);
  assert.equal(asked.length, 1);
  asked[0]?.(true);
  assert.deepEqual([held.isDirty, other.isDirty], [false, false]);
});

test("a session that ends has the kernel forget all that it was told", () => {
  const { ports, held, leases, last } = returning();
  tell(held, ports.now() + 3_000);
  leases.reset(new Map([[FILE, held]]));
  assert.deepEqual(last().what, [{ kind: "attributes", oid: FILE }]);
  assert.equal(held.told, undefined);
});
