import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clientId, oid } from "../../core/brand.ts";
import { OpenTable } from "./open-table.ts";

const CLIENTS = [1, 2, 3];
const OBJECTS = [1, 2, 3, 4];
const step = fc.record({
  kind: fc.constantFrom(
    "used",
    "used",
    "unused",
    "unused",
    "orphaned",
    "named",
    "purge",
    "ended",
    "disconnected",
    "connected",
  ),
  client: fc.constantFrom(...CLIENTS),
  object: fc.constantFrom(...OBJECTS),
});

test("every orphan that nobody has open is some connected client's to purge, and no other object ever is", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
      /** By object: the client that was told last to purge it. */
      const orders = new Map<number, number>();
      const users = new Set<string>();
      const orphans = new Set<number>();
      const connected = new Set<number>();
      const table = new OpenTable((effect) => {
        assert.ok(effect.kind === "purge" && connected.has(effect.client), "an order to one that cannot hear it");
        orders.set(effect.oid, effect.client);
      });
      const isOpen = (object: number): boolean => CLIENTS.some((client) => users.has(`${client} ${object}`));
      const drop = (client: number): void => {
        for (const object of OBJECTS) users.delete(`${client} ${object}`);
        connected.delete(client);
      };
      table.settle();
      for (const { kind, client, object } of steps) {
        const [who, what] = [clientId(client), oid(object)];
        // An orphan that is to be purged has no name and is open nowhere: nobody can come to use it.
        const isPurged = orders.has(object);
        if (kind === "used" && !isPurged) {
          users.add(`${client} ${object}`);
          table.used(who, what);
        } else if (kind === "unused") {
          users.delete(`${client} ${object}`);
          table.unused(who, what);
        } else if (kind === "orphaned" && !isPurged) {
          orphans.add(object);
          users.add(`${client} ${object}`);
          table.orphaned(what, who);
        } else if (kind === "named" && !isPurged) {
          orphans.delete(object);
          table.named(what);
        } else if (kind === "purge" && isPurged && connected.has(orders.get(object) ?? 0)) {
          orders.delete(object);
          orphans.delete(object);
          table.purged(what);
        } else if (kind === "connected") {
          connected.add(client);
          table.connected(who);
        } else if (kind === "disconnected") {
          connected.delete(client);
          table.disconnected(who);
        } else if (kind === "ended") {
          drop(client);
          table.sessionEnded(who);
          for (const [purged, by] of orders) if (by === client && connected.size === 0) orders.delete(purged);
        }
        for (const object of OBJECTS) {
          const isDue = orphans.has(object) && !isOpen(object);
          if (isDue && connected.size > 0) assert.ok(orders.has(object), `nobody purges ${object}`);
          if (!isDue) assert.ok(!orders.has(object), `${object} is purged`);
          for (const each of CLIENTS) {
            const others = CLIENTS.some((other) => other !== each && users.has(`${other} ${object}`));
            assert.equal(table.isOpenElsewhere(oid(object), clientId(each)), others);
          }
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
