import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { S_IFDIR, S_IFREG } from "../../core/attributes.ts";
import { fileName, ROOT_OID } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { MemoryStore } from "../../fserver/core/memory-store.ts";
import { type Body, StoreDriver } from "../../fserver/testing/store-driver.ts";
import { type Change, SET } from "../../wire/messages.ts";
import { mergeChanges } from "./merge-changes.ts";

const OWNER = { uid: 1000, gid: 1000, groups: [1000, 3000] };
const text = (bytes: number, of: number): Uint8Array => new Uint8Array(bytes).fill(of);

/** A store with a file, a directory, and a time for each change. */
function world() {
  const driver = new StoreDriver(new MemoryStore());
  const file = driver.file(ROOT_OID, "file", { as: OWNER, mode: 0o6755 });
  return { driver, file };
}

const step = fc.record({
  kind: fc.nat(5),
  set: fc.nat(511),
  mode: fc.nat(0o7777),
  bytes: fc.nat(40),
  where: fc.nat(3),
  isRoot: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

function bodyOf(one: Step, { driver, file }: ReturnType<typeof world>, state: { end: number; made: number }): Body {
  const time = { sec: one.mode, nsec: one.bytes };
  switch (one.kind) {
    case 0:
    case 1: {
      const offset = one.where === 0 ? one.bytes : state.end;
      state.end = offset + one.bytes + 1;
      return { kind: "write", oid: file, offset, killPrivileges: 0, data: text(one.bytes + 1, one.bytes) };
    }
    case 2:
    case 3: {
      const owners = { uid: one.isRoot ? one.where : OWNER.uid, gid: one.where === 0 ? 3000 : 1000 };
      return {
        kind: "setAttributes",
        oid: file,
        set: one.set,
        mode: one.mode,
        size: one.bytes,
        ...owners,
        atime: time,
        mtime: time,
      };
    }
    case 4: {
      const oid = state.made || driver.oid();
      const mode = (one.where === 0 ? S_IFDIR : S_IFREG) | 0o755;
      state.made = oid;
      return {
        kind: "create",
        parent: ROOT_OID,
        name: fileName("new"),
        oid: oid as never,
        mode,
        umask: 0,
        rdev: 0,
        target: fileName(""),
      };
    }
    default: {
      const oid = state.made as never;
      return {
        kind: "remove",
        parent: ROOT_OID,
        name: fileName("new"),
        oid,
        directory: one.where === 0 ? 1 : 0,
        keep: 0,
      };
    }
  }
}

test("what became one change comes to what the others come to", () => {
  let merged = 0;
  const kinds = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 12 }), (steps) => {
      const apart = world();
      const together = world();
      const state = { end: 0, made: 0 };
      const staged: Change[] = [];
      for (const one of steps) {
        const body = bodyOf(one, apart, state);
        const touched = "parent" in body ? [body.parent, body.oid] : "oid" in body ? [body.oid] : [];
        const change = apart.driver.build(body, touched as never, { as: one.isRoot ? ROOT_CALLER : OWNER });
        // Only what succeeds is answered before it is sent.
        if (apart.driver.apply(change) !== "done") return;
        if (one.kind === 5) state.made = 0;
        const found = mergeChanges(staged, change);
        if (found === undefined) staged.push(change);
        else {
          merged += 1;
          kinds.add(change.kind);
          staged.splice(staged.length - found.replaces, found.replaces, found.change);
        }
      }
      // Versions are what the client counts anew; here all that matters is what is there.
      for (const change of staged) {
        const touches = change.origin.touches.map(({ oid }) => {
          const there = together.driver.store.attributes(oid);
          return { oid, version: ((there.ok ? there.value.version : 0) + 1) as never };
        });
        const again = {
          ...change,
          origin: { ...change.origin, touches, seq: (together.driver.seq + 1) as never },
        } as Change;
        together.driver.seq += 1;
        assert.equal(together.driver.apply(again), "done", JSON.stringify(again));
      }
      assert.equal(whatIsThere(together.driver), whatIsThere(apart.driver));
    }),
    { numRuns: 3_000 },
  );
  assert(merged > 300, `${merged} were merged`);
  assert.deepEqual(kinds, new Set(["write", "setAttributes", "remove"]));
});

const whatIsThere = ({ store }: StoreDriver): string => (store as MemoryStore).dump().replaceAll(/ v\d+ /g, " ");

test("what is written and set in an order of its own stays apart", () => {
  const { driver, file } = world();
  const time = { sec: 5, nsec: 0 };
  const set = (bits: number): Change =>
    driver.build(
      { kind: "setAttributes", oid: file, set: bits, mode: 0, uid: 0, gid: 0, size: 0, atime: time, mtime: time },
      [file],
    );
  assert.equal(mergeChanges([set(SET.mode)], set(SET.uid)), undefined);
  assert.equal(mergeChanges([set(SET.mtime)], set(SET.size)), undefined);
  assert.equal(mergeChanges([], set(SET.mode)), undefined);
  assert.notEqual(mergeChanges([set(SET.uid)], set(SET.mode)), undefined);
});
