import assert from "node:assert/strict";
import { test } from "node:test";
import { oid, ROOT_OID } from "../core/brand.ts";
import { DiskWorkers } from "../sys/disk-workers.ts";
import { Reactor } from "../sys/reactor.ts";
import { StoreDriver } from "./testing/store-driver.ts";
import { needsRoot, temporaryExport } from "./testing/temporary-export.ts";

test("other threads wait for the disk, also for what is removed meanwhile", { skip: needsRoot }, () => {
  const { open, remove } = temporaryExport();
  const reactor = new Reactor();
  const workers = new DiskWorkers(reactor, 2);
  const store = open({ workers, openFilesMax: 8 });
  const d = new StoreDriver(store);
  const said: string[] = [];
  let left = 0;
  const sync = (file: ReturnType<typeof oid>): void => {
    left += 1;
    store.sync(file, (result) => {
      said.push(result.ok ? "done" : result.errno);
      left -= 1;
      if (left === 0) reactor.stop();
    });
  };
  for (let i = 0; i < 30; i += 1) {
    const file = d.file(ROOT_OID, `file-${i}`);
    d.write(file, 0, "text");
    sync(file);
    d.remove(ROOT_OID, `file-${i}`, file);
  }
  sync(ROOT_OID);
  const before = said.length;
  reactor.after(10_000, () => reactor.stop());
  reactor.run();
  assert.equal(before, 0);
  assert.deepEqual(said, Array(31).fill("done"));
  store.sync(oid(4_000_000), (result) => assert(!result.ok));
  store.close();
  workers.close();
  remove();
});

test("a journal that is full says so; there is room again when its changes are on disk", { skip: needsRoot }, () => {
  const { open, remove } = temporaryExport();
  const reactor = new Reactor();
  const workers = new DiskWorkers(reactor, 2);
  const store = open({ workers });
  const d = new StoreDriver(store);
  const file = d.file(ROOT_OID, "file");
  const data = Buffer.alloc(200_000, 1);
  let roomy = 0;
  store.onRoom(() => {
    roomy += 1;
    if (!store.full) reactor.stop();
  });
  for (let time = 0; time < 3; time += 1) {
    let written = 0;
    for (; !store.full; written += 1) assert.equal(d.write(file, 0, data), "done");
    // Some of the 4 MiB are kept back.
    assert(written > 2 && written < 20, `${written}`);
    reactor.after(10_000, () => reactor.stop());
    reactor.run();
    assert(!store.full && roomy > 0);
  }
  store.close();
  workers.close();
  reactor.close();
  remove();
});
