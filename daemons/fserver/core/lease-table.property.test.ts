import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clientId, oid } from "../../core/brand.ts";
import { effectText, leadWith } from "../testing/lead-script.ts";
import { LeasePuzzle } from "../testing/lease-puzzle.ts";
import { PlainLeases } from "../testing/plain-leases.ts";

const CLIENTS = 4;
const OBJECTS = 5;
const client = fc.integer({ min: 1, max: CLIENTS });
const object = fc.integer({ min: 1, max: OBJECTS });
const want = fc.record({ object, mode: fc.constantFrom(1 as const, 2 as const) });

test("leases are granted and revoked as by a plain list of requests", () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("acquire" as const),
        client,
        wants: fc.array(want, { minLength: 1, maxLength: 3 }),
        extras: fc.array(want, { maxLength: 2 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("giveBack" as const), client, object, keep: fc.constantFrom(0, 0, 1) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("offer" as const), client, object }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("ended" as const, "disconnected" as const), client }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
      const lead = leadWith(CLIENTS, { holdMs: 0 });
      const plain = new PlainLeases();
      let request = 0;
      for (const step of steps) {
        request += 1;
        const text = (wants: readonly { object: number; mode: number }[]) =>
          wants.map(({ object, mode }) => `${object}${mode === 2 ? "w" : "r"}`).join(" ");
        let effects: string[];
        if (step.kind === "acquire") {
          plain.acquire(step.client, request, step.wants, step.extras);
          effects = lead.acquire(step.client, request, text(step.wants), text(step.extras));
        } else if (step.kind === "offer") {
          const has = lead.offer(step.client, step.object);
          assert.equal(has, plain.offer(step.client, { object: step.object, mode: 1 }));
          effects = [];
        } else if (step.kind === "giveBack") {
          plain.giveBack(step.client, step.object, step.keep);
          effects = lead.giveBack(step.client, step.object, { keep: step.keep });
        } else {
          plain.drop(step.client, step.kind === "ended");
          effects = lead[step.kind](step.client);
          if (step.kind === "ended") lead.opened(step.client);
        }
        const order = effects.flatMap((effect) => [...effect.matchAll(/#(\d+) has/g)].map((found) => Number(found[1])));
        assert.deepEqual(effects.toSorted(), plain.run(order).toSorted());
        assert.deepEqual(lead.lead.counts(), { leases: plain.held, locks: 0, waiting: plain.waiting });
      }
      for (let each = 1; each <= CLIENTS; each += 1) lead.ended(each);
      assert.equal(lead.lead.size, 0);
    }),
    { numRuns: 2_000 },
  );
});

test("clients that keep to the protocol never hold conflicting leases, and all get what they ask for", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(10), fc.nat(CLIENTS - 1), fc.nat(999)), { maxLength: 200, size: "max" }),
      (steps) => {
        const puzzle = new LeasePuzzle({ clients: CLIENTS, objects: OBJECTS });
        for (const step of steps) puzzle.step(...step);
        puzzle.finish();
      },
    ),
    { numRuns: 2_000 },
  );
});

test("two questions at once about one object would leave two clients with it", () => {
  // A failure that was found at random, when a revoke could follow another one that was not answered yet.
  const puzzle = new LeasePuzzle({ clients: CLIENTS, objects: OBJECTS });
  puzzle.step(0, 2, 650);
  puzzle.step(0, 0, 845);
  puzzle.step(3, 0, 0);
  puzzle.step(10, 0, 0);
  puzzle.step(10, 0, 0);
  puzzle.step(0, 1, 115);
  puzzle.step(3, 2, 0);
  puzzle.step(3, 1, 0);
  puzzle.step(10, 2, 0);
  puzzle.step(10, 1, 0);
  puzzle.finish();
});

test("however leases of one client are used, no more than its limit and a few are held", () => {
  const max = 16;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 300 }), (objects) => {
      const lead = leadWith(1, { leasesPerClientMax: max });
      let request = 0;
      for (const wanted of objects) {
        request += 1;
        const { lead: machine } = lead;
        const acquire = {
          kind: "acquire",
          nowMs: 0,
          client: clientId(1),
          request,
          wants: [{ oid: oid(wanted), mode: 1 }],
          extras: [],
        } as const;
        const effects = [...machine.step(acquire)];
        for (const effect of effects) {
          if (effect.kind === "revoke") lead.giveBack(1, effect.oid);
          else assert.equal(effectText(effect), `1: #${request} has ${wanted}r`);
        }
        assert.ok(machine.counts().leases <= max + 1);
      }
    }),
  );
});
