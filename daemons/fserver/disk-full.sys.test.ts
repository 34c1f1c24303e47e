import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as nodeTest } from "node:test";
import { ROOT_OID } from "../core/brand.ts";
import { type DiskStore, openDiskStore } from "./disk-store.ts";
import { describeTree } from "./testing/describe-tree.ts";
import { StoreDriver } from "./testing/store-driver.ts";
import { needsRoot } from "./testing/temporary-export.ts";

const MIB = 1_048_576;

function mountImage(image: string, at: string): string | undefined {
  try {
    truncateSync(writeImage(image), 24 * MIB);
    execFileSync("mkfs.ext4", ["-q", "-F", "-m", "0", "-N", "512", image], { stdio: "pipe" });
    execFileSync("mount", ["-o", "loop", image, at], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `needs mkfs.ext4 and loop devices: ${(error as Error).message.split("\n")[0]}`;
  }
}

function writeImage(image: string): string {
  writeFileSync(image, "");
  return image;
}

/** A file system of 24 MiB and 512 inodes. */
function test(name: string, run: (store: DiskStore, open: () => DiskStore, at: string) => void): void {
  nodeTest(name, { skip: needsRoot }, (t) => {
    const place = mkdtempSync(join(tmpdir(), "pohmelfs-full-"));
    const at = mkdtempSync(join(place, "mount-"));
    const because = mountImage(join(place, "image"), at);
    try {
      if (because !== undefined) return t.skip(because);
      const open = (): DiskStore => {
        const opened = openDiskStore({ root: at, adopt: false });
        if (!opened.ok) throw new Error(opened.because);
        return opened.value;
      };
      const store = open();
      try {
        run(store, open, at);
      } finally {
        store.close();
      }
    } finally {
      if (because === undefined) execFileSync("umount", [at]);
      rmSync(place, { recursive: true, force: true });
    }
  });
}

/** Writes until it is full. @returns Bytes of the file, all of them written. */
function fill(d: StoreDriver, file: ReturnType<StoreDriver["oid"]>, piece: number): number {
  let size = d.attributes(file).size;
  for (;;) {
    const said = d.write(file, size, Buffer.alloc(piece, size / piece + 1));
    if (said === "ENOSPC") return size;
    assert.equal(said, "done");
    size += piece;
  }
}

test("on a full disk a write is refused as a whole, and nothing of it is left", (store) => {
  const d = new StoreDriver(store);
  const big = d.file(ROOT_OID, "big");
  const small = d.file(ROOT_OID, "small");
  d.write(small, 0, Buffer.alloc(10_000, "s"));
  // A sparse file whose middle is data: a write across it needs space for both ends.
  const sparse = d.file(ROOT_OID, "sparse");
  d.write(sparse, MIB, Buffer.alloc(4_096, "m"));
  d.write(sparse, 4 * MIB, "end");
  const size = fill(d, big, MIB);
  fill(d, big, 4_096);
  assert(size > 10 * MIB);
  // Versions count what failed, too.
  const attributes = () =>
    [d.attributes(big), d.attributes(small), d.attributes(sparse)].map(({ blocks, version, ...rest }) => rest);
  const before = attributes();
  assert.equal(d.write(small, 5_000, Buffer.alloc(MIB, "x")), "ENOSPC");
  assert.equal(d.write(sparse, MIB - 500_000, Buffer.alloc(MIB, "x")), "ENOSPC");
  assert.equal(d.write(sparse, 3 * MIB, Buffer.alloc(MIB, "x")), "ENOSPC");
  const copy = { kind: "copyRange" as const, from: big, fromOffset: 0, to: sparse, toOffset: 2 * MIB, length: MIB };
  assert.equal(d.change(copy, [sparse]), "ENOSPC");
  const allocate = { kind: "allocate" as const, oid: small, mode: 0, offset: 0, length: 8 * MIB };
  assert.equal(d.change(allocate, [small]), "ENOSPC");
  assert.equal(store.reserve(small, 0, 8 * MIB).ok, false);
  assert.deepEqual(attributes(), before);
  assert.equal(d.content(small), "s".repeat(10_000));
  assert.equal(d.content(sparse).slice(MIB - 5, MIB + 5), "\0\0\0\0\0mmmmm");
  // What is there already can be written over, and cut, and removed.
  assert.equal(d.write(small, 0, Buffer.alloc(10_000, "o")), "done");
  assert.equal(d.content(small), "o".repeat(10_000));
  assert.equal(d.remove(ROOT_OID, "big", big), "done");
  assert.equal(d.write(small, 5_000, Buffer.alloc(MIB, "x")), "done");
});

test("a full disk refuses objects, forgets none, and opens again", (store, open) => {
  const d = new StoreDriver(store);
  const dir = d.directory(ROOT_OID, "dir");
  const big = d.file(ROOT_OID, "big");
  fill(d, big, MIB);
  fill(d, big, 4_096);
  const made: string[] = [];
  for (let i = 0; i < 600; i += 1) {
    const name = `${i}-${"n".repeat(200)}`;
    const said = d.create(dir, name);
    if (said === "done") made.push(name);
    else assert.equal(said, "ENOSPC");
  }
  assert(made.length < 520, `${made.length}`);
  assert.deepEqual(d.names(dir), [...made].sort());
  const tree = describeTree(store);
  store.close();
  const again = open();
  assert.deepEqual(describeTree(again), tree);
  const after = new StoreDriver(again);
  assert.equal(after.remove(ROOT_OID, "big", big), "done");
  assert.equal(after.create(dir, "another"), made.length >= 480 ? "ENOSPC" : "done");
  again.close();
});

test("asked beforehand, a full disk says so", (store) => {
  const d = new StoreDriver(store);
  const big = d.file(ROOT_OID, "big");
  assert(store.reserve(ROOT_OID, 0, 0).ok);
  assert(store.reserve(big, 0, MIB).ok);
  assert.equal(d.attributes(big).size, 0);
  fill(d, big, MIB);
  fill(d, big, 4_096);
  assert.deepEqual(store.reserve(ROOT_OID, 0, 0), { ok: false, errno: "ENOSPC" });
  assert.deepEqual(store.reserve(big, d.attributes(big).size, MIB), { ok: false, errno: "ENOSPC" });
});

test("a journal that finds no room keeps an export from being opened, in one line", (store, _open, at) => {
  const d = new StoreDriver(store);
  const big = d.file(ROOT_OID, "big");
  fill(d, big, MIB);
  store.close();
  rmSync(join(at, ".pohmelfs/journal"), { recursive: true });
  writeFileSync(join(at, "filler"), Buffer.alloc(3 * MIB));
  const opened = openDiskStore({ root: at, adopt: false });
  assert(!opened.ok && opened.errno === "ENOSPC");
  assert.match(opened.because ?? "", /cannot be exported: .*there is no room for its journal, 4 MiB$/);
  rmSync(join(at, "filler"));
  const again = openDiskStore({ root: at, adopt: false });
  assert(again.ok);
  again.value.close();
});

test("a full disk refuses no removal, however many changes the journal has to take", (store) => {
  const d = new StoreDriver(store);
  const names = Array.from({ length: 300 }, (_, place) => `name-${place}`);
  const small = names.map((name) => d.file(ROOT_OID, name));
  const big = d.file(ROOT_OID, "big");
  fill(d, big, MIB);
  fill(d, big, 4_096);
  // Several times what the journal has room for.
  for (let round = 0; round < 60; round += 1) assert.equal(d.write(big, 0, Buffer.alloc(200_000, round)), "done");
  for (const [place, name] of names.entries()) assert.equal(d.remove(ROOT_OID, name, small[place] ?? big), "done");
  assert.equal(d.remove(ROOT_OID, "big", big), "done");
});
