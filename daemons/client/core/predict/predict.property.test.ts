import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { S_IFBLK, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, type Attributes } from "../../../core/attributes.ts";
import { fileName, oid as toOid, ROOT_OID, type FileName, type Oid } from "../../../core/brand.ts";
import { ROOT_CALLER, type Caller } from "../../../core/caller.ts";
import { MemoryStore } from "../../../fserver/core/memory-store.ts";
import { StoreDriver } from "../../../fserver/testing/store-driver.ts";
import { SET } from "../../../wire/messages.ts";
import type { ChangeBody } from "../change-body.ts";
import { NO_OBJECT, type Known } from "../held-lease.ts";
import { predict } from "./predict.ts";
import { carryOut } from "./prediction.ts";

const CALLERS: readonly Caller[] = [
  ROOT_CALLER,
  { uid: 1000, gid: 1000, groups: [1000, 3000] },
  { uid: 2000, gid: 2000, groups: [2000, 3000] },
];
const TYPES = [S_IFREG, S_IFREG, S_IFDIR, S_IFDIR, S_IFLNK, S_IFIFO, S_IFBLK];
const NAMES = ["a", "b", "c", "d", "e"].map(fileName);

/** A store, and what a client knows of it. */
class World {
  readonly store = new MemoryStore();
  readonly driver = new StoreDriver(this.store);
  readonly known = new Map<Oid, Known>();
  readonly oids: Oid[] = [ROOT_OID];
  predicted = 0;
  readonly kinds = new Set<string>();

  /** Looks at an object. @param whole With all its names. */
  learn(oid: Oid, whole: boolean): void {
    const attributes = this.store.attributes(oid);
    this.known.delete(oid);
    if (!attributes.ok) return;
    const isDirectory = (attributes.value.mode & S_IFMT) === S_IFDIR;
    const names = isDirectory ? { byName: this.names(oid), isComplete: whole } : undefined;
    if (!whole) for (const name of NAMES) if (name > "b") names?.byName.delete(name);
    this.known.set(oid, { attributes: attributes.value, isBare: true, names, target: undefined });
  }

  names(oid: Oid): Map<FileName, Oid> {
    const listing = this.store.list(oid, 0, 1_000_000);
    assert(listing.ok);
    return new Map(listing.value.entries.map(({ name, attributes }) => [name, attributes.oid]));
  }

  meaning(directory: Oid, name: FileName): Oid {
    const found = this.store.lookup(directory, name);
    return found.ok ? found.value.oid : NO_OBJECT;
  }

  isDirectory(oid: Oid): boolean {
    const attributes = this.store.attributes(oid);
    return attributes.ok && (attributes.value.mode & S_IFMT) === S_IFDIR;
  }

  /** Makes a change; where it was predicted, it must have come to that. */
  change(body: ChangeBody, touched: readonly Oid[], caller: Caller): void {
    const built = this.driver.build(body, touched, { as: caller });
    const prediction = predict((oid) => this.known.get(oid), body, { time: built.origin.time, caller });
    const said = this.driver.apply(built);
    if (said === "done" && body.kind === "create") this.oids.push(body.oid);
    if (prediction === undefined) {
      for (const oid of touched) this.known.delete(oid);
      return;
    }
    this.predicted += 1;
    this.kinds.add(body.kind);
    assert.equal(said, "done", `predicted: ${JSON.stringify(body)}`);
    assert.deepEqual(
      new Set(prediction.after.map(([oid]) => oid)),
      new Set(touched),
      "all that is touched is predicted, and nothing else",
    );
    carryOut(prediction, (oid, known) => {
      if (known === undefined) this.known.delete(oid);
      else this.known.set(oid, known);
      assert.equal(this.store.attributes(oid).ok, known !== undefined, "whether it still exists");
    });
    for (const [oid, known] of this.known) this.compare(oid, known);
  }

  compare(oid: Oid, known: Known): void {
    const there = this.store.attributes(oid);
    assert(there.ok);
    assert.deepEqual(comparable(known.attributes), comparable(there.value));
    if (known.names === undefined || there.value.nlink === 0) return;
    const names = this.names(oid);
    for (const [name, meant] of known.names.byName) assert.equal(names.get(name) ?? NO_OBJECT, meant, name);
    if (known.names.isComplete) assert.equal(known.names.byName.size, names.size);
  }
}

/** How much space objects take differs from file system to file system. */
const comparable = (attributes: Attributes): Attributes => ({ ...attributes, blocks: 0 });

const pick = <T>(from: readonly T[], at: number): T => from[at % from.length] as T;

const step = fc.record({
  kind: fc.nat(11),
  caller: fc.nat(2),
  at: fc.nat(1_000),
  to: fc.nat(1_000),
  name: fc.nat(4),
  toName: fc.nat(4),
  bits: fc.nat(0o7777),
  set: fc.nat(511),
  number: fc.nat(10_000),
  flag: fc.boolean(),
  whole: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

function play(world: World, one: Step): void {
  const { oids } = world;
  const directories = oids.filter((oid) => world.isDirectory(oid));
  const parent = pick(directories, one.at);
  const toParent = pick(directories, one.to);
  const name = pick(NAMES, one.name);
  const toName = pick(NAMES, one.toName);
  const caller = pick(CALLERS, one.caller);
  const oid = world.meaning(parent, name) || pick(oids, one.at);
  const replaced = world.meaning(toParent, toName);
  const keep = one.flag ? 1 : 0;
  for (const touched of [parent, toParent, oid, replaced]) {
    if (touched !== NO_OBJECT && !world.known.has(touched)) world.learn(touched, one.whole);
  }
  if (one.kind <= 3) {
    const made = world.driver.oid();
    const umask = pick([0, 0o22, 0o77], one.number);
    const mode = pick(TYPES, one.to) | one.bits;
    const body = { kind: "create", parent, name, oid: made, mode, umask, rdev: 0, target: fileName("there") } as const;
    return world.change(body, [parent, made], caller);
  }
  if (one.kind === 4) {
    const directory = world.isDirectory(oid) ? 1 : 0;
    return world.change({ kind: "remove", parent, name, oid, directory, keep }, [parent, oid], caller);
  }
  if (one.kind <= 6) {
    const flags = pick([0, 0, 0, 1, 2], one.number);
    const touched = [...new Set([parent, toParent, oid, ...(replaced === NO_OBJECT ? [] : [replaced])])];
    const ends = { fromParent: parent, fromName: name, oid, toParent, toName, replaced };
    return world.change({ kind: "rename", ...ends, flags, keep }, touched, caller);
  }
  if (one.kind === 7)
    return world.change({ kind: "link", oid, parent: toParent, name: toName }, [toParent, oid], caller);
  if (one.kind <= 9) {
    const data = new Uint8Array(one.number % 300);
    return world.change({ kind: "write", oid, offset: one.number, killPrivileges: keep, data }, [oid], caller);
  }
  const time = { sec: one.number, nsec: one.to };
  const body = {
    kind: "setAttributes",
    oid,
    set: one.flag ? one.set & ~SET.size : one.set,
    mode: one.bits,
    uid: pick([0, 1000, 2000], one.to),
    gid: pick([0, 1000, 3000], one.number),
    size: one.number,
    atime: time,
    mtime: time,
  } as const;
  return world.change(body, [oid], caller);
}

test("what is predicted is what comes of it", () => {
  let predicted = 0;
  let all = 0;
  const kinds = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 150, size: "max" }), (steps) => {
      const world = new World();
      for (const one of steps) play(world, one);
      predicted += world.predicted;
      all += steps.length;
      for (const kind of world.kinds) kinds.add(kind);
    }),
    { numRuns: 150 },
  );
  assert(predicted > all / 10, `${predicted} of ${all} changes were predicted`);
  assert.deepEqual(kinds, new Set(["create", "remove", "rename", "link", "write", "setAttributes"]));
});

test("an object with an ACL keeps its mode to itself, and one in a directory with an ACL is not foretold", () => {
  const world = new World();
  world.learn(ROOT_OID, true);
  const root = world.known.get(ROOT_OID);
  assert(root !== undefined);
  const facts = (): Known => ({ ...root, isBare: false });
  const by = { time: { sec: 1, nsec: 0 }, caller: ROOT_CALLER };
  const [name, target] = [fileName("new"), fileName("")];
  const create = {
    kind: "create",
    parent: ROOT_OID,
    name,
    oid: toOid(9),
    mode: 0o644,
    umask: 0,
    rdev: 0,
    target,
  } as const;
  assert.equal(predict(facts, create, by), undefined);
  const times = { atime: by.time, mtime: by.time };
  const chmod = {
    kind: "setAttributes",
    oid: ROOT_OID,
    set: SET.mode,
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0,
    ...times,
  } as const;
  assert.equal(predict(facts, chmod, by), undefined);
  assert.notEqual(
    predict(() => root, chmod, by),
    undefined,
  );
});
