import { S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG } from "../../core/attributes.ts";
import { fileName, type Oid, oid as toOid, ROOT_OID } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { SET } from "../../wire/messages.ts";
import { MemoryStore } from "../core/memory-store.ts";
import { type ChangeScript, scriptOf } from "./change-script.ts";
import { describeTree } from "./describe-tree.ts";
import type { Roll } from "./simulated-disk.ts";
import type { StoreDriver } from "./store-driver.ts";

const CALLERS = [ROOT_CALLER, { uid: 1000, gid: 1000, groups: [1000, 3000] }];
const NAMES = ["a", "b", "c", "d", "e", "f"];
/** Some go through the journal, some do not. */
const SIZES = [10, 500, 5_000, 300_000];

/** Random changes of few names, of every kind; most of them succeed. */
export const crashScript = (roll: Roll, rounds: number): ChangeScript => scriptOf((d) => play(d, roll, rounds));

/** What is there after the first changes of a script. */
export function treeAfter(script: ChangeScript, position: number): readonly string[] {
  const store = new MemoryStore();
  const client = store.drawClientId();
  store.register(client);
  for (const change of script.changes.slice(0, position)) store.apply(client, change);
  return describeTree(store);
}

function play(d: StoreDriver, roll: Roll, rounds: number): void {
  const oids: Oid[] = [ROOT_OID, d.directory(ROOT_OID, "a", { mode: 0o777 })];
  for (let round = 0; round < rounds; round += 1) one(d, roll, oids);
}

function typeOf(d: StoreDriver, oid: Oid): number {
  const found = d.store.attributes(oid);
  return found.ok && (found.value.nlink > 0 || oid === ROOT_OID) ? found.value.mode & S_IFMT : 0;
}

function one(d: StoreDriver, roll: Roll, oids: Oid[]): void {
  const pick = <T>(from: readonly T[]): T => from[roll(from.length)] as T;
  const directories = oids.filter((oid) => typeOf(d, oid) === S_IFDIR);
  const files = oids.filter((oid) => typeOf(d, oid) === S_IFREG);
  const [parent, toParent] = [pick(directories), pick(directories)];
  const [name, toName] = [pick(NAMES), pick(NAMES)];
  const found = d.at(parent, name);
  const there = d.at(toParent, toName);
  if (typeof found === "string" || files.length === 0) return create(d, roll, oids, parent, name);
  const { oid } = found;
  const file = pick(files);
  switch (roll(13)) {
    case 0:
      return void d.remove(parent, name, oid, { directory: typeOf(d, oid) === S_IFDIR, keep: roll(3) === 0 });
    case 1:
    case 2:
      return void d.rename([parent, name], [toParent, toName], oid, {
        replaced: typeof there === "string" ? toOid(0) : there.oid,
        flags: typeof there === "string" ? 0 : pick([0, 0, 2]),
        keep: roll(3) === 0,
      });
    case 3:
      // Whoever sends a change knows what is there.
      if (typeof there === "string") d.link(file, toParent, toName);
      return;
    case 4:
      return void d.set(oid, {
        set: pick([SET.mode, SET.uid | SET.gid, SET.mtime | SET.atime, SET.mode | SET.mtime]),
        mode: 0o400 + roll(0o400),
        uid: pick([0, 1000]),
        gid: pick([0, 1000, 3000]),
        atime: { sec: roll(1_000_000), nsec: roll(1_000_000_000) },
        mtime: { sec: roll(1_000_000), nsec: roll(1_000_000_000) },
      });
    case 5:
      return void d.set(file, { set: SET.size | SET.checked, size: roll(8_000) });
    case 6:
      return void d.setXattr(oid, pick(["trusted.one", "trusted.two"]), "v".repeat(roll(900)), { flags: 2 * roll(2) });
    case 7:
      return removeXattr(d, oid);
    case 8:
      return void copyOrCut(d, roll, pick(files), file);
    case 9:
      return fail(d, roll, parent, name);
    default:
      return void d.write(file, roll(6_000), Buffer.alloc(1 + roll(pick(SIZES)), 1 + roll(255)));
  }
}

/** What fails counts, too. */
function fail(d: StoreDriver, roll: Roll, parent: Oid, name: string): void {
  const oid = d.oid();
  if (roll(2) === 0) d.create(parent, name, { oid });
  else d.write(parent, 0, "no file");
  d.write(oid, 0, "never made");
}

/** Of a removal that reached the disk, but not the journal, nobody could tell later that it was done. */
function removeXattr(d: StoreDriver, oid: Oid): void {
  const name = fileName("trusted.one");
  d.setXattr(oid, name, "v");
  d.change({ kind: "removeXattr", oid, name }, [oid]);
}

function create(d: StoreDriver, roll: Roll, oids: Oid[], parent: Oid, name: string): void {
  const type = [S_IFREG, S_IFREG, S_IFREG, S_IFDIR, S_IFDIR, S_IFLNK, S_IFIFO][roll(7)] as number;
  const oid = d.oid();
  const as = type === S_IFREG ? (CALLERS[roll(2)] ?? ROOT_CALLER) : ROOT_CALLER;
  const unnamed = type === S_IFREG && roll(8) === 0;
  const target = fileName("target");
  const said = d.create(parent, unnamed ? "" : name, { as, oid, mode: type | 0o600 | roll(0o100), umask: 0, target });
  if (said === "done" && !unnamed) oids.push(oid);
  else if (said === "done" && roll(2) === 0) d.link(oid, parent, name);
  else if (said === "done") d.change({ kind: "purge", oid }, [oid]);
}

function copyOrCut(d: StoreDriver, roll: Roll, from: Oid, to: Oid): void {
  const range = { offset: roll(3_000), length: 1 + roll(3_000) };
  // FALLOC_FL_KEEP_SIZE alone, with FALLOC_FL_PUNCH_HOLE, and none of both.
  if (roll(2) === 0) d.change({ kind: "allocate", oid: to, mode: [0, 1, 3][roll(3)] as number, ...range }, [to]);
  else if (from !== to) {
    const copy = { kind: "copyRange" as const, from, fromOffset: roll(3_000), to, toOffset: roll(3_000) };
    d.change({ ...copy, length: 1 + roll(50_000) }, [to]);
  }
}
