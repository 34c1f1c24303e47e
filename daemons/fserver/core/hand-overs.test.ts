import assert from "node:assert/strict";
import { test } from "node:test";
import { oid } from "../../core/brand.ts";
import { effectText, leadWith } from "../testing/lead-script.ts";
import type { LeadEffect } from "./lead-events.ts";
import { LEAD_DEFAULTS } from "./lead-events.ts";
import { createLead } from "./lead.ts";

const HOLD = LEAD_DEFAULTS.holdMs;

test("what is handed over now and then is asked for at once", () => {
  const lead = leadWith(2);
  lead.acquire(1, 10, "5w");
  for (let round = 0; round < 5; round += 1) {
    lead.pass(100);
    assert.deepEqual(lead.acquire(2, 20, "5w"), ["1: give back 5"]);
    assert.deepEqual(lead.giveBack(1, 5), ["2: #20 has 5w"]);
    lead.pass(100);
    assert.deepEqual(lead.acquire(1, 10, "5w"), ["2: give back 5"]);
    assert.deepEqual(lead.giveBack(2, 5), ["1: #10 has 5w"]);
  }
});

/** Two clients take object 5 from one another; in the end client 1 has it, and client 2 waits for it. */
function quarrel() {
  const lead = leadWith(2);
  let last: string[] = [];
  lead.acquire(1, 0, "5w");
  for (let round = 1; round <= 3; round += 1) {
    lead.acquire(2, round, "5w");
    lead.giveBack(1, 5);
    lead.acquire(1, round, "5w");
    lead.giveBack(2, 5);
  }
  last = lead.acquire(2, 9, "5w");
  return { lead, last };
}

test("what clients take from one another is left to each for a while", () => {
  const { lead, last } = quarrel();
  assert.deepEqual(last, []);
  assert.equal(lead.dueIn(), HOLD);
  assert.deepEqual(lead.pass(HOLD - 1), []);
  assert.deepEqual(lead.pass(1), ["1: give back 5"]);
  assert.equal(lead.dueIn(), undefined);
  assert.deepEqual(lead.giveBack(1, 5), ["2: #9 has 5w"]);
});

test("a wait that is given up while the holder is left alone asks nobody", () => {
  const { lead } = quarrel();
  assert.deepEqual(lead.cancel(2, 9), ["2: #9 EINTR"]);
  assert.deepEqual(lead.pass(HOLD), []);
});

test("after a quiet time it is asked for at once again", () => {
  const { lead } = quarrel();
  lead.pass(HOLD);
  lead.giveBack(1, 5);
  lead.pass(200);
  assert.deepEqual(lead.acquire(1, 10, "5w"), ["2: give back 5"]);
  assert.deepEqual(lead.giveBack(2, 5), ["1: #10 has 5w"]);
  assert.deepEqual(lead.acquire(2, 20, "5w"), ["1: give back 5"]);
});

/**
 * Clients that write one object as fast as they can.
 * @param flushMs How long each takes to give back.
 * @returns How many operations each did in ten seconds.
 */
function race(flushMs: readonly number[], operationMs: number): readonly number[] {
  const lead = createLead();
  const agenda: { readonly atMs: number; readonly run: () => void }[] = [];
  const done = flushMs.map(() => 0);
  const state = flushMs.map(() => ({ holds: false, revoked: false }));
  let nowMs = 0;
  const after = (ms: number, run: () => void) => agenda.push({ atMs: nowMs + ms, run });
  const carryOut = (effects: readonly LeadEffect[]): void => {
    for (const effect of effects) {
      const one = state[effect.client - 1];
      if (one === undefined) throw new Error("nobody");
      if (effect.kind === "grant") {
        one.holds = true;
        after(0.1, () => work(effect.client - 1));
      } else if (effect.kind === "revoke") one.revoked = true;
      else throw new Error(effectText(effect));
    }
    const { dueMs } = lead;
    if (dueMs !== undefined) after(dueMs - nowMs, () => carryOut(lead.step({ kind: "tick", nowMs })));
  };
  const ask = (place: number): void =>
    carryOut(
      lead.step({
        kind: "acquire",
        nowMs,
        client: (place + 1) as never,
        request: 1,
        wants: [{ oid: oid(5), mode: 2 }],
        extras: [],
      }),
    );
  const work = (place: number): void => {
    const one = state[place];
    if (one === undefined) return;
    done[place] = (done[place] ?? 0) + 1;
    after(operationMs, () => {
      if (!one.revoked) return work(place);
      after(flushMs[place] ?? 0, () => {
        Object.assign(one, { holds: false, revoked: false });
        const client = (place + 1) as never;
        carryOut(lead.step({ kind: "giveBack", nowMs, client, oid: oid(5), keep: 0, inUse: true }));
        ask(place);
      });
    });
  };
  carryOut(lead.step({ kind: "started", nowMs, knownClients: [], orphans: [] }));
  for (const place of flushMs.keys()) {
    carryOut(lead.step({ kind: "sessionOpened", nowMs, client: (place + 1) as never }));
    after(0, () => ask(place));
  }
  while (nowMs < 10_000) {
    agenda.sort((a, b) => a.atMs - b.atMs);
    const next = agenda.shift();
    if (next === undefined) break;
    nowMs = next.atMs;
    next.run();
  }
  return done;
}

for (const [flushMs, operationMs] of [
  [[2, 2], 0.05],
  [[2, 20], 0.05],
  [[1, 25], 0.05],
  [[5, 45], 0.05],
  [[50, 50], 0.05],
  [[1, 1, 1, 1], 0.2],
  [[3, 3], 4],
] as const) {
  test(`clients that write one object all get their share (${flushMs.join(", ")} ms to give back)`, () => {
    const done = race(flushMs, operationMs);
    const [least, most] = [Math.min(...done), Math.max(...done)];
    assert(most <= 2 * least, `${done.join(", ")} operations`);
    if (Math.max(...flushMs) > 4 * HOLD) return;
    // Where giving back takes no longer than that, somebody works as long as the holders are left alone.
    const worked = done.reduce((sum, one) => sum + one, 0) * operationMs;
    const cycle = flushMs.reduce((sum, flush) => sum + flush + HOLD + 0.1, 0);
    assert(worked >= (8_000 * HOLD * flushMs.length) / cycle, `${worked} ms of 10,000`);
  });
}
