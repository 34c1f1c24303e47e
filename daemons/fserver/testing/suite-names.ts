import assert from "node:assert/strict";
import { S_IFCHR, S_IFDIR, S_IFIFO, S_IFMT, S_IFSOCK } from "../../core/attributes.ts";
import { fileName, oid as toOid, ROOT_OID } from "../../core/brand.ts";
import type { StoreUnderTest } from "./store-suite.ts";
import { tester } from "./suite-test.ts";

const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;

/** Objects and their names. */
export function namesSuite(kind: string, open: () => StoreUnderTest, skip: string | false): void {
  const test = tester(kind, open, skip);

  test("a new file is found under its name, with mode, owner and times of the change", (d) => {
    const oid = d.oid();
    const as = { uid: 1000, gid: 1001, groups: [] };
    assert.equal(d.create(ROOT_OID, "file", { oid, mode: 0o100666, umask: 0o027, as }), "done");
    const found = d.at(ROOT_OID, "file");
    assert(typeof found !== "string");
    assert.deepEqual({ ...found, blocks: 0, btime: 0 }, { ...d.told, blocks: 0, btime: 0 });
    assert.equal(found.oid, oid);
    assert.equal(found.version, 1);
    assert.equal(found.mode, 0o100640);
    assert.deepEqual([found.uid, found.gid, found.nlink, found.size], [1000, 1001, 1, 0]);
    for (const time of [found.atime, found.mtime, found.ctime]) assert.deepEqual(time, d.time);
    const parent = d.attributes(ROOT_OID);
    assert.deepEqual([parent.mtime, parent.ctime, parent.version], [d.time, d.time, 2]);
  });

  test("every type of object can be made", (d) => {
    const types = [S_IFDIR, S_IFIFO, S_IFSOCK, S_IFCHR];
    for (const type of types) {
      assert.equal(d.create(ROOT_OID, `o${type}`, { mode: type | 0o700, rdev: type === S_IFCHR ? 0x103 : 0 }), "done");
      assert.equal(d.told.mode, type | 0o700);
    }
    assert.equal(d.told.rdev, 0x103);
    const link = d.symlink(ROOT_OID, "link", "../nowhere/ä");
    const target = d.store.readLink(link);
    assert(target.ok);
    assert.equal(target.value, Buffer.from("../nowhere/ä").toString("latin1"));
    assert.equal(d.attributes(link).size, 13);
  });

  test("a directory counts its subdirectories, or none", (d) => {
    const above = d.directory(ROOT_OID, "above");
    const { nlink } = d.attributes(above);
    d.directory(above, "below");
    assert.equal(d.attributes(above).nlink, nlink === 2 ? 3 : nlink);
  });

  test("a name that is there is not made again", (d) => {
    d.file(ROOT_OID, "file");
    assert.equal(d.create(ROOT_OID, "file"), "EEXIST");
    assert.equal(d.create(ROOT_OID, "file", { mode: S_IFDIR | 0o755 }), "EEXIST");
    assert.equal(d.link(d.file(ROOT_OID, "other"), ROOT_OID, "file"), "EEXIST");
  });

  test("names that lead elsewhere are refused, long ones too", (d) => {
    const file = d.file(ROOT_OID, "file");
    for (const name of [".", "..", "a/b", "/"]) {
      assert.equal(d.create(ROOT_OID, name), "EINVAL", JSON.stringify(name));
      assert.equal(d.at(ROOT_OID, name), "EINVAL");
      assert.equal(d.remove(ROOT_OID, name, file), "EINVAL");
      assert.equal(d.rename([ROOT_OID, "file"], [ROOT_OID, name], file), "EINVAL");
      assert.equal(d.link(file, ROOT_OID, name), "EINVAL");
    }
    // No message, hence no change, holds a longer one.
    assert.equal(d.at(ROOT_OID, "x".repeat(256)), "ENAMETOOLONG");
    assert.equal(d.create(ROOT_OID, "x".repeat(255)), "done");
  });

  test("a name is any 255 bytes", (d) => {
    const bytes = Array.from({ length: 255 }, (_, place) => String.fromCharCode(place + 1)).map((c) =>
      c === "/" ? "?" : c,
    );
    const name = fileName(bytes.join(""));
    const change = d.build(
      { kind: "create", parent: ROOT_OID, name, oid: d.oid(), mode: 0o100600, umask: 0, rdev: 0, target: fileName("") },
      [ROOT_OID],
    );
    assert.equal(d.apply(change), "done");
    const listing = d.store.list(ROOT_OID, 0, 65_536);
    assert(listing.ok);
    assert.deepEqual(
      listing.value.entries.map((entry) => entry.name),
      [name],
    );
    assert(d.store.lookup(ROOT_OID, name, { uid: 0, gid: 0, groups: [] }).ok);
  });

  test("our own folder is not there", (d) => {
    assert.equal(d.at(ROOT_OID, ".pohmelfs"), "ENOENT");
    assert.equal(d.create(ROOT_OID, ".pohmelfs"), "EPERM");
    assert.equal(d.remove(ROOT_OID, ".pohmelfs", toOid(77), { directory: true, touches: [ROOT_OID] }), "ENOENT");
    const file = d.file(ROOT_OID, "file");
    assert.equal(d.rename([ROOT_OID, "file"], [ROOT_OID, ".pohmelfs"], file), "EPERM");
    assert.equal(d.rename([ROOT_OID, ".pohmelfs"], [ROOT_OID, "ours"], file), "ENOENT");
    assert.deepEqual(d.names(), ["file"]);
    const below = d.directory(ROOT_OID, "below");
    assert.equal(d.create(below, ".pohmelfs"), "done");
  });

  test("an object has many names, and lives until the last is gone", (d) => {
    const file = d.file(ROOT_OID, "one");
    d.write(file, 0, "text");
    assert.equal(d.link(file, ROOT_OID, "two"), "done");
    assert.equal(d.told.nlink, 2);
    assert.deepEqual(d.told.ctime, d.time);
    assert.equal(d.remove(ROOT_OID, "one", file), "done");
    assert.deepEqual([d.attributes(file).nlink, d.attributes(file).ctime], [1, d.time]);
    assert.equal(d.content(file), "text");
    assert.equal(d.remove(ROOT_OID, "two", file), "done");
    assert(!d.store.attributes(file).ok);
    assert.deepEqual(d.names(), []);
  });

  test("symbolic links and fifos have many names too, directories have one", (d) => {
    const link = d.symlink(ROOT_OID, "link", "/etc/passwd");
    assert.equal(d.link(link, ROOT_OID, "link2"), "done");
    assert.equal(d.told.mode & S_IFMT, 0o120000);
    assert.equal(d.link(d.directory(ROOT_OID, "dir"), ROOT_OID, "dir2"), "EPERM");
  });

  test("a removal is of the object that was meant", (d) => {
    const file = d.file(ROOT_OID, "file");
    const other = d.file(ROOT_OID, "other");
    assert.equal(d.remove(ROOT_OID, "file", other), "ESTALE");
    assert.equal(d.remove(ROOT_OID, "nothing", file), "ENOENT");
    assert.equal(d.remove(ROOT_OID, "file", file, { directory: true }), "ENOTDIR");
    const dir = d.directory(ROOT_OID, "dir");
    assert.equal(d.remove(ROOT_OID, "dir", dir), "EISDIR");
    d.file(dir, "inside");
    assert.equal(d.remove(ROOT_OID, "dir", dir, { directory: true }), "ENOTEMPTY");
    assert.deepEqual(d.names(), ["dir", "file", "other"]);
  });

  test("nothing is made in what is no directory, or none any more", (d) => {
    const file = d.file(ROOT_OID, "file");
    assert.equal(d.create(file, "below"), "ENOTDIR");
    assert.equal(d.create(toOid(4_000_000), "x", { touches: [] }), "ESTALE");
    const dir = d.directory(ROOT_OID, "dir");
    assert.equal(d.remove(ROOT_OID, "dir", dir, { directory: true, keep: true }), "done");
    assert.equal(d.create(dir, "below"), "ENOENT");
    assert.deepEqual(d.names(dir), []);
  });

  test("rename moves, replaces, and says whom it moved", (d) => {
    const dir = d.directory(ROOT_OID, "dir");
    const file = d.file(ROOT_OID, "file");
    const other = d.file(dir, "other");
    assert.equal(d.rename([ROOT_OID, "file"], [dir, "moved"], file), "done");
    assert.equal(d.told.oid, file);
    assert.deepEqual([d.attributes(ROOT_OID).mtime, d.attributes(dir).mtime], [d.time, d.time]);
    assert.equal(d.rename([dir, "moved"], [dir, "other"], file, { replaced: other }), "done");
    assert(!d.store.attributes(other).ok);
    assert.deepEqual([d.names(), d.names(dir)], [["dir"], ["other"]]);
    assert.equal(d.rename([dir, "nothing"], [dir, "x"], file), "ENOENT");
    assert.equal(d.rename([dir, "other"], [dir, "x"], dir), "ESTALE");
  });

  test("rename refuses what it did not expect at the new name", (d) => {
    const a = d.file(ROOT_OID, "a");
    const b = d.file(ROOT_OID, "b");
    assert.equal(d.rename([ROOT_OID, "a"], [ROOT_OID, "b"], a), "ESTALE");
    assert.equal(d.rename([ROOT_OID, "a"], [ROOT_OID, "c"], a, { replaced: b }), "ESTALE");
    assert.equal(d.rename([ROOT_OID, "a"], [ROOT_OID, "b"], a, { replaced: b, flags: RENAME_NOREPLACE }), "EEXIST");
    assert.equal(d.rename([ROOT_OID, "a"], [ROOT_OID, "b"], a, { flags: RENAME_NOREPLACE }), "EEXIST");
    assert.equal(d.rename([ROOT_OID, "a"], [ROOT_OID, "c"], a, { flags: 4 }), "EINVAL");
    assert.equal(d.rename([ROOT_OID, "a"], [ROOT_OID, "c"], a, { flags: RENAME_NOREPLACE }), "done");
    assert.deepEqual(d.names(), ["b", "c"]);
  });

  test("rename exchanges two names", (d) => {
    const dir = d.directory(ROOT_OID, "dir");
    const a = d.file(ROOT_OID, "a");
    const b = d.directory(dir, "b");
    assert.equal(d.rename([ROOT_OID, "a"], [dir, "b"], a, { replaced: b, flags: RENAME_EXCHANGE }), "done");
    assert.equal((d.at(ROOT_OID, "a") as { oid: number }).oid, b);
    assert.equal((d.at(dir, "b") as { oid: number }).oid, a);
    assert.equal(d.rename([ROOT_OID, "a"], [dir, "c"], b, { flags: RENAME_EXCHANGE }), "ENOENT");
  });

  test("rename keeps directories what they are", (d) => {
    const dir = d.directory(ROOT_OID, "dir");
    const below = d.directory(dir, "below");
    const file = d.file(ROOT_OID, "file");
    const empty = d.directory(ROOT_OID, "empty");
    assert.equal(d.rename([ROOT_OID, "dir"], [below, "loop"], dir), "EINVAL");
    assert.equal(d.rename([ROOT_OID, "dir"], [ROOT_OID, "file"], dir, { replaced: file }), "ENOTDIR");
    assert.equal(d.rename([ROOT_OID, "file"], [ROOT_OID, "dir"], file, { replaced: dir }), "EISDIR");
    assert.equal(d.rename([ROOT_OID, "empty"], [ROOT_OID, "dir"], empty, { replaced: dir }), "ENOTEMPTY");
    assert.equal(d.rename([ROOT_OID, "dir"], [ROOT_OID, "empty"], dir, { replaced: empty }), "done");
    assert.deepEqual(d.names(), ["empty", "file"]);
  });

  test("two names of one object are not renamed onto each other", (d) => {
    const file = d.file(ROOT_OID, "a");
    d.link(file, ROOT_OID, "b");
    assert.equal(d.rename([ROOT_OID, "a"], [ROOT_OID, "b"], file, { replaced: file }), "done");
    const flags = RENAME_NOREPLACE;
    assert.equal(d.rename([ROOT_OID, "a"], [ROOT_OID, "b"], file, { replaced: file, flags }), "EEXIST");
    assert.deepEqual(d.names(), ["a", "b"]);
  });

  test("what is open somewhere lives on as an orphan, until it is purged", (d) => {
    const file = d.file(ROOT_OID, "file");
    d.write(file, 0, "still here");
    assert.equal(d.remove(ROOT_OID, "file", file, { keep: true }), "done");
    assert.deepEqual([d.names(), d.store.orphans()], [[], [file]]);
    assert.equal(d.attributes(file).nlink, 0);
    assert.equal(d.write(file, 10, "!"), "done");
    assert.equal(d.content(file), "still here!");
    assert.equal(d.change({ kind: "purge", oid: file }, [file]), "done");
    assert(!d.store.attributes(file).ok);
    assert.deepEqual(d.store.orphans(), []);
    assert.equal(d.change({ kind: "purge", oid: file }, []), "done");
  });

  test("what is replaced while it is open lives on too, directories as well", (d) => {
    const file = d.file(ROOT_OID, "file");
    const next = d.file(ROOT_OID, "next");
    assert.equal(d.rename([ROOT_OID, "next"], [ROOT_OID, "file"], next, { replaced: file, keep: true }), "done");
    const old = d.directory(ROOT_OID, "old");
    const fresh = d.directory(ROOT_OID, "fresh");
    d.file(fresh, "inside");
    assert.equal(d.rename([ROOT_OID, "fresh"], [ROOT_OID, "old"], fresh, { replaced: old, keep: true }), "done");
    assert.deepEqual(d.names(), ["file", "old"]);
    assert.deepEqual(d.names(fresh), ["inside"]);
    assert.deepEqual([...d.store.orphans()].sort(), [file, old].sort());
    assert.deepEqual(d.names(old), []);
    for (const oid of [file, old]) assert.equal(d.change({ kind: "purge", oid }, [oid]), "done");
    assert.deepEqual(d.store.orphans(), []);
  });

  test("an object that has another name is no orphan, and is not purged", (d) => {
    const file = d.file(ROOT_OID, "a");
    d.link(file, ROOT_OID, "b");
    assert.equal(d.remove(ROOT_OID, "a", file, { keep: true }), "done");
    assert.deepEqual(d.store.orphans(), []);
    assert.equal(d.change({ kind: "purge", oid: file }, [file]), "done");
    assert.equal(d.attributes(file).nlink, 1);
  });

  test("a file made without a name is an orphan until it is linked", (d) => {
    const oid = d.oid();
    assert.equal(d.create(ROOT_OID, "", { oid, mode: 0o100600 }), "done");
    assert.deepEqual([d.told.nlink, d.told.mode, d.store.orphans()], [0, 0o100600, [oid]]);
    d.write(oid, 0, "late");
    assert.equal(d.link(oid, ROOT_OID, "named"), "done");
    assert.deepEqual([d.told.nlink, d.store.orphans()], [1, []]);
    assert.equal(d.content(oid), "late");
    assert.equal(d.change({ kind: "purge", oid }, [oid]), "done");
    assert.deepEqual(d.names(), ["named"]);
  });

  test("objects are counted", (d) => {
    const before = d.store.count();
    const dir = d.directory(ROOT_OID, "dir");
    const file = d.file(dir, "file");
    d.link(file, ROOT_OID, "file2");
    assert.equal(d.store.count(), before + 2);
    d.remove(dir, "file", file);
    assert.equal(d.store.count(), before + 2);
    d.remove(ROOT_OID, "file2", file);
    d.remove(ROOT_OID, "dir", dir, { directory: true });
    assert.equal(d.store.count(), before);
  });
}
