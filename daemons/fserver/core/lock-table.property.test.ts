import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { leadWith } from "../testing/lead-script.ts";
import { type PlainLock, PlainLocks } from "../testing/plain-locks.ts";

const CLIENTS = 3;
const BYTES = 8;
const FAIR_MS = 200;

const client = fc.integer({ min: 1, max: CLIENTS });
const place = fc.record({
  client,
  name: fc.constantFrom("a", "b"),
  file: fc.constantFrom("p5", "p5", "p6", "f5"),
  ends: fc.tuple(fc.nat(BYTES - 1), fc.nat(BYTES - 1)),
});
const locked = {
  type: fc.constantFrom("read" as const, "read" as const, "write" as const, "unlock" as const),
  wait: fc.boolean(),
};
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("lock" as const), place, ...locked }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("test" as const), place, type: fc.constantFrom("read", "write") }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("drop" as const), place }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("cancel" as const), client, back: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("ended" as const, "disconnected" as const), client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(150) }) },
);
type Place = typeof place extends fc.Arbitrary<infer P> ? P : never;

/** The same lock in the words of the plain model. */
function plainLock(
  { client, name, file, ends }: Place,
  request: number,
  type: PlainLock["type"],
  wait: boolean,
): PlainLock {
  const [start, end] = file.startsWith("f") ? [0, BYTES - 1] : [Math.min(...ends), Math.max(...ends)];
  return { client, request, file, owner: `${file.slice(0, 1)}${client}${name}`, type, start, end, wait };
}

const scriptText = ({ name, file, ends }: Place) => ({
  owner: name,
  flock: file.startsWith("f"),
  oid: Number(file.slice(1)),
  start: Math.min(...ends),
  end: Math.max(...ends),
});

test("locks are given, refused and waited for as in a table of all bytes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100, size: "max" }), (steps) => {
      const lead = leadWith(CLIENTS, { fairMs: FAIR_MS });
      const plain = new PlainLocks(FAIR_MS);
      // What happens on one file says nothing about another, so their order among each other is free.
      const same = (effects: readonly string[], expected: readonly string[]): void => {
        assert.deepEqual(effects.toSorted(), expected.toSorted());
        assert.equal(lead.lead.counts().waiting, plain.waiting);
      };
      let request = 0;
      for (const step of steps) {
        request += 1;
        if (step.kind === "lock") {
          const lock = plainLock(step.place, request, step.type, step.wait);
          const text = { ...scriptText(step.place), type: step.type, wait: step.wait };
          // Which of several files is served first decides who of those threads may overtake: any order is right.
          if (plain.isElsewhere(lock)) continue;
          const expected = plain.take(() => plain.lock(lock));
          assert.deepEqual(lead.lock(step.place.client, request, text), expected);
        } else if (step.kind === "test") {
          const type = step.type === "read" ? "read" : "write";
          const [effect] = lead.lockTest(step.place.client, request, { ...scriptText(step.place), type });
          const found = plain.test(plainLock(step.place, request, type, false));
          const expected = `${step.place.client}: #${request} ${found ?? "free"}`;
          assert.ok(effect?.startsWith(expected), `${effect} but ${expected}`);
        } else if (step.kind === "drop") {
          const expected = plain.take(() => plain.drop(plainLock(step.place, request, "unlock", false)));
          assert.deepEqual(lead.lockDrop(step.place.client, request, scriptText(step.place)), expected);
        } else if (step.kind === "cancel") {
          const expected = plain.take(() => plain.cancel(step.client, request - step.back));
          same(lead.cancel(step.client, request - step.back), expected);
        } else if (step.kind === "pass") {
          const expected = plain.take(() => plain.pass(step.ms));
          same(lead.pass(step.ms), expected);
        } else {
          const expected = plain.take(() => plain.gone(step.client, step.kind === "ended"));
          same(lead[step.kind](step.client), expected);
          if (step.kind === "ended") lead.opened(step.client);
        }
      }
      for (let each = 1; each <= CLIENTS; each += 1) lead.ended(each);
      assert.equal(lead.lead.size, 0);
    }),
    { numRuns: 2_000 },
  );
});
