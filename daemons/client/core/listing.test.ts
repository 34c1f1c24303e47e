import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fileName, oid } from "../../core/brand.ts";
import type { Operation } from "../../fuse/core/request.ts";
import { mounted } from "./testing/mounted.ts";
import { DIRECTORY, grantKinds, listed, lookup, namesTold, revoke } from "./testing/reading.ts";

type Group = ReturnType<typeof mounted>;

function opened(group: Group): number {
  const reply = group.answerTo(group.ask(DIRECTORY, { op: "opendir", flags: 0 }));
  return reply?.kind === "opened" ? reply.fh : -1;
}
const readdir = (fh: number, offset = 0, plus = true): Operation => ({ op: "readdir", fh, offset, size: 65_536, plus });

/** A directory is open, and its listing is being asked for. */
function listing({ plus = true } = {}) {
  const group = mounted();
  const fh = opened(group);
  const request = group.ask(DIRECTORY, readdir(fh, 0, plus));
  // First itself, then its names together with their leases.
  grantKinds(group);
  return { group, fh, request };
}

test("a listing is asked of the lead together with leases of what is in it, and known from then on", () => {
  const { group, fh, request } = listing();
  assert.equal(group.answer(0, "listDirectory", listed({ a: 5, b: 6 })).lease, 1);
  assert.deepEqual(namesTold(group, request), ["a", "b"]);
  assert.deepEqual(namesTold(group, group.ask(DIRECTORY, readdir(fh))), ["a", "b"]);
  const found = group.answerTo(group.ask(DIRECTORY, lookup("a")));
  assert.equal(found?.kind === "entry" && found.validity.attributeSeconds > 0, true);
  assert.equal(group.answerTo(group.ask(DIRECTORY, lookup("c")))?.kind, "negative");
  assert.deepEqual(group.ports.sent, []);
});

test("what another client may be changing is listed by its name, its number and its type alone", () => {
  const { group, request } = listing();
  group.answer(0, "listDirectory", listed({ a: 5 }, { leased: 0 }));
  const reply = group.answerTo(request);
  const [, , entry] = reply?.kind === "directory" ? reply.entries : [];
  assert.equal(entry?.validity, undefined);
  assert.deepEqual([entry?.attributes.oid, entry?.attributes.size, entry?.attributes.mode], [5, 0, 0o100000]);
});

test("a long listing goes on where it was, and is known when its end has come", () => {
  const { group, fh, request } = listing();
  group.answer(0, "listDirectory", listed({ a: 5 }, { end: 0, cookie: 77 }));
  assert.deepEqual(namesTold(group, request), ["a"]);
  assert.equal(
    group.answerTo(group.ask(DIRECTORY, lookup("z")))?.kind,
    undefined,
    "it is not known that there is none",
  );
  group.answer(0, "lookup", { kind: "failed", errno: 2, because: "none" });
  const more = group.ask(DIRECTORY, readdir(fh, 3));
  assert.equal(group.answer(0, "listDirectory", listed({ b: 6 })).cookie, 77);
  assert.ok(namesTold(group, more).includes("b" as never));
  assert.equal(group.answerTo(group.ask(DIRECTORY, lookup("y")))?.kind, "negative");
});

test("a listing whose lease goes meanwhile goes on at a member, and tells no name twice", () => {
  const { group, fh, request } = listing();
  group.answer(0, "listDirectory", listed({ a: 5, b: 6 }, { end: 0 }));
  assert.deepEqual(namesTold(group, request), ["a", "b"]);
  revoke(group, DIRECTORY);
  const more = group.ask(DIRECTORY, readdir(fh, 4));
  grantKinds(group);
  const asked = group.answer(0, "listDirectory", listed({ a: 5, b: 6, c: 7 }, { leased: 0 }));
  assert.deepEqual([asked.lease, asked.cookie], [0, 0], "from the beginning, without leases");
  const reply = group.answerTo(more);
  assert.deepEqual(reply?.kind === "directory" ? reply.entries.map(({ name }) => name) : [], ["c"]);
});

test("a listing of which this client has changed the directory meanwhile is not what is known", () => {
  const { group, fh, request } = listing();
  group.answer(0, "listDirectory", listed({ a: 5 }, { end: 0 }));
  assert.deepEqual(namesTold(group, request), ["a"]);
  const flags = { flags: 1, mode: 0o100644, umask: 0, openFlags: 0 };
  group.ask(DIRECTORY, { op: "create", name: fileName("new"), ...flags });
  grantKinds(group);
  group.answer(0, "oidRange", { kind: "oids", from: oid(100), to: oid(9_000) });
  group.ask(DIRECTORY, readdir(fh, 3));
  assert.equal(group.answer(0, "listDirectory", listed({ a: 5, b: 6 }, { leased: 0 })).lease, 0);
  assert.equal(group.answerTo(group.ask(DIRECTORY, lookup("z"))), undefined, "it is not known that there is none");
});

test("nor is one that was changed while its last piece was on its way", () => {
  const { group, fh, request } = listing();
  group.answer(0, "listDirectory", listed({ a: 5 }, { end: 0 }));
  assert.deepEqual(namesTold(group, request), ["a"]);
  group.ask(DIRECTORY, readdir(fh, 3));
  const flags = { flags: 1, mode: 0o100644, umask: 0, openFlags: 0 };
  group.ask(DIRECTORY, { op: "create", name: fileName("new"), ...flags });
  grantKinds(group);
  group.answer(0, "oidRange", { kind: "oids", from: oid(100), to: oid(9_000) });
  group.answer(0, "listDirectory", listed({ b: 6 }));
  assert.equal(group.answerTo(group.ask(DIRECTORY, lookup("z"))), undefined, "it is not known that there is none");
});

test("the names of a listing are each told once, in pieces of any length", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }), (pieces) => {
      const { group, fh, request } = listing();
      const told: string[] = [];
      let number = 10;
      const piece = (length: number): Record<string, number> => {
        const names: Record<string, number> = {};
        for (let count = 0; count < length; count += 1) {
          names[`n${number}`] = number;
          number += 1;
        }
        return names;
      };
      let asked = request;
      for (const [at, length] of pieces.entries()) {
        group.answer(0, "listDirectory", listed(piece(length), { end: at === pieces.length - 1 ? 1 : 0 }));
        told.push(...namesTold(group, asked));
        if (at < pieces.length - 1) asked = group.ask(DIRECTORY, readdir(fh, told.length + 2));
      }
      assert.equal(new Set(told).size, told.length);
      assert.equal(told.length, number - 10);
    }),
    { numRuns: 30 },
  );
});
