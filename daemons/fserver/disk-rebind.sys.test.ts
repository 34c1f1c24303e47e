import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test as nodeTest } from "node:test";
import { fileName, oid, ROOT_OID, type Oid } from "../core/brand.ts";
import { ROOT_CALLER } from "../core/caller.ts";
import type { DiskStore } from "./disk-store.ts";
import { StoreDriver } from "./testing/store-driver.ts";
import { needsRoot, type TemporaryExport, temporaryExport } from "./testing/temporary-export.ts";

const test = (name: string, run: (place: TemporaryExport) => void): void => {
  nodeTest(name, { skip: needsRoot }, () => {
    const place = temporaryExport();
    try {
      run(place);
    } finally {
      place.remove();
    }
  });
};

const meant = (store: DiskStore, name: string): Oid | string => {
  const found = store.lookup(ROOT_OID, fileName(name), ROOT_CALLER);
  return found.ok ? found.value.oid : found.errno;
};
const rebound = (store: DiskStore, name: string, which: Oid): string => {
  const result = store.rebind(ROOT_OID, fileName(name), which);
  return result.ok ? "done" : result.errno;
};

test("a file that an editor has replaced is the same object again, with its version and other content", ({
  root,
  open,
}) => {
  const store = open();
  const file = new StoreDriver(store).file(ROOT_OID, "file");
  const before = store.attributes(file);
  writeFileSync(join(root, ".new"), "saved");
  renameSync(join(root, ".new"), join(root, "file"));
  assert.equal(meant(store, "file"), "ENOENT");
  assert.equal(rebound(store, "file", file), "done");
  assert.equal(meant(store, "file"), file);
  const after = store.attributes(file);
  assert.ok(before.ok && after.ok);
  assert.deepEqual([after.value.version, after.value.size], [before.value.version, 5]);
  assert.equal(rebound(store, "file", file), "EEXIST");
  store.close();
  const again = open();
  assert.equal(meant(again, "file"), file);
  again.close();
});

test("what was removed comes back empty: a file, a directory", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const file = d.file(ROOT_OID, "file");
  const directory = d.directory(ROOT_OID, "dir");
  rmSync(join(root, "file"));
  rmdirSync(join(root, "dir"));
  assert.deepEqual([rebound(store, "file", file), rebound(store, "dir", directory)], ["done", "done"]);
  assert.deepEqual([meant(store, "file"), meant(store, "dir")], [file, directory]);
  assert.deepEqual(
    [statSync(join(root, "file")).mode & 0o777, statSync(join(root, "dir")).mode & 0o777],
    [0o600, 0o700],
  );
  store.close();
});

test("an object that has its file, one that never was, and a name of another kind or of ours are refused", ({
  root,
  open,
}) => {
  const store = open();
  const d = new StoreDriver(store);
  const file = d.file(ROOT_OID, "file");
  const lost = d.file(ROOT_OID, "lost");
  rmSync(join(root, "lost"));
  mkdirSync(join(root, "hand"));
  assert.equal(rebound(store, "other", file), "EEXIST");
  assert.equal(rebound(store, "file", lost), "EEXIST");
  assert.equal(rebound(store, "hand", lost), "EINVAL");
  assert.equal(rebound(store, "other", oid(4_711)), "ESTALE");
  assert.equal(rebound(store, ".pohmelfs", lost), "EPERM");
  assert.equal(rebound(store, "lost", lost), "done");
  store.close();
});
