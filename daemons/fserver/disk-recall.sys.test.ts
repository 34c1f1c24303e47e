import assert from "node:assert/strict";
import { test } from "node:test";
import { clientId, ROOT_OID } from "../core/brand.ts";
import type { Change } from "../wire/messages.ts";
import { SEGMENT_BYTES_MIN } from "./core/journal-layout.ts";
import type { Store } from "./core/store.ts";
import { StoreDriver } from "./testing/store-driver.ts";
import { needsRoot, temporaryExport } from "./testing/temporary-export.ts";

/** The changes of a client as another member would have to be told of them, large data as their lengths. */
function recalled(store: Store, client: StoreDriver["client"]): readonly unknown[] {
  const told: unknown[] = [];
  store.recall(client, (change, length) => told.push(seen(change, length)));
  return told;
}

const seen = (change: Change, length: number): unknown => [
  change.kind,
  change.origin.seq,
  length,
  change.kind === "write" && length < 262_144 ? Buffer.from(change.data).toString("hex") : "",
];

const lengthOf = (change: Change): number => (change.kind === "write" ? change.data.length : 0);

for (const [how, ends] of [
  ["is killed", "abandon"],
  ["ends in order", "close"],
] as const) {
  test(`what a client changed can be recalled after a member ${how}`, { skip: needsRoot }, () => {
    const { open, remove } = temporaryExport();
    const store = open();
    const [d, other] = [new StoreDriver(store), new StoreDriver(store)];
    const file = d.file(ROOT_OID, "file");
    other.file(ROOT_OID, "other");
    d.create(ROOT_OID, "file");
    for (const bytes of [1, 500, 70_000, 300_000]) d.write(file, bytes, Buffer.alloc(bytes, bytes % 256));
    store[ends]();
    const again = open();
    assert.deepEqual(
      recalled(again, d.client),
      d.changes.map((change) => seen(change, lengthOf(change))),
    );
    again.close();
    remove();
  });

  test(`that a session is fenced, or has ended, is known after a member ${how}`, { skip: needsRoot }, () => {
    const { open, remove } = temporaryExport();
    const store = open();
    const all = Array.from({ length: 40 }, (_, place) => clientId(1_000 + place));
    for (const client of all) store.register(client);
    for (const client of all.slice(0, 20)) store.fence(client);
    for (const client of all.slice(10, 30)) store.end(client);
    store[ends]();
    const again = open();
    const expected = all.map((_, place) => (place < 10 ? "fenced" : place < 30 ? "ended" : "open"));
    assert.deepEqual(
      all.map((client) => again.standing(client)),
      expected,
    );
    again.close();
    remove();
  });
}

test("of what was written over in the journal the last is there, and all standings are", { skip: needsRoot }, () => {
  const { open, remove } = temporaryExport();
  const store = open();
  const d = new StoreDriver(store);
  const [fenced, ended] = [clientId(1_000), clientId(1_001)];
  store.fence(fenced);
  store.end(ended);
  const file = d.file(ROOT_OID, "file");
  for (let bytes = 0; bytes < 12 * SEGMENT_BYTES_MIN; bytes += 200_000) {
    d.write(file, bytes, Buffer.alloc(200_000, 1));
    store.checkpoint();
  }
  store.abandon();
  const again = open();
  const told = recalled(again, d.client);
  assert(told.length > 3 && told.length < d.changes.length);
  assert.deepEqual(
    told,
    d.changes.slice(-told.length).map((change) => seen(change, lengthOf(change))),
  );
  assert.deepEqual([again.standing(fenced), again.standing(ended)], ["fenced", "ended"]);
  again.close();
  remove();
});
