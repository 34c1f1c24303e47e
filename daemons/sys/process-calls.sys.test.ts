import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { ERRNO } from "../core/errno.ts";
import { bootMs, realtime } from "./clock.ts";
import * as c from "./constants.ts";
import { addressOf, cstring, NULL, readI64, viewOf } from "./memory.ts";
import { PROCESS_ROWS } from "./process-calls.ts";
import { coveredLibc } from "./testing/covered.ts";
import { withScratch } from "./testing/scratch.ts";

const { calls: libc, missing } = coveredLibc();
after(() => assert.deepEqual(missing(Object.keys(PROCESS_ROWS)), [], "calls without a test"));

const E = (name: keyof typeof ERRNO): number => -ERRNO[name].number;
const isRoot = process.geteuid?.() === 0;
const needsRoot = { skip: isRoot ? false : "needs root" };

const status = (path: string, line: string): string =>
  new RegExp(`^${line}:\\s*(.*?)\\s*$`, "m").exec(readFileSync(path, "latin1"))?.[1] ?? "";

test("the process knows its number, its thread's and its mask", () => {
  assert.equal(libc.getpid(), process.pid);
  assert.equal(libc.gettid(), process.pid, "the main thread's number is the process's");
  assert.equal(libc.kill(process.pid, 0), 0);
  assert.equal(libc.kill(2 ** 30, 0), E("ESRCH"));
  const before = libc.umask(0o027);
  assert.equal(libc.umask(before), 0o027);
});

test("a thread that parts from the others has a mask of its own", needsRoot, () => {
  const before = libc.umask(0o022);
  // linux/sched.h: CLONE_FS.
  assert.equal(libc.unshare(0x200), 0);
  libc.umask(0o077);
  const masks = readTasks().map((task) => status(`/proc/self/task/${task}/status`, "Umask"));
  assert.deepEqual(new Set(masks), new Set(["0077", "0022"]));
  assert.equal(libc.unshare(1), E("EINVAL"));
  libc.umask(before);
});

test("a thread is given a name", () => {
  const before = Buffer.from(`${readFileSync("/proc/thread-self/comm", "latin1").trim()}\0`);
  assert.equal(libc.prctl(c.PR_SET_NAME, cstring("pohmelfs-test"), 0, 0, 0), 0);
  assert.equal(readFileSync("/proc/thread-self/comm", "latin1"), "pohmelfs-test\n");
  libc.prctl(c.PR_SET_NAME, before, 0, 0, 0);
});

test("the clocks tell what Node tells", () => {
  const bytes = Buffer.alloc(16);
  assert.equal(libc.clock_gettime(c.CLOCK_MONOTONIC, bytes), 0);
  const monotonic = readI64(viewOf(bytes), 0);
  assert.ok(Math.abs(monotonic - Number(process.hrtime.bigint() / 1_000_000_000n)) <= 1);
  assert.equal(libc.clock_gettime(1000, bytes), E("EINVAL"));
  const { sec, nsec } = realtime();
  assert.ok(Math.abs(sec * 1000 + nsec / 1e6 - Date.now()) < 1000);
  const uptime = Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * 1000;
  const now = bootMs();
  assert.ok(Math.abs(now - uptime) < 1000);
  assert.ok(bootMs() >= now);
});

test("rights on files change for the calling thread only, and come back", needsRoot, () => {
  withScratch(({ fd, path }) => {
    writeFileSync(`${path}/secret`, "x", { mode: 0o600 });
    libc.fchmod(fd, 0o777);
    const list = new Uint8Array(new Uint32Array([4_000_000_001, 7]).buffer);
    const before = libc.getgroups(0, NULL);
    assert.ok(before >= 0);
    const saved = new Uint32Array(Math.max(1, before));
    libc.getgroups(before, new Uint8Array(saved.buffer));
    try {
      assert.equal(libc.setgroups(2, addressOf(list)), 0);
      assert.equal(libc.setfsgid(2000), 0);
      assert.equal(libc.setfsuid(1000), 0);
      assert.equal(libc.setfsuid(1000), 1000, "it was taken");
      assert.equal(libc.openat(fd, cstring("secret"), c.O_RDONLY, 0), E("EACCES"));
      const made = libc.openat(fd, cstring("made"), c.O_CREAT | c.O_RDWR, 0o644);
      assert.ok(made > 2);
      libc.close(made);
      // Of all threads of the process only this one is changed: glibc's wrapper would have told each of them.
      const me = `/proc/self/task/${libc.gettid()}/status`;
      assert.match(status(me, "Uid"), /\b1000$/);
      assert.equal(status(me, "Groups"), "7 4000000001");
      let others = 0;
      for (const task of readTasks()) {
        if (task === libc.gettid()) continue;
        others++;
        assert.match(status(`/proc/self/task/${task}/status`, "Uid"), /\b0$/);
        assert.notEqual(status(`/proc/self/task/${task}/status`, "Groups"), "7 4000000001");
      }
      assert.ok(others > 0);
    } finally {
      libc.setfsuid(0);
      libc.setfsgid(0);
      libc.setgroups(before, new Uint8Array(saved.buffer));
    }
    const { uid, gid } = statSync(`${path}/made`);
    assert.deepEqual([uid, gid], [1000, 2000]);
    const secret = libc.openat(fd, cstring("secret"), c.O_RDONLY, 0);
    assert.ok(secret > 2, "root passes over permissions again");
    libc.close(secret);
  });
});

function readTasks(): number[] {
  const fd = libc.openat(c.AT_FDCWD, cstring("/proc/self/task"), c.O_RDONLY | c.O_DIRECTORY, 0);
  const buffer = Buffer.alloc(16_384);
  const length = libc.getdents64(fd, buffer, buffer.length);
  libc.close(fd);
  const tasks: number[] = [];
  for (let at = 0; at < length; at += buffer.readUInt16LE(at + 16)) {
    const name = Number(buffer.toString("latin1", at + 19, buffer.indexOf(0, at + 19)));
    if (name > 0) tasks.push(name);
  }
  return tasks;
}

test("a file system is mounted and unmounted", needsRoot, (t) => {
  withScratch(({ path }) => {
    const at = Buffer.from(`${path}\0`);
    const type = Buffer.from("tmpfs\0");
    const mounted = libc.mount(type, at, type, c.MS_NOSUID | c.MS_NODEV, cstring("size=64k"));
    if (mounted === E("EPERM")) return t.skip("may not mount here");
    assert.equal(mounted, 0);
    assert.match(readFileSync("/proc/self/mountinfo", "latin1"), new RegExp(` ${path} rw,nosuid,nodev,`));
    assert.equal(libc.umount2(at, c.MNT_DETACH | c.UMOUNT_NOFOLLOW), 0);
    assert.equal(libc.umount2(at, 0), E("EINVAL"));
  });
});
