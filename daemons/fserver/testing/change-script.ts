import { S_IFIFO } from "../../core/attributes.ts";
import { oid as toOid, ROOT_OID } from "../../core/brand.ts";
import type { Change } from "../../wire/messages.ts";
import { SET } from "../../wire/messages.ts";
import { MemoryStore } from "../core/memory-store.ts";
import { describeTree } from "./describe-tree.ts";
import { StoreDriver } from "./store-driver.ts";

/** Changes of one client, and what is there after them. */
export type ChangeScript = {
  readonly changes: readonly Change[];
  readonly outcomes: readonly number[];
  readonly tree: readonly string[];
};

const USER = { uid: 1000, gid: 1000, groups: [1000, 3000] };

/** @param play Makes changes on a store in memory, whose client is the first one, and its objects from 2 on. */
export function scriptOf(play: (driver: StoreDriver) => void): ChangeScript {
  const store = new MemoryStore();
  const driver = new StoreDriver(store);
  play(driver);
  return { changes: driver.changes, outcomes: driver.outcomes, tree: describeTree(store) };
}

/** Every kind of change, with what makes it end in more than one step. */
export function everyChange(d: StoreDriver): void {
  const dir = d.directory(ROOT_OID, "dir", { mode: 0o2777 });
  const file = d.file(dir, "file", { as: USER });
  d.write(file, 0, "first text");
  d.write(file, 6, "words and more");
  const unmade = d.oid();
  d.create(dir, "file", { oid: unmade });
  d.write(unmade, 0, "never");
  d.write(dir, 0, "never");
  d.symlink(dir, "link", "file");
  d.create(ROOT_OID, "fifo", { mode: S_IFIFO | 0o620, as: USER });
  d.link(file, ROOT_OID, "second");
  d.set(file, { set: SET.mode | SET.uid | SET.gid, mode: 0o640, uid: 1000, gid: 3000 });
  d.set(file, { set: SET.size | SET.mtime, size: 12, mtime: { sec: 77, nsec: 7 } });
  d.set(file, { set: SET.mode, mode: 0o400 }, { as: USER });
  d.setXattr(file, "user.one", "1", { flags: 1 });
  d.setXattr(file, "user.two", "2");
  d.change({ kind: "removeXattr", oid: file, name: "user.two" as never }, [file]);
  d.change({ kind: "allocate", oid: file, mode: 0, offset: 0, length: 20 }, [file]);
  const copy = d.file(ROOT_OID, "copy");
  d.change({ kind: "copyRange", from: file, fromOffset: 2, to: copy, toOffset: 1, length: 8 }, [copy]);
  d.rename([ROOT_OID, "copy"], [dir, "moved"], copy);
  const other = d.file(dir, "other");
  d.write(other, 0, "other");
  d.rename([dir, "moved"], [dir, "other"], copy, { replaced: other });
  d.rename([dir, "other"], [ROOT_OID, "second"], copy, { replaced: file, flags: 2 });
  d.rename([dir, "other"], [dir, "absent"], copy);
  const kept = d.file(ROOT_OID, "kept");
  d.write(kept, 0, "kept open");
  d.remove(ROOT_OID, "kept", kept, { keep: true });
  const replaced = d.file(ROOT_OID, "replaced", { as: USER });
  d.rename([ROOT_OID, "second"], [ROOT_OID, "replaced"], copy, { replaced, keep: true });
  const old = d.directory(ROOT_OID, "old");
  const fresh = d.directory(dir, "fresh");
  d.file(fresh, "inside");
  d.rename([dir, "fresh"], [ROOT_OID, "old"], fresh, { replaced: old, keep: true });
  const gone = d.directory(dir, "gone");
  d.remove(dir, "gone", gone, { directory: true, keep: true });
  d.remove(ROOT_OID, "old", fresh, { directory: true });
  const unnamed = d.oid();
  d.create(dir, "", { oid: unnamed, as: USER });
  d.write(unnamed, 0, "late");
  d.link(unnamed, dir, "late");
  const unnamed2 = d.oid();
  d.create(dir, "", { oid: unnamed2 });
  d.change({ kind: "purge", oid: unnamed2 }, [unnamed2]);
  d.change({ kind: "purge", oid: gone }, [gone]);
  d.remove(dir, "other", file);
  d.remove(dir, "file", file);
  const empty = d.directory(ROOT_OID, "empty");
  d.remove(ROOT_OID, "empty", empty, { directory: true });
  d.remove(ROOT_OID, "empty", toOid(empty), { directory: true, touches: [ROOT_OID] });
}
