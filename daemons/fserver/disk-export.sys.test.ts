import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as nodeTest } from "node:test";
import { fileName, ROOT_OID } from "../core/brand.ts";
import { ROOT_CALLER } from "../core/caller.ts";
import { openDiskStore } from "./disk-store.ts";
import { describeTree } from "./testing/describe-tree.ts";
import { DyingLibc, KILLED } from "./testing/dying-libc.ts";
import { hostWentDown } from "./testing/host-went-down.ts";
import { StoreDriver } from "./testing/store-driver.ts";
import { makeOlder } from "./testing/older-export.ts";
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

/** Writes down what a store tells its log. */
function listener() {
  const lines: string[] = [];
  const tell = (text: string): void => void lines.push(text);
  return { lines, log: { notice: tell, warning: tell } };
}

const because = (root: string, adopt = false): string => {
  const opened = openDiskStore({ root, adopt });
  if (!opened.ok) return opened.because ?? "";
  opened.value.close();
  return "opened";
};

test("an export is opened again as it was", ({ open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const dir = d.directory(ROOT_OID, "dir");
  const file = d.file(dir, "file");
  d.write(file, 0, "text");
  d.rename([dir, "file"], [ROOT_OID, "moved"], file);
  const kept = d.file(ROOT_OID, "kept");
  d.remove(ROOT_OID, "kept", kept, { keep: true });
  d.create(ROOT_OID, "moved");
  const tree = describeTree(store);
  const count = store.count();
  const drawn = store.drawOids(10);
  const client = store.drawClientId();
  store.close();

  const again = open();
  assert.deepEqual(describeTree(again), tree);
  assert.deepEqual([again.count(), again.orphans(), again.run], [count, [kept], store.run + 1]);
  assert.deepEqual(Buffer.from(again.storeId), Buffer.from(store.storeId));
  assert.deepEqual([again.sessions(), again.position(d.client)], [[d.client], d.seq]);
  assert(again.drawOids(1).from >= drawn.to && again.drawClientId() > client);
  const last = d.changes.at(-1);
  assert(last !== undefined);
  const applied = again.apply(d.client, last);
  assert(applied.kind === "repeated" && applied.outcome.errno === 17);
  again.close();
});

test("plain files lie in the export, at the paths that clients see", ({ open, root }) => {
  const store = open();
  const d = new StoreDriver(store);
  const dir = d.directory(ROOT_OID, "dir", { mode: 0o777 });
  const file = d.file(dir, "ä file", { as: { uid: 1000, gid: 1001, groups: [] } });
  d.write(file, 0, "plain");
  d.symlink(dir, "link", "../x");
  d.link(file, ROOT_OID, "second");
  assert.equal(readFileSync(join(root, "dir/ä file"), "utf8"), "plain");
  const { uid, gid, nlink, mtimeMs } = statSync(join(root, "second"));
  assert.deepEqual([uid, gid, nlink, Math.floor(mtimeMs / 1000)], [1000, 1001, 2, d.attributes(file).mtime.sec]);
  assert.deepEqual(readdirSync(root).sort(), [".pohmelfs", "dir", "second"]);
  assert.equal(statSync(join(root, ".pohmelfs")).mode & 0o777, 0o700);
  store.close();
});

test("an export that cannot be one is refused in one line", ({ open, root }) => {
  assert.match(because(`${root}/nothing`), /nothing cannot be exported: there is no such directory$/);
  writeFileSync(`${root}/file`, "");
  assert.match(because(`${root}/file`), /file cannot be exported: it is not a directory$/);
  assert.match(
    because("/proc"),
    /\/proc cannot be exported: its file system, .*, keeps no trusted extended attributes/,
  );
  assert.match(because(root), /is not empty: a member begins with an empty directory, unless it is the only one$/);
  assert(!existsSync(`${root}/.pohmelfs`));
  rmSync(`${root}/file`);
  const store = open();
  assert.match(because(root), new RegExp(`it is in use: fserver with pid ${process.pid} has it$`));
  store.close();
  const format = JSON.parse(readFileSync(`${root}/.pohmelfs/format`, "utf8"));
  writeFileSync(`${root}/.pohmelfs/format`, JSON.stringify({ ...format, version: 3 }));
  assert.match(because(root), /format cannot be used: it is of version 3, this software knows up to 2$/);
  writeFileSync(`${root}/.pohmelfs/format`, "{}");
  assert.match(because(root), /format cannot be used: no version$/);
  writeFileSync(`${root}/.pohmelfs/format`, JSON.stringify(format));
  writeFileSync(`${root}/.pohmelfs/marks`, "oops");
  assert.match(because(root), /marks cannot be used: damaged$/);
});

test("an export of version 1 that was closed in order is taken over, with positions and outcomes", ({ open, root }) => {
  const store = open();
  const d = new StoreDriver(store);
  d.write(d.file(ROOT_OID, "file"), 0, "text");
  d.create(ROOT_OID, "file");
  const tree = describeTree(store);
  store.close();
  const outcomes = d.changes.map((_, place) => ({ seq: place + 1, errno: place + 1 === d.seq ? 17 : 0, count: 0 }));
  makeOlder(root, d.client, outcomes);

  const { lines, log } = listener();
  for (let start = 0; start < 2; start += 1) {
    const again = open({ log });
    assert.deepEqual([describeTree(again), again.count()], [tree, 2]);
    assert.deepEqual([again.sessions(), again.position(d.client)], [[d.client], d.seq]);
    const applied = d.changes.slice(-2).map((change) => again.apply(d.client, change));
    assert.deepEqual(
      applied.map((one) => one.kind === "repeated" && one.outcome.errno),
      [0, 17],
    );
    assert.deepEqual(Buffer.from(again.storeId), Buffer.from(store.storeId));
    again.close();
    assert(!existsSync(`${root}/.pohmelfs/sessions`));
  }
  assert.deepEqual(lines, ["took over an export of an older version"]);
});

test("taking over an export of version 1, killed at any moment, is done by the next start", ({ open, root }) => {
  const store = open();
  const d = new StoreDriver(store);
  d.file(ROOT_OID, "file");
  const tree = describeTree(store);
  store.close();
  const dying = new DyingLibc();
  let calls = 0;
  for (let ended = false; !ended; ) {
    makeOlder(root, d.client, [{ seq: 1, errno: 0, count: 0 }]);
    calls += 1;
    dying.at = dying.count + calls;
    try {
      open().abandon();
      ended = true;
    } catch (error) {
      if (error !== KILLED) throw error;
      // This process still has the descriptor; a killed one would not.
      rmSync(`${root}/.pohmelfs/lock`);
    } finally {
      dying.at = 0;
    }
    const again = open();
    assert.deepEqual([describeTree(again), again.position(d.client)], [tree, d.seq], `killed at call ${calls}`);
    again.close();
  }
  assert(calls > 50, `${calls} calls`);
});

test("an export of version 1 that was not closed in order is refused, with what to do", ({ open, root }) => {
  open().close();
  makeOlder(root, 1, []);
  hostWentDown(root);
  assert.match(
    because(root),
    /it is of version 1, and was not closed in order; start the fserver that wrote it once more, and stop it: then/,
  );
  assert.equal(readFileSync(`${root}/.pohmelfs/journal`).length, 8_192);
});

test("a read-only export is refused", ({ root }) => {
  execFileSync("mount", ["-t", "tmpfs", "-o", "ro", "none", root]);
  try {
    assert.match(because(root), /cannot be exported: its file system is mounted read-only$/);
  } finally {
    execFileSync("umount", [root]);
  }
});

test("our folder must be root's alone, and no link elsewhere", ({ root }) => {
  const elsewhere = mkdtempSync(join(tmpdir(), "pohmelfs-elsewhere-"));
  symlinkSync(elsewhere, `${root}/.pohmelfs`);
  assert.match(because(root), /its folder \.pohmelfs cannot be used/);
  assert.deepEqual(readdirSync(elsewhere), []);
  rmSync(`${root}/.pohmelfs`);
  rmSync(elsewhere, { recursive: true });
  mkdirSync(`${root}/.pohmelfs`, { mode: 0o777 });
  chmodSync(`${root}/.pohmelfs`, 0o777);
  assert.match(because(root), /its folder \.pohmelfs cannot be used: it is not root's alone$/);
});

test("another file system serves as well", ({ open, root }) => {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=777", "none", root]);
  try {
    const store = open();
    const d = new StoreDriver(store);
    const file = d.file(ROOT_OID, "file");
    d.write(file, 0, "text");
    const tree = describeTree(store);
    store.close();
    const again = open();
    assert.deepEqual(describeTree(again), tree);
    again.close();
  } finally {
    execFileSync("umount", [root]);
  }
});

test("the only member of a group takes over what lies in its export", ({ root }) => {
  mkdirSync(`${root}/dir/below`, { recursive: true });
  writeFileSync(`${root}/dir/below/file`, "old");
  linkSync(`${root}/dir/below/file`, `${root}/hard`);
  symlinkSync("dir", `${root}/link`);
  execFileSync("mkfifo", [`${root}/fifo`]);
  const { lines, log } = listener();
  const opened = openDiskStore({ root, adopt: true, log });
  assert(opened.ok);
  const d = new StoreDriver(opened.value);
  assert.deepEqual(d.names(), ["dir", "fifo", "hard", "link"]);
  const hard = d.at(ROOT_OID, "hard");
  assert(typeof hard !== "string");
  assert.deepEqual([hard.version, hard.nlink, d.content(hard.oid)], [1, 2, "old"]);
  assert.equal(d.write(hard.oid, 0, "new"), "done");
  assert.equal(readFileSync(`${root}/dir/below/file`, "utf8"), "new");
  assert.deepEqual([lines, opened.value.count()], [["numbered what lay in the export"], 6]);
  assert(opened.value.drawOids(1).from > hard.oid);
  const tree = describeTree(opened.value);
  opened.value.close();
  const again = openDiskStore({ root, adopt: false });
  assert(again.ok);
  assert.deepEqual(describeTree(again.value), tree);
  again.value.close();
});

test("what nobody made through the system is not shown, and moved aside when it is in the way", ({ root, open }) => {
  const { lines, log } = listener();
  const store = open({ log });
  const d = new StoreDriver(store);
  const dir = d.directory(ROOT_OID, "dir");
  const file = d.file(ROOT_OID, "file");
  for (const path of ["a", "b", "c", "dir/d", "dir/e"]) writeFileSync(join(root, path), `drift ${path}`);
  mkdirSync(join(root, "dir/f/g"), { recursive: true });
  assert.deepEqual([d.names(), d.names(dir)], [["dir", "file"], []]);
  assert.equal(d.at(ROOT_OID, "a"), "ENOENT");
  assert.equal(d.remove(ROOT_OID, "a", file), "ENOENT");
  assert.equal(d.create(ROOT_OID, "a"), "done");
  assert.equal(d.link(file, ROOT_OID, "b"), "done");
  assert.equal(d.rename([ROOT_OID, "file"], [ROOT_OID, "c"], file), "done");
  assert.equal(d.remove(ROOT_OID, "dir", dir, { directory: true }), "done");
  assert.deepEqual(d.names(), ["a", "b", "c"]);
  const aside = readdirSync(`${root}/.pohmelfs/drift`).map((name) => name.replace(/^\d+\.\d+\./, ""));
  assert.deepEqual(aside.sort(), ["a", "b", "c", "d", "e", "f"]);
  assert.equal(lines.length, 6);
  store.close();
});

test("a directory with drift in it is replaced, and kept open", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  for (const keep of [false, true]) {
    const old = d.directory(ROOT_OID, "old");
    const fresh = d.directory(ROOT_OID, "fresh");
    writeFileSync(`${root}/old/drift`, "");
    assert.equal(d.rename([ROOT_OID, "fresh"], [ROOT_OID, "old"], fresh, { replaced: old, keep }), "done");
    writeFileSync(`${root}/old/drift`, "");
    assert.equal(d.remove(ROOT_OID, "old", fresh, { directory: true, keep }), "done");
  }
  assert.equal(readdirSync(`${root}/.pohmelfs/drift`).length, 4);
  store.close();
});

test("a copy that somebody made with its xattrs is drift, what was restored is the object again", ({ root, open }) => {
  const { lines, log } = listener();
  const store = open({ log });
  const d = new StoreDriver(store);
  const file = d.file(ROOT_OID, "file");
  d.write(file, 0, "text");
  execFileSync("cp", ["-a", `${root}/file`, `${root}/copy`]);
  assert.deepEqual(d.names(), ["file"]);
  rmSync(`${root}/file`);
  assert.equal(d.at(ROOT_OID, "file"), "ENOENT");
  renameSync(`${root}/copy`, `${root}/file`);
  // The member still has the removed file open; a new start has not.
  store.close();
  const again = open({ log });
  const found = again.lookup(ROOT_OID, fileName("file"), ROOT_CALLER);
  assert(found.ok && found.value.oid === file && found.value.version === 2);
  assert.deepEqual(lines, ["an object lies in another inode now"]);
  again.close();
});

test("a mount below the export is not entered", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const dir = d.directory(ROOT_OID, "dir");
  execFileSync("mount", ["-t", "tmpfs", "none", `${root}/dir`]);
  try {
    assert.deepEqual(d.names(), []);
    assert.equal(d.at(ROOT_OID, "dir"), "ENOENT");
    assert.equal(d.create(dir, "file"), "done");
    assert.deepEqual(readdirSync(`${root}/dir`), []);
  } finally {
    execFileSync("umount", [`${root}/dir`]);
  }
  assert.deepEqual([d.names(), d.names(dir)], [["dir"], ["file"]]);
  store.close();
});

test("a lost index is made anew from the xattrs", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const dir = d.directory(ROOT_OID, "dir");
  const file = d.file(dir, "file");
  const kept = d.file(dir, "kept");
  d.remove(dir, "kept", kept, { keep: true });
  d.link(file, ROOT_OID, "second");
  store.close();
  writeFileSync(`${root}/drift`, "");
  rmSync(`${root}/.pohmelfs/index`, { recursive: true });
  const { lines, log } = listener();
  const again = open({ log });
  assert(lines.includes("made the index anew"));
  const after = new StoreDriver(again);
  assert.deepEqual([after.names(), after.names(dir)], [["dir", "second"], ["file"]]);
  const found = after.at(dir, "file");
  assert(typeof found !== "string");
  assert.deepEqual([found.oid, found.version, again.count(), again.orphans()], [file, 1, 4, [kept]]);
  assert.equal(again.position(d.client), d.seq);
  again.close();
});

test("without all of our folder the objects keep their numbers, and no number is given twice", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const dir = d.directory(ROOT_OID, "dir");
  const file = d.file(dir, "file");
  store.close();
  rmSync(`${root}/.pohmelfs`, { recursive: true });
  const again = open();
  const after = new StoreDriver(again);
  assert.deepEqual([after.names(dir), after.attributes(file).oid], [["file"], file]);
  assert(again.drawOids(1).from > file + 2 ** 31);
  assert.notDeepEqual(Buffer.from(again.storeId), Buffer.from(store.storeId));
  again.close();
});

test("after the host went down what the journal has is there again", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const file = d.file(ROOT_OID, "file");
  d.write(file, 0, "text");
  const lost = d.file(ROOT_OID, "lost");
  d.write(lost, 0, "not lost");
  const tree = describeTree(store);
  store.abandon();
  hostWentDown(root);
  rmSync(`${root}/lost`);
  truncateSync(`${root}/file`, 0);
  const { lines, log } = listener();
  const again = open({ log });
  assert.deepEqual(describeTree(again), tree);
  assert.deepEqual(
    [again.count(), again.position(d.client), lines],
    [3, d.seq, ["the host went down: did again what the journal has"]],
  );
  again.close();
});

test("after the host went down, and without a journal, the index is compared with the export", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const file = d.file(ROOT_OID, "file");
  const lost = d.file(ROOT_OID, "lost");
  store.close();
  hostWentDown(root);
  rmSync(`${root}/.pohmelfs/journal`, { recursive: true });
  rmSync(`${root}/lost`);
  const { lines, log } = listener();
  const again = open({ log });
  const after = new StoreDriver(again);
  assert.deepEqual([after.names(), after.attributes(file).version, again.count()], [["file"], 1, 2]);
  assert(!again.attributes(lost).ok);
  assert.deepEqual(lines, ["made the index anew"]);
  again.close();
});

test("an export whose journal is damaged is refused, until it is moved away", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const file = d.file(ROOT_OID, "file");
  for (let piece = 0; piece < 3; piece += 1) {
    d.write(file, piece, "text");
    store.sync(file, (result) => assert(result.ok));
  }
  const tree = describeTree(store);
  store.abandon();
  const segment = `${root}/.pohmelfs/journal/0`;
  const whole = readFileSync(segment);
  const damaged = Buffer.from(whole);
  damaged[700] = (damaged[700] as number) ^ 1;
  writeFileSync(segment, damaged);
  assert.match(
    because(root),
    /its journal, \.pohmelfs\/journal, cannot be used: segment 0 at byte 6\d\d is damaged: what was acknowledged up to/,
  );
  writeFileSync(segment, whole);
  const again = open();
  assert.deepEqual(describeTree(again), tree);
  again.abandon();
  renameSync(`${root}/.pohmelfs/journal`, `${root}/.pohmelfs/journal.damaged`);
  const after = open();
  assert.deepEqual(new StoreDriver(after).names(), ["file"]);
  after.close();
});

test("an orphan that has a name again loses its place among the orphans", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const file = d.file(ROOT_OID, "file");
  store.abandon();
  linkSync(`${root}/file`, `${root}/.pohmelfs/orphans/${file.toString(16)}`);
  const again = open();
  assert.deepEqual([again.orphans(), readdirSync(`${root}/.pohmelfs/orphans`)], [[], []]);
  assert(again.attributes(file).ok);
  again.close();
});

test("files are no longer open for writing after two idle checkpoints, so that they can be run", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const file = d.file(ROOT_OID, "program", { mode: 0o755 });
  d.write(file, 0, "#!/bin/sh\necho ran\n");
  store.checkpoint();
  store.checkpoint();
  assert.equal(execFileSync(`${root}/program`, { encoding: "utf8" }), "ran\n");
  assert.equal(d.write(file, 19, "exit 3\n"), "done");
  store.close();
});

test("few descriptors and little memory are enough", ({ open }) => {
  const store = open({ openFilesMax: 4, rememberedMax: 20 });
  const d = new StoreDriver(store);
  const made = new Map<string, number>();
  let parent = ROOT_OID;
  for (let i = 0; i < 200; i += 1) {
    if (i % 20 === 19) parent = d.directory(parent, "deeper");
    const file = d.file(parent, `file-${i}`);
    d.write(file, 0, `content ${i}`);
    made.set(`content ${i}`, file);
  }
  for (const [content, file] of made) assert.equal(d.content(file as never), content);
  const file = d.file(ROOT_OID, "far");
  assert.equal(d.rename([ROOT_OID, "far"], [parent, "far"], file), "done");
  store.close();
});

test("a default ACL is inherited, and the umask then does not count", ({ root, open }) => {
  const store = open();
  const d = new StoreDriver(store);
  const dir = d.directory(ROOT_OID, "dir", { mode: 0o777 });
  // setfacl(1) need not be installed: struct posix_acl_xattr, version 2, then tag, permissions, id.
  const entry = (tag: number, permissions: number, id: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt16LE(tag, 0);
    bytes.writeUInt16LE(permissions, 2);
    bytes.writeUInt32LE(id >>> 0, 4);
    return bytes;
  };
  const all = 0xffffffff;
  const list = [entry(1, 7, all), entry(2, 6, 2000), entry(4, 5, all), entry(16, 7, all), entry(32, 0, all)];
  const acl = Buffer.concat([Buffer.from([2, 0, 0, 0]), ...list]);
  assert.equal(d.setXattr(dir, "system.posix_acl_default", acl), "done");
  const anna = { uid: 1000, gid: 1000, groups: [] };
  assert.equal(d.create(dir, "file", { as: anna, mode: 0o100666, umask: 0o077 }), "done");
  assert.equal(d.told.mode, 0o100660);
  const file = d.told.oid;
  const bert = { uid: 2000, gid: 2000, groups: [] };
  assert.equal(d.setXattr(file, "user.x", "y", { as: bert }), "done");
  assert.equal(d.setXattr(file, "user.x", "y", { as: { uid: 3000, gid: 3000, groups: [] } }), "EACCES");
  const value = store.getXattr(file, "system.posix_acl_access" as never, bert);
  assert(value.ok && value.value.length > 4);
  assert.equal(d.create(dir, "", { as: anna, mode: 0o100666, umask: 0o077 }), "done");
  assert.equal(d.told.mode, 0o100660);
  assert.equal(statSync(root).mode & 0o777, 0o777);
  store.close();
});
