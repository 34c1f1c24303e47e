import assert from "node:assert/strict";
import { S_IFBLK, S_IFDIR } from "../../core/attributes.ts";
import { ROOT_OID } from "../../core/brand.ts";
import { SET } from "../../wire/messages.ts";
import type { StoreUnderTest } from "./store-suite.ts";
import { tester } from "./suite-test.ts";

const ANNA = { uid: 1000, gid: 1000, groups: [1000, 3000] };
const BERT = { uid: 2000, gid: 2000, groups: [2000, 3000] };
const CARL = { uid: 4000, gid: 4000, groups: [] };

/** Two users and more: what the kernel would allow them. */
export function rightsSuite(kind: string, open: () => StoreUnderTest, skip: string | false): void {
  const test = tester(kind, open, skip);

  test("names are made and removed by who may write the directory", (d) => {
    const dir = d.directory(ROOT_OID, "annas", { as: ANNA, mode: 0o750 });
    const file = d.file(dir, "file", { as: ANNA });
    assert.equal(d.create(dir, "bert", { as: BERT }), "EACCES");
    assert.equal(d.remove(dir, "file", file, { as: BERT }), "EACCES");
    assert.equal(d.rename([dir, "file"], [dir, "bert"], file, { as: BERT }), "EACCES");
    assert.equal(d.link(file, dir, "bert", { as: BERT }), "EACCES");
    assert.equal(d.at(dir, "file", BERT), "EACCES");
    assert.equal(typeof d.at(dir, "file", ANNA), "object");
    assert.equal(d.set(dir, { set: SET.mode, mode: 0o711 }, { as: ANNA }), "done");
    assert.equal(typeof d.at(dir, "file", BERT), "object");
    assert.equal(d.at(dir, "nothing", BERT), "ENOENT");
    assert.deepEqual(d.names(dir), ["file"]);
  });

  test("a supplementary group counts", (d) => {
    const dir = d.directory(ROOT_OID, "shared", { mode: 0o770 });
    assert.equal(d.set(dir, { set: SET.gid, gid: 3000 }), "done");
    assert.equal(d.create(dir, "anna", { as: ANNA }), "done");
    assert.equal(d.create(dir, "bert", { as: BERT }), "done");
    assert.equal(d.create(dir, "carl", { as: CARL }), "EACCES");
    assert.equal(d.create(dir, "carl", { as: { ...CARL, groups: [7, 3000] } }), "done");
    assert.equal(d.create(dir, "carl2", { as: CARL }), "EACCES");
  });

  test("in a sticky directory one removes only one's own", (d) => {
    const dir = d.directory(ROOT_OID, "tmp", { mode: 0o1777 });
    const file = d.file(dir, "annas", { as: ANNA, mode: 0o666 });
    const below = d.directory(dir, "dir", { as: ANNA, mode: 0o777 });
    const berts = d.file(dir, "berts", { as: BERT });
    assert.equal(d.remove(dir, "annas", file, { as: BERT }), "EPERM");
    assert.equal(d.remove(dir, "annas", file, { as: BERT, keep: true }), "EPERM");
    assert.equal(d.remove(dir, "dir", below, { as: BERT, directory: true }), "EPERM");
    assert.equal(d.remove(dir, "dir", below, { as: BERT, directory: true, keep: true }), "EPERM");
    assert.equal(d.rename([dir, "annas"], [dir, "x"], file, { as: BERT }), "EPERM");
    assert.equal(d.rename([dir, "berts"], [dir, "annas"], berts, { as: BERT, replaced: file }), "EPERM");
    assert.equal(d.rename([dir, "berts"], [dir, "annas"], berts, { as: BERT, replaced: file, keep: true }), "EPERM");
    assert.deepEqual([d.names(dir), d.store.orphans()], [["annas", "berts", "dir"], []]);
    assert.equal(d.remove(dir, "dir", below, { as: ANNA, directory: true, keep: true }), "done");
    assert.equal(d.remove(dir, "annas", file, { as: ANNA }), "done");
  });

  test("a set-group-ID directory passes its group on", (d) => {
    const dir = d.directory(ROOT_OID, "dir");
    assert.equal(d.set(dir, { set: SET.gid, gid: 3000 }), "done");
    assert.equal(d.set(dir, { set: SET.mode, mode: 0o2777 }), "done");
    d.file(dir, "file", { as: ANNA });
    assert.deepEqual([d.told.gid, d.told.uid, d.told.mode], [3000, 1000, 0o100644]);
    d.directory(dir, "below", { as: ANNA });
    assert.deepEqual([d.told.gid, d.told.mode], [3000, S_IFDIR | 0o2755]);
    d.file(dir, "program", { as: CARL, mode: 0o2775 });
    assert.deepEqual([d.told.gid, d.told.mode], [3000, 0o100775]);
    assert.equal(d.create(dir, "", { as: ANNA }), "done");
    assert.equal(d.told.gid, 3000);
  });

  test("mode and owner are changed by the owner, within limits", (d) => {
    const file = d.file(ROOT_OID, "file", { as: ANNA, mode: 0o666 });
    assert.equal(d.set(file, { set: SET.mode, mode: 0o777 }, { as: BERT }), "EPERM");
    assert.equal(d.set(file, { set: SET.uid, uid: 2000 }, { as: ANNA }), "EPERM");
    assert.equal(d.set(file, { set: SET.gid, gid: 2000 }, { as: ANNA }), "EPERM");
    assert.equal(d.set(file, { set: SET.gid, gid: 3000 }, { as: BERT }), "EPERM");
    assert.equal(d.set(file, { set: SET.gid, gid: 3000 }, { as: ANNA }), "done");
    assert.equal(d.set(file, { set: SET.mode, mode: 0o2711 }, { as: ANNA }), "done");
    assert.equal(d.told.mode, 0o102711);
    assert.equal(d.set(file, { set: SET.gid, gid: 2000 }), "done");
    assert.equal(d.set(file, { set: SET.mode, mode: 0o2711 }, { as: ANNA }), "done");
    assert.equal(d.told.mode, 0o100711);
    assert.equal(d.set(file, { set: SET.uid | SET.mode, uid: 1000, mode: 0o600 }, { as: ANNA }), "done");
  });

  test("a change of several attributes is done as a whole or not at all", (d) => {
    const file = d.file(ROOT_OID, "file", { as: ANNA, mode: 0o644 });
    d.write(file, 0, "text");
    const before = d.attributes(file);
    const what = { set: SET.mode | SET.gid, mode: 0o600, gid: 9999 };
    assert.equal(d.set(file, what, { as: ANNA }), "EPERM");
    assert.equal(d.set(file, { set: SET.mode | SET.size, mode: 0o600, size: 2 ** 52 }, { as: ANNA }), "EFBIG");
    assert.equal(d.set(file, { set: SET.mode | SET.size, mode: 0o600, size: 0 }, { as: BERT }), "EACCES");
    assert.deepEqual(d.attributes(file), { ...before, version: before.version + 3 });
  });

  test("a size is set by who may write, or by a descriptor that was opened for it", (d) => {
    const file = d.file(ROOT_OID, "file", { as: ANNA, mode: 0o444 });
    assert.equal(d.set(file, { set: SET.size, size: 10 }, { as: ANNA }), "EACCES");
    assert.equal(d.set(file, { set: SET.size | SET.checked, size: 10 }, { as: ANNA }), "done");
    assert.equal(d.set(file, { set: SET.mode, mode: 0o646 }, { as: ANNA }), "done");
    assert.equal(d.set(file, { set: SET.size, size: 5 }, { as: BERT }), "done");
  });

  test("any time is set by the owner, the present one by who may write", (d) => {
    const file = d.file(ROOT_OID, "file", { as: ANNA, mode: 0o646 });
    const closed = d.file(ROOT_OID, "closed", { as: ANNA, mode: 0o644 });
    const times = { atime: { sec: 5, nsec: 6 }, mtime: { sec: 7, nsec: 8 } };
    const both = SET.atime | SET.mtime;
    assert.equal(d.set(file, { set: both, ...times }, { as: BERT }), "EPERM");
    assert.equal(d.set(file, { set: both | SET.now, ...times }, { as: BERT }), "done");
    assert.equal(d.set(closed, { set: both | SET.now, ...times }, { as: BERT }), "EACCES");
    assert.equal(d.set(closed, { set: both, ...times }, { as: ANNA }), "done");
    assert.deepEqual(d.told.mtime, times.mtime);
  });

  test("devices are made by root alone", (d) => {
    assert.equal(d.create(ROOT_OID, "device", { as: ANNA, mode: S_IFBLK | 0o666, rdev: 0x700 }), "EPERM");
    assert.equal(d.create(ROOT_OID, "device", { mode: S_IFBLK | 0o666, rdev: 0x700 }), "done");
  });

  test("extended attributes are set and read by who may", (d) => {
    const file = d.file(ROOT_OID, "file", { as: ANNA, mode: 0o600 });
    assert.equal(d.setXattr(file, "user.a", "1", { as: BERT }), "EACCES");
    assert.equal(d.setXattr(file, "trusted.a", "1", { as: ANNA }), "EPERM");
    assert.equal(d.setXattr(file, "security.capability", "1", { as: ANNA }), "EPERM");
    assert.equal(d.setXattr(file, "user.a", "1", { as: ANNA }), "done");
    assert.deepEqual(d.store.getXattr(file, "user.a" as never, BERT), { ok: false, errno: "EACCES" });
    assert(d.store.getXattr(file, "user.a" as never, ANNA).ok);
    assert.equal(d.change({ kind: "removeXattr", oid: file, name: "user.a" as never }, [file], { as: BERT }), "EACCES");
  });

  test("after a call for a user the store has all rights again", (d) => {
    const dir = d.directory(ROOT_OID, "closed", { mode: 0o700 });
    assert.equal(d.at(dir, "x", ANNA), "EACCES");
    assert.equal(d.create(dir, "x", { as: ANNA }), "EACCES");
    const file = d.file(dir, "file", { mode: 0o600 });
    assert.equal(d.write(file, 0, "x"), "done");
    assert.deepEqual(d.names(dir), ["file"]);
    assert.deepEqual([d.attributes(file).uid, d.attributes(file).gid], [0, 0]);
  });
}
