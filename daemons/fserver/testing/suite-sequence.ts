import assert from "node:assert/strict";
import { clientId, fileName, type Oid, ROOT_OID, version } from "../../core/brand.ts";
import { type Body, StoreDriver } from "./store-driver.ts";
import type { StoreUnderTest } from "./store-suite.ts";
import { tester } from "./suite-test.ts";

/** Sessions, numbers, and each change once. */
export function sequenceSuite(kind: string, open: () => StoreUnderTest, skip: string | false): void {
  const test = tester(kind, open, skip);

  test("numbers are given out once", (d) => {
    const one = d.store.drawOids(100);
    const two = d.store.drawOids(1);
    assert.equal(one.to - one.from, 100);
    assert(one.from > ROOT_OID && two.from >= one.to && two.to === two.from + 1);
    assert.notEqual(d.store.drawClientId(), d.store.drawClientId());
  });

  test("a session is known from register to end, and registering again changes nothing", (d) => {
    const client = d.store.drawClientId();
    assert.equal(d.store.position(client), undefined);
    d.store.register(client);
    assert.deepEqual([d.store.position(client), d.store.sessions().includes(client)], [0, true]);
    d.file(ROOT_OID, "file");
    d.store.register(d.client);
    assert.equal(d.store.position(d.client), 1);
    d.store.end(client);
    assert.deepEqual([d.store.position(client), d.store.sessions().includes(client)], [undefined, false]);
    d.store.end(client);
  });

  test("a session that was fenced, or has ended, is known as such, also where it was never known before", (d) => {
    const [first, second, third] = [d.store.drawClientId(), d.store.drawClientId(), d.store.drawClientId()];
    d.store.register(first);
    const standings = (): readonly string[] => [first, second, third].map((client) => d.store.standing(client));
    assert.deepEqual(standings(), ["open", "unknown", "unknown"]);
    d.store.fence(first);
    d.store.fence(second);
    d.store.end(third);
    assert.deepEqual(standings(), ["fenced", "fenced", "ended"]);
    assert.equal(d.store.position(second), 0);
    d.store.end(first);
    d.store.register(first);
    d.store.fence(third);
    assert.deepEqual(standings(), ["ended", "fenced", "ended"]);
  });

  test("the changes of a session can be recalled, whatever came of them", (d) => {
    const other = new StoreDriver(d.store);
    const file = d.file(ROOT_OID, "file");
    other.file(ROOT_OID, "other");
    assert.equal(d.create(ROOT_OID, "file"), "EEXIST");
    assert.equal(d.write(file, 3, "text"), "done");
    assert.equal(d.write(file, 0, Buffer.alloc(300_000, 1)), "done");
    const recalled: unknown[] = [];
    d.store.recall(d.client, (change, length) => recalled.push([change.kind, change.origin.seq, length]));
    assert.deepEqual(recalled, [
      ["create", 1, 0],
      ["create", 2, 0],
      ["write", 3, 4],
      ["write", 4, 300_000],
    ]);
  });

  test("changes of an unknown session are refused", (d) => {
    const change = d.build({ kind: "purge", oid: ROOT_OID }, []);
    assert.deepEqual(d.store.apply(clientId(999_999), change), { kind: "unknown-client" });
  });

  test("a change out of order is refused, with where it should go on", (d) => {
    d.file(ROOT_OID, "file");
    d.seq += 1;
    assert.equal(d.create(ROOT_OID, "late"), "gap");
    assert.deepEqual(d.last, { kind: "gap", applied: 1 });
    assert.deepEqual(d.names(), ["file"]);
  });

  test("a repeated change is not done again, and has the outcome of its first time", (d) => {
    const file = d.file(ROOT_OID, "file");
    const write = d.build({ kind: "write", oid: file, offset: 0, killPrivileges: 0, data: Buffer.from("new") }, [file]);
    const clash = {
      kind: "create" as const,
      parent: ROOT_OID,
      name: fileName("file"),
      mode: 0o100644,
      umask: 0,
      rdev: 0,
      target: fileName(""),
    };
    assert.equal(d.apply(write), "done");
    const failing = d.build({ ...clash, oid: d.oid() }, []);
    assert.equal(d.apply(failing), "EEXIST");
    const other = d.oid();
    const made = d.build({ ...clash, name: fileName("other"), oid: other }, [ROOT_OID, other]);
    assert.equal(d.apply(made), "done");
    const told = d.told;
    const copy = d.build({ kind: "copyRange", from: file, fromOffset: 1, to: file, toOffset: 3, length: 2 }, [file]);
    assert.equal(d.apply(copy), "done");
    const before = d.attributes(ROOT_OID);
    assert.equal(d.apply(write), "done");
    assert.equal(d.last?.kind, "repeated");
    assert.equal(d.content(file), "newew");
    assert.equal(d.apply(failing), "EEXIST");
    assert.equal(d.apply(made), "done");
    assert.deepEqual(d.told, told);
    assert.equal(d.apply(copy), "done");
    assert.equal(d.last?.kind === "repeated" && d.last.outcome.count, 2);
    assert.deepEqual(d.attributes(ROOT_OID), before);
    assert.equal(d.store.position(d.client), 5);
  });

  test("each client has its own sequence", (d) => {
    const other = new StoreDriver(d.store);
    d.file(ROOT_OID, "a");
    other.file(ROOT_OID, "b");
    d.file(ROOT_OID, "c");
    assert.deepEqual([d.store.position(d.client), d.store.position(other.client)], [2, 1]);
    assert.deepEqual(d.names(), ["a", "b", "c"]);
  });

  test("a change that expects another version of an object is refused, and does nothing", (d) => {
    const file = d.file(ROOT_OID, "file");
    const body = { kind: "write" as const, oid: file, offset: 0, killPrivileges: 0, data: Buffer.from("x") };
    const change = d.build(body, [file]);
    const origin = { ...change.origin, touches: [{ oid: file, version: version(3) }] };
    assert.equal(d.apply({ ...body, origin }), "version");
    assert.deepEqual(d.last, { kind: "version", oid: file, have: 1, want: 3 });
    assert.equal(d.content(file), "");
    assert.equal(d.store.position(d.client), 1);
    assert.equal(d.apply(change), "done");
    assert.equal(d.attributes(file).version, 2);
  });

  test("a change that fails takes its number, counts for the versions, and changes nothing else", (d) => {
    const dir = d.directory(ROOT_OID, "dir");
    const file = d.file(dir, "file");
    const before = [d.attributes(ROOT_OID), d.attributes(dir), d.attributes(file)];
    assert.equal(d.remove(ROOT_OID, "dir", dir, { directory: true }), "ENOTEMPTY");
    assert.equal(d.create(dir, "file"), "EEXIST");
    assert.equal(d.write(dir, 0, "x"), "EISDIR");
    const counts = [1, 3, 0];
    assert.deepEqual(
      [d.attributes(ROOT_OID), d.attributes(dir), d.attributes(file)],
      before.map((one, place) => ({ ...one, version: one.version + (counts[place] ?? 0) })),
    );
    assert.equal(d.store.position(d.client), 5);
  });

  test("changes of an object that could not be made fail one after the other, and what is sent behind them fits", (d) => {
    d.file(ROOT_OID, "name");
    const made = d.oid();
    const touches = (...pairs: readonly (readonly [Oid, number])[]) =>
      pairs.map(([oid, next]) => ({ oid, version: version(next) }));
    const all = [
      { body: bodyOfCreate("name", made), touches: touches([ROOT_OID, 3], [made, 1]), said: "EEXIST" },
      { body: bodyOfWrite(made), touches: touches([made, 2]), said: "ESTALE" },
      { body: bodyOfRemove("name", made), touches: touches([ROOT_OID, 4], [made, 3]), said: "ESTALE" },
      { body: bodyOfCreate("other", d.oid()), touches: touches([ROOT_OID, 5]), said: "done" },
    ];
    for (const { body, touches, said } of all) {
      const change = d.build(body, []);
      assert.equal(d.apply({ ...change, origin: { ...change.origin, touches } }), said);
    }
    assert.deepEqual([d.names(), d.attributes(ROOT_OID).version], [["name", "other"], 5]);
  });

  test("a change of an object that is gone fails, but not where another of its objects has another version", (d) => {
    const file = d.file(ROOT_OID, "file");
    assert.equal(d.remove(ROOT_OID, "file", file), "done");
    assert.equal(d.write(file, 0, "x"), "ESTALE");
    const change = d.build(bodyOfRemove("file", file), []);
    const touches = [
      { oid: file, version: version(4) },
      { oid: ROOT_OID, version: version(7) },
    ];
    assert.equal(d.apply({ ...change, origin: { ...change.origin, touches } }), "version");
    assert.equal(d.store.position(d.client), 3);
  });

  test("versions count the changes of each object", (d) => {
    const dir = d.directory(ROOT_OID, "dir");
    const file = d.file(dir, "file");
    d.write(file, 0, "x");
    d.rename([dir, "file"], [ROOT_OID, "moved"], file);
    assert.deepEqual(
      [d.attributes(ROOT_OID), d.attributes(dir), d.attributes(file)].map((a) => a.version),
      [3, 3, 3],
    );
  });
}

const bodyOfCreate = (name: string, oid: Oid): Body => ({
  kind: "create",
  parent: ROOT_OID,
  name: fileName(name),
  oid,
  mode: 0o100644,
  umask: 0,
  rdev: 0,
  target: fileName(""),
});

const bodyOfWrite = (oid: Oid): Body => ({
  kind: "write",
  oid,
  offset: 0,
  killPrivileges: 0,
  data: Buffer.from("x"),
});

const bodyOfRemove = (name: string, oid: Oid): Body => ({
  kind: "remove",
  parent: ROOT_OID,
  name: fileName(name),
  oid,
  directory: 0,
  keep: 0,
});
