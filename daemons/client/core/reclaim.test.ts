import assert from "node:assert/strict";
import { test } from "node:test";
import { oid } from "../../core/brand.ts";
import { LeaseHolder } from "./lease-holder.ts";
import { OpenFiles } from "./open-files.ts";
import { reclaimMessages } from "./reclaim.ts";
import { FakeGroup, GIVE_UP_MS } from "./testing/fake-group.ts";

function reclaiming() {
  const group = FakeGroup.ready(1);
  const files = new OpenFiles();
  const leases = new LeaseHolder(group.lead, group.ports, {
    giveUpMs: GIVE_UP_MS,
    isOpen: (object) => files.isOpen(object),
    gaveBackOpen: () => {},
    stuck: () => "",
    makeDurable: (done) => done(true),
    memoryBytes: 1e9,
  });
  const make = (number: number): void => leases.release(leases.created(oid(number)));
  return { files, make, messages: () => reclaimMessages(leases, files) };
}

test("a client that holds nothing says so", () => {
  const { messages } = reclaiming();
  assert.deepEqual(messages(), [{ kind: "reclaim", leases: [], last: 1 }]);
});

test("all leases are told, however many, and only the last message is the last", () => {
  const { make, messages } = reclaiming();
  for (let number = 10; number < 30_010; number += 1) make(number);
  const told = messages();
  assert.equal(new Set(told.flatMap(({ leases }) => leases.map((lease) => lease.oid))).size, 30_000);
  assert.deepEqual([...new Set(told.slice(0, -1).map(({ last }) => last)), told.at(-1)?.last], [0, 1]);
});

test("what is open is told with its lease, or without one, and owes a word from then on", () => {
  const { files, make, messages } = reclaiming();
  make(10);
  make(11);
  const handles = [10, 12].map((number) => files.open(oid(number)));
  assert.deepEqual(messages()[0]?.leases, [
    { oid: 10, mode: 2, inUse: 1 },
    { oid: 11, mode: 2, inUse: 0 },
    { oid: 12, mode: 0, inUse: 1 },
  ]);
  assert.deepEqual(
    handles.map(({ fh }) => files.close(fh)),
    [true, true],
  );
});
