import assert from "node:assert/strict";
import { S_IFIFO } from "../../core/attributes.ts";
import { oid as toOid, ROOT_OID } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { LIMIT, SET } from "../../wire/messages.ts";
import { COPY_BYTES_MAX } from "../core/copy-limit.ts";
import type { StoreDriver } from "./store-driver.ts";
import type { StoreUnderTest } from "./store-suite.ts";
import { tester } from "./suite-test.ts";

const SEEK_DATA = 3;
const SEEK_HOLE = 4;
const found = (result: ReturnType<StoreDriver["store"]["seek"]>): number | string =>
  result.ok ? result.value : result.errno;

/** What is in objects: bytes, sizes, times, extended attributes. */
export function contentSuite(kind: string, open: () => StoreUnderTest, skip: string | false): void {
  const test = tester(kind, open, skip);

  test("what is written is read", (d) => {
    const file = d.file(ROOT_OID, "file");
    assert.equal(d.write(file, 0, "hello"), "done");
    assert.equal(d.write(file, 5, " world"), "done");
    assert.equal(d.write(file, 1, "E"), "done");
    assert.equal(d.content(file), "hEllo world");
    const { size, mtime, ctime, version } = d.attributes(file);
    assert.deepEqual([size, mtime, ctime, version], [11, d.time, d.time, 4]);
    const into = Buffer.alloc(100, "x");
    assert.deepEqual(d.store.read(file, 6, 3, into), { ok: true, value: 3 });
    assert.equal(into.toString("latin1", 0, 4), "worx");
    assert.deepEqual(d.store.read(file, 6, 100, into), { ok: true, value: 5 });
    assert.deepEqual(d.store.read(file, 11, 5, into), { ok: true, value: 0 });
    assert.deepEqual(d.store.read(file, 2 ** 40, 5, into), { ok: true, value: 0 });
  });

  test("a megabyte at an odd place of a sparse file is whole", (d) => {
    const file = d.file(ROOT_OID, "file");
    const data = Buffer.alloc(LIMIT.dataBytes);
    for (let at = 0; at < data.length; at += 4) data.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
    const offset = 5 * 2 ** 30 + 17;
    assert.equal(d.write(file, offset, data), "done");
    const into = Buffer.alloc(data.length);
    assert.deepEqual(d.store.read(file, offset, data.length, into), { ok: true, value: data.length });
    assert(into.equals(data));
    assert.equal(d.attributes(file).size, offset + data.length);
    assert(d.attributes(file).blocks < 4_096);
    assert.deepEqual(d.store.read(file, 1_000_000, 8, into), { ok: true, value: 8 });
    assert.deepEqual([...into.subarray(0, 8)], [0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("only files are read and written", (d) => {
    const into = Buffer.alloc(10);
    assert.equal(d.write(ROOT_OID, 0, "x"), "EISDIR");
    assert.deepEqual(d.store.read(ROOT_OID, 0, 1, into), { ok: false, errno: "EISDIR" });
    const fifo = d.oid();
    assert.equal(d.create(ROOT_OID, "fifo", { oid: fifo, mode: S_IFIFO | 0o600 }), "done");
    assert.equal(d.write(fifo, 0, "x"), "EINVAL");
    assert.deepEqual(d.store.read(fifo, 0, 1, into), { ok: false, errno: "EINVAL" });
    assert.equal(d.write(toOid(4_000_000), 0, "x", { touches: [] }), "ESTALE");
    assert.deepEqual(d.store.read(toOid(4_000_000), 0, 1, into), { ok: false, errno: "ESTALE" });
  });

  test("writing where no file can reach changes nothing", (d) => {
    const file = d.file(ROOT_OID, "file");
    d.write(file, 0, "text");
    const before = d.attributes(file);
    assert.equal(d.write(file, Number.MAX_SAFE_INTEGER - 10, "x"), "EFBIG");
    assert.deepEqual(d.attributes(file), { ...before, version: before.version + 1 });
  });

  test("a size is set both ways, and what comes in is zero", (d) => {
    const file = d.file(ROOT_OID, "file");
    d.write(file, 0, "0123456789");
    assert.equal(d.set(file, { set: SET.size | SET.checked, size: 4 }), "done");
    assert.deepEqual([d.told.size, d.told.mtime, d.told.ctime], [4, d.time, d.time]);
    assert.equal(d.set(file, { set: SET.size, size: 8 }), "done");
    assert.equal(d.content(file), "0123\0\0\0\0");
    assert.equal(d.set(ROOT_OID, { set: SET.size, size: 0 }), "EISDIR");
  });

  test("times are set to the nanosecond, each for itself, also before 1970", (d) => {
    const file = d.file(ROOT_OID, "file");
    const atime = { sec: 1_234_567_890, nsec: 123_456_789 };
    const mtime = { sec: -1_000_000, nsec: 999_999_999 };
    assert.equal(d.set(file, { set: SET.atime, atime, mtime }), "done");
    assert.deepEqual(d.told.atime, atime);
    assert.notDeepEqual(d.told.mtime, mtime);
    assert.equal(d.set(file, { set: SET.mtime, atime: mtime, mtime }), "done");
    assert.deepEqual([d.told.atime, d.told.mtime, d.told.ctime], [atime, mtime, d.time]);
    const link = d.symlink(ROOT_OID, "link", "file");
    assert.equal(d.set(link, { set: SET.mtime | SET.atime, atime, mtime }), "done");
    assert.deepEqual([d.attributes(link).atime, d.attributes(link).mtime], [atime, mtime]);
  });

  test("reading leaves atime as it is", (d) => {
    const file = d.file(ROOT_OID, "file");
    d.write(file, 0, "text");
    const { atime } = d.attributes(file);
    d.content(file);
    d.names();
    assert.deepEqual(d.attributes(file).atime, atime);
  });

  test("mode and owner are set together, and giving a file away takes set-user-ID", (d) => {
    const file = d.file(ROOT_OID, "file", { mode: 0o4755 });
    assert.equal(d.set(file, { set: SET.uid | SET.gid, uid: 1000, gid: 1001 }), "done");
    assert.deepEqual([d.told.uid, d.told.gid, d.told.mode], [1000, 1001, 0o100755]);
    assert.equal(d.set(file, { set: SET.mode | SET.uid, mode: 0o6711, uid: 7 }), "done");
    assert.deepEqual([d.told.uid, d.told.mode], [7, 0o106711]);
    assert.equal(d.write(file, 0, "x", { kill: true }), "done");
    assert.equal(d.attributes(file).mode, 0o100711);
    assert.equal(d.set(file, { set: SET.mode, mode: 0o4711 }), "done");
    assert.equal(d.set(file, { set: SET.size | SET.killPrivileges | SET.checked, size: 0 }), "done");
    assert.equal(d.told.mode, 0o100711);
  });

  test("owner of a symbolic link is its own, a mode it has none", (d) => {
    const file = d.file(ROOT_OID, "file");
    const link = d.symlink(ROOT_OID, "link", "file");
    assert.equal(d.set(link, { set: SET.uid, uid: 1000 }), "done");
    assert.deepEqual([d.attributes(link).uid, d.attributes(file).uid], [1000, 0]);
    assert.equal(d.set(link, { set: SET.mode, mode: 0o600 }), "EOPNOTSUPP");
    assert.equal(d.attributes(file).mode, 0o100644);
  });

  test("holes and data are found", (d) => {
    const file = d.file(ROOT_OID, "file");
    d.write(file, 1_048_576, "data");
    d.set(file, { set: SET.size, size: 3 * 1_048_576 });
    assert.equal(found(d.store.seek(file, 0, SEEK_DATA)), 1_048_576);
    assert.equal(found(d.store.seek(file, 0, SEEK_HOLE)), 0);
    assert.equal(found(d.store.seek(file, 1_048_576, SEEK_HOLE)), 1_048_576 + 4_096);
    assert.equal(found(d.store.seek(file, 2 * 1_048_576, SEEK_DATA)), "ENXIO");
    assert.equal(found(d.store.seek(file, 3 * 1_048_576, SEEK_HOLE)), "ENXIO");
    assert.equal(found(d.store.seek(ROOT_OID, 0, SEEK_DATA)), "EINVAL");
  });

  test("space is taken, given back and zeroed", (d) => {
    const file = d.file(ROOT_OID, "file");
    d.write(file, 0, Buffer.alloc(32_768, "x"));
    const allocate = (mode: number, offset: number, length: number) =>
      d.change({ kind: "allocate", oid: file, mode, offset, length }, [file]);
    assert.equal(allocate(0, 32_768, 32_768), "done");
    assert.deepEqual([d.told.size, d.told.mtime], [65_536, d.time]);
    assert.equal(allocate(1, 65_536, 32_768), "done");
    assert.equal(d.told.size, 65_536);
    assert.equal(allocate(3, 8_192, 8_192), "done");
    assert.equal(allocate(16, 100, 10), "done");
    const text = d.content(file);
    assert.equal(text.slice(0, 100), "x".repeat(100));
    assert.equal(text.slice(100, 110), "\0".repeat(10));
    assert.equal(text.slice(8_192, 16_384), "\0".repeat(8_192));
    assert.equal(text.slice(16_384, 32_768), "x".repeat(16_384));
    assert.equal(allocate(8, 0, 4_096), "EOPNOTSUPP");
    assert.equal(allocate(0, 0, 0), "EINVAL");
  });

  test("a range is copied, as far as there is something and not too much at once", (d) => {
    const from = d.file(ROOT_OID, "from");
    const to = d.file(ROOT_OID, "to");
    d.write(from, 0, "0123456789");
    const copy = (more: object) =>
      d.change({ kind: "copyRange", from, fromOffset: 0, to, toOffset: 0, length: 100, ...more }, [to]);
    const count = () => (d.last?.kind === "applied" ? d.last.outcome.count : -1);
    assert.equal(copy({ fromOffset: 2, toOffset: 5, length: 3 }), "done");
    assert.deepEqual([count(), d.content(to), d.told.oid], [3, "\0\0\0\0\0" + "234", to]);
    assert.equal(copy({ fromOffset: 5 }), "done");
    assert.deepEqual([count(), d.content(to)], [5, "56789234"]);
    assert.deepEqual(d.attributes(to).mtime, d.time);
    assert.equal(copy({ fromOffset: 10 }), "done");
    assert.equal(count(), 0);
    assert.equal(copy({ to: from, toOffset: 10 }), "done");
    assert.equal(d.content(from), "01234567890123456789");
    assert.equal(copy({ to: from, toOffset: 5 }), "EINVAL");
    d.set(from, { set: SET.size, size: COPY_BYTES_MAX + 1 });
    assert.equal(copy({ length: COPY_BYTES_MAX + 1 }), "done");
    assert.equal(count(), COPY_BYTES_MAX);
  });

  test("extended attributes are kept, replaced, listed and removed", (d) => {
    const file = d.file(ROOT_OID, "file");
    const get = (name: string, as = ROOT_CALLER) => {
      const value = d.store.getXattr(file, name as never, as);
      return value.ok ? Buffer.from(value.value).toString() : value.errno;
    };
    const list = (as = ROOT_CALLER) => {
      const names = d.store.listXattr(file, as);
      assert(names.ok);
      return Buffer.from(names.value).toString().split("\0").filter(Boolean).sort();
    };
    assert.equal(d.setXattr(file, "user.one", "1"), "done");
    assert.deepEqual([d.told.ctime, d.told.version], [d.time, 2]);
    assert.equal(d.setXattr(file, "user.one", "2", { flags: 1 }), "EEXIST");
    assert.equal(d.setXattr(file, "user.two", "2", { flags: 2 }), "ENODATA");
    assert.equal(d.setXattr(file, "user.one", "one", { flags: 2 }), "done");
    assert.equal(d.setXattr(file, "user.empty", ""), "done");
    assert.equal(d.setXattr(file, "trusted.secret", "s"), "done");
    const user = { uid: 1000, gid: 1000, groups: [] };
    assert.deepEqual([get("user.one"), get("user.empty"), get("user.no")], ["one", "", "ENODATA"]);
    assert.deepEqual([get("trusted.secret"), get("trusted.secret", user)], ["s", "ENODATA"]);
    assert.deepEqual(list(), ["trusted.secret", "user.empty", "user.one"]);
    assert.deepEqual(list(user), ["user.empty", "user.one"]);
    assert.equal(d.change({ kind: "removeXattr", oid: file, name: "user.one" as never }, [file]), "done");
    assert.equal(d.change({ kind: "removeXattr", oid: file, name: "user.one" as never }, [file]), "ENODATA");
    assert.deepEqual(list(user), ["user.empty"]);
  });

  test("an object is bare while it has no extended attribute but ours", (d) => {
    const objects = [d.file(ROOT_OID, "file"), d.directory(ROOT_OID, "dir"), d.symlink(ROOT_OID, "link", "file")];
    for (const oid of objects) {
      assert.equal(d.store.isBare(oid), true);
      assert.equal(d.setXattr(oid, "trusted.one", "1"), "done");
      assert.equal(d.store.isBare(oid), false);
      assert.equal(d.change({ kind: "removeXattr", oid, name: "trusted.one" as never }, [oid]), "done");
      assert.equal(d.store.isBare(oid), true);
    }
    assert.equal(d.store.isBare(d.oid()), false);
  });

  test("our own extended attribute is not there, and cannot be set", (d) => {
    const file = d.file(ROOT_OID, "file");
    const name = "trusted.pohmelfs" as never;
    assert.deepEqual(d.store.getXattr(file, name, ROOT_CALLER), { ok: false, errno: "ENODATA" });
    assert.equal(d.setXattr(file, name, "x"), "EPERM");
    assert.equal(d.change({ kind: "removeXattr", oid: file, name }, [file]), "EPERM");
    assert.equal((d.at(ROOT_OID, "file") as { oid: number }).oid, file);
  });

  test("syncing says when it is done", (d) => {
    const file = d.file(ROOT_OID, "file");
    d.write(file, 0, "text");
    const results: unknown[] = [];
    for (const oid of [file, ROOT_OID, d.symlink(ROOT_OID, "link", "x"), toOid(4_000_000)]) {
      d.store.sync(oid, (result) => results.push(result.ok ? "done" : result.errno));
    }
    assert.deepEqual(results, ["done", "done", "done", "ESTALE"]);
  });

  test("space can be told and put aside", (d) => {
    const file = d.file(ROOT_OID, "file");
    d.write(file, 0, "text");
    const space = d.store.space();
    assert(space.ok);
    assert(space.value.blocks >= space.value.blocksFree && space.value.blockSize >= 512);
    assert.deepEqual(d.store.reserve(file, 0, 1_048_576), { ok: true, value: undefined });
    assert.deepEqual(d.store.reserve(ROOT_OID, 0, 0), { ok: true, value: undefined });
    assert.equal(d.content(file), "text");
  });
}
