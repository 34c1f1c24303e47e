import assert from "node:assert/strict";
import { test } from "node:test";
import { oid, version, type Oid } from "../../core/brand.ts";
import { LEASE } from "../../wire/messages.ts";
import { Contents, PIECE_BYTES } from "./contents.ts";
import { newHeld, type Held } from "./held-lease.ts";
import { fileOf } from "./testing/grants.ts";
import { FakePorts } from "./testing/fake-ports.ts";
import { start } from "./testing/started.ts";

const FILE = oid(5);
const leased = (): Held =>
  newHeld(LEASE.read, version(3), {
    attributes: fileOf(FILE),
    isBare: true,
    names: undefined,
    target: undefined,
  });

function keeping({ roomBytes = 10_000_000 } = {}) {
  const leases = new Map<Oid, Held>([[FILE, leased()]]);
  const asked: { offset: number; done: (data: Uint8Array | undefined) => void }[] = [];
  const contents = new Contents({
    ports: new FakePorts(),
    readable: (object) => leases.get(object),
    ask: (_, offset, done) => asked.push({ offset, done }),
    roomBytes: () => roomBytes,
  });
  const fetch = (file: Oid = FILE, offset = 0): boolean => contents.fetch(file, offset, () => {});
  const arrive = (data: string | number): void => {
    const bytes = typeof data === "number" ? new Uint8Array(data) : Buffer.from(data);
    asked.shift()?.done(bytes);
  };
  const read = (offset: number, length: number): string | undefined => {
    const found = contents.read(FILE, offset, length);
    return found === undefined ? undefined : Buffer.from(found).toString();
  };
  const held = (): Held => leases.get(FILE) ?? assert.fail("no lease");
  return { contents, leases, asked, fetch, arrive, read, held };
}

test("what was asked for is read, as far as the file goes", () => {
  const { fetch, arrive, read } = keeping();
  assert.equal(fetch(), true);
  arrive("0123456789");
  assert.equal(read(0, 4_096), "0123456789");
  assert.equal(read(4, 2), "45");
  assert.equal(read(10, 4_096), "");
});

test("what is under way or kept is not asked for again, and can be waited for", () => {
  const { contents, fetch, arrive, asked } = keeping();
  fetch();
  assert.equal(fetch(), false);
  const waits = start(contents.settled(FILE, 100));
  assert.equal(waits.isDone, false);
  arrive("text");
  assert.equal(waits.value, true);
  assert.equal(fetch(), false);
  assert.equal(asked.length, 0);
});

test("with another lease, or a change of this client, nothing of before is true", () => {
  const changes: ((held: Held, leases: Map<Oid, Held>) => void)[] = [
    (held) => {
      held.begun += 1;
    },
    (held) => {
      held.version = version(4);
    },
    (_, leases) => leases.set(FILE, leased()),
    (_, leases) => leases.delete(FILE),
  ];
  for (const change of changes) {
    const before = keeping();
    before.fetch();
    before.arrive("old");
    change(before.held(), before.leases);
    assert.equal(before.read(0, 3), undefined);
    const meanwhile = keeping();
    meanwhile.fetch();
    change(meanwhile.held(), meanwhile.leases);
    meanwhile.arrive("old");
    assert.equal(meanwhile.read(0, 3), undefined);
  }
});

test("nothing is asked for without a lease, or while a change of this client is under way", () => {
  const { fetch, leases, held } = keeping();
  held().unsettled = 1;
  assert.equal(fetch(), false);
  leases.delete(FILE);
  assert.equal(fetch(), false);
});

test("a read over the end of a piece that is not the last is left to a member", () => {
  const { fetch, arrive, contents } = keeping();
  fetch(FILE, PIECE_BYTES + 5);
  arrive(PIECE_BYTES);
  assert.equal(contents.read(FILE, PIECE_BYTES, PIECE_BYTES)?.length, PIECE_BYTES);
  assert.equal(contents.read(FILE, 2 * PIECE_BYTES - 10, 20), undefined);
  assert.equal(contents.read(FILE, 0, 10), undefined);
});

test("files that were not read for longest are forgotten first", () => {
  const { contents, leases, fetch, arrive } = keeping({ roomBytes: 2 * PIECE_BYTES });
  for (const number of [6, 7]) leases.set(oid(number), leased());
  for (const number of [5, 6]) {
    fetch(oid(number));
    arrive(PIECE_BYTES);
  }
  contents.read(FILE, 0, 1);
  fetch(oid(7));
  arrive(PIECE_BYTES);
  assert.equal(contents.bytes, 2 * PIECE_BYTES);
  assert.equal(contents.read(oid(6), 0, 1), undefined);
  assert.ok(contents.read(FILE, 0, 1));
  contents.forget(FILE);
  assert.equal(contents.bytes, PIECE_BYTES);
});

test("what cannot be had is nothing that anybody waits for for ever", () => {
  const { contents, fetch, asked } = keeping();
  fetch();
  const waits = start(contents.settled(FILE, 0));
  asked[0]?.done(undefined);
  assert.equal(waits.isDone, true);
  assert.equal(contents.read(FILE, 0, 1), undefined);
});
