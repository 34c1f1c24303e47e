import assert from "node:assert/strict";
import { test } from "node:test";
import { clientId } from "../../core/brand.ts";
import { OUTCOMES, Positions } from "./positions.ts";

const CLIENT = clientId(7);

function after(changes: number): Positions {
  const positions = new Positions();
  positions.register(CLIENT);
  // Every tenth fails.
  for (let seq = 1; seq <= changes; seq += 1) positions.applied(CLIENT, seq, seq % 10 === 0 ? 17 : 0, 0);
  return positions;
}

test("outcomes are known for as many changes as a client may have under way, and then forgotten", () => {
  const changes = OUTCOMES + 500;
  const positions = after(changes);
  assert.equal(positions.position(CLIENT), changes);
  for (let seq = 501; seq <= changes; seq += 1) {
    assert.equal(positions.outcome(CLIENT, seq)?.errno, seq % 10 === 0 ? 17 : 0, `${seq}`);
  }
  assert.deepEqual([positions.outcome(CLIENT, 499), positions.outcome(CLIENT, changes + 1)], [undefined, undefined]);
});

test("what is written down of a session is read back, with fewer outcomes where there is little room", () => {
  const positions = after(200);
  for (const room of [1_000, 20, 5, 0]) {
    const { from, position, outcomes } = positions.told(CLIENT, room);
    assert(outcomes.length <= room);
    const read = new Positions();
    read.register(CLIENT, from, position, outcomes);
    assert.deepEqual([read.position(CLIENT), read.durable(CLIENT)], [200, 0]);
    for (let seq = 1; seq <= 200; seq += 1) {
      const known = read.outcome(CLIENT, seq);
      assert.deepEqual(known, seq < from ? undefined : positions.outcome(CLIENT, seq));
    }
    if (room === 1_000) assert.equal(from, 1);
  }
});

test("a position is durable when what was applied as the commit began is on disk", () => {
  const positions = after(3);
  const committed = positions.committing();
  positions.applied(CLIENT, 4, 0, 0);
  assert.equal(positions.durable(CLIENT), 0);
  committed();
  assert.deepEqual([positions.position(CLIENT), positions.durable(CLIENT)], [4, 3]);
  positions.committing()();
  assert.equal(positions.durable(CLIENT), 4);
  assert(positions.end(CLIENT) && !positions.end(CLIENT));
  assert.equal(positions.position(CLIENT), undefined);
});
