import assert from "node:assert/strict";
import { test } from "node:test";
import { S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG } from "../core/attributes.ts";
import { fileName, type Oid, oid as toOid, ROOT_OID } from "../core/brand.ts";
import { type Caller, ROOT_CALLER } from "../core/caller.ts";
import { SET } from "../wire/messages.ts";
import { MemoryStore } from "./core/memory-store.ts";
import { describeTree } from "./testing/describe-tree.ts";
import { StoreDriver } from "./testing/store-driver.ts";
import { needsRoot, temporaryExport } from "./testing/temporary-export.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];
const ROUNDS = 700;
const COMPARED_EVERY = 25;
const CALLERS: readonly Caller[] = [
  ROOT_CALLER,
  { uid: 1000, gid: 1000, groups: [1000, 3000] },
  { uid: 2000, gid: 2000, groups: [2000, 3000] },
];
const TYPES = [S_IFREG, S_IFREG, S_IFDIR, S_IFDIR, S_IFLNK, S_IFIFO];
const NAMES = ["a", "b", "c", "d", "e"];

/** One random change, by what is there: sensible ones and those that must fail. */
function randomChange(d: StoreDriver, roll: (bound: number) => number, oids: Oid[]): string {
  const pick = <T>(from: readonly T[]): T => from[roll(from.length)] as T;
  const as = pick(CALLERS);
  const directories = oids.filter((oid) => kindOf(d, oid) === S_IFDIR);
  const parent = roll(20) === 0 ? pick(oids) : pick(directories);
  const toParent = pick(directories);
  const name = pick(NAMES);
  const toName = pick(NAMES);
  const found = d.at(parent, name);
  const there = d.at(toParent, toName);
  const oid = typeof found === "string" || roll(20) === 0 ? pick(oids) : found.oid;
  const replaced = typeof there === "string" || roll(20) === 0 ? toOid(0) : there.oid;
  switch (roll(11)) {
    case 0:
    case 1:
    case 2: {
      const made = d.oid();
      const target = fileName("target");
      const said = d.create(parent, name, {
        as,
        oid: made,
        mode: pick(TYPES) | roll(0o10000),
        umask: pick([0, 0o22, 0o77]),
        target,
      });
      if (said === "done") oids.push(made);
      return said;
    }
    case 3:
      return d.link(oid, toParent, toName, { as });
    case 4:
      return d.remove(parent, name, oid, {
        as,
        directory: (kindOf(d, oid) === S_IFDIR) !== (roll(10) === 0),
        keep: roll(3) === 0,
      });
    case 5:
    case 6:
      return d.rename([parent, name], [toParent, toName], oid, {
        as,
        replaced,
        flags: pick([0, 0, 0, 1, 2]),
        keep: roll(3) === 0,
      });
    case 7:
      return d.write(oid, roll(5_000), "text".repeat(roll(30)), { kill: roll(2) === 0 });
    case 8:
      return d.set(
        oid,
        {
          set: roll(512) & ~(roll(2) * SET.size),
          mode: roll(0o10000),
          uid: pick([0, 1000, 2000]),
          gid: pick([0, 1000, 3000]),
          size: roll(10_000),
          atime: { sec: roll(1_000_000), nsec: roll(1_000_000_000) },
          mtime: { sec: roll(1_000_000), nsec: roll(1_000_000_000) },
        },
        { as },
      );
    case 9:
      return d.setXattr(oid, pick(["user.one", "user.two", "trusted.x"]), "v".repeat(roll(10)), { as, flags: roll(3) });
    default:
      return d.change({ kind: "removeXattr", oid, name: fileName(pick(["user.one", "user.two"])) }, [oid], { as });
  }
}

function kindOf(d: StoreDriver, oid: Oid): number {
  const found = d.store.attributes(oid);
  return found.ok ? found.value.mode & S_IFMT : 0;
}

for (const seed of SEEDS) {
  test(`the kernel and the store in memory agree on random changes (seed ${seed})`, { skip: needsRoot }, () => {
    const { open, remove } = temporaryExport();
    const disk = open();
    const twin = new StoreDriver(new MemoryStore());
    disk.register(twin.client);
    // Then the root's times are those of a change, on both.
    const oids: Oid[] = [ROOT_OID, twin.directory(ROOT_OID, "a")];
    for (const change of twin.changes) disk.apply(twin.client, change);
    let state = seed;
    const roll = (bound: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return Math.floor((state / 0x80000000) * bound);
    };
    const errnos = new Set<string>();
    let agreed = "nothing";
    for (let round = 0; round < ROUNDS; round += 1) {
      const said = randomChange(twin, roll, oids);
      const change = twin.changes.at(-1);
      assert(change !== undefined);
      errnos.add(said);
      const applied = disk.apply(twin.client, change);
      assert(applied.kind === "applied", `${round}: ${applied.kind}`);
      const what = `change ${round} (${said}): ${JSON.stringify(change)}`;
      assert.equal(applied.outcome.errno, twin.outcomes.at(-1), what);
      if (round % COMPARED_EVERY !== 0) continue;
      assert.deepEqual(describeTree(disk), describeTree(twin.store), `between ${agreed} and ${what}`);
      agreed = what;
    }
    assert(errnos.size > 6, [...errnos].join());
    assert.deepEqual(describeTree(disk), describeTree(twin.store));
    disk.close();
    remove();
  });
}
