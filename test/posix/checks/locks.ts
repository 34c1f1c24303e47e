import assert from "node:assert/strict";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Peer, startPeer } from "../../support/peer.ts";
import { flock, LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN } from "../../support/system.ts";
import { lock, type Range, whatBlocks } from "../../support/system-locks.ts";
import type { Check, Checks } from "../check.ts";
import { make, refuses, refusesLater, withFile } from "../facts.ts";

const range = (type: Range["type"], start = 0, length = 0): Range => ({ type, start, length });
const whole = range("write");

type Stage = { readonly file: string; readonly mine: number; readonly peer: Peer; readonly theirs: number };

/** A file that this process and another have open. */
const between =
  (body: (stage: Stage) => Promise<void>): Check =>
  async (dir) => {
    const file = make(`${dir}/file`, "0123456789");
    await using peer = await startPeer();
    const theirs = await peer.call("open", file, "r+");
    const mine = fs.openSync(file, "r+");
    try {
      await body({ file, mine, peer, theirs });
    } finally {
      fs.closeSync(mine);
    }
  };

/** @returns Whether the promise is settled after a moment. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    sleep(150, false),
  ]);
}

const recordLocks: Checks = {
  "a write lock keeps another process out": between(async ({ mine, peer, theirs }) => {
    lock(mine, "process", whole);
    await refusesLater("EAGAIN", peer.call("lock", theirs, "process", whole));
    await refusesLater("EAGAIN", peer.call("lock", theirs, "process", range("read")));
    lock(mine, "process", range("unlock"));
    await peer.call("lock", theirs, "process", whole);
    refuses("EAGAIN", () => lock(mine, "process", whole));
  }),
  "read locks are shared": between(async ({ mine, peer, theirs }) => {
    lock(mine, "process", range("read"));
    await peer.call("lock", theirs, "process", range("read"));
    refuses("EAGAIN", () => lock(mine, "process", whole));
  }),
  "locks on ranges apart do not meet": between(async ({ mine, peer, theirs }) => {
    lock(mine, "process", range("write", 0, 10));
    await peer.call("lock", theirs, "process", range("write", 10, 10));
    await refusesLater("EAGAIN", peer.call("lock", theirs, "process", range("write", 9, 1)));
    lock(mine, "process", range("write", 20));
    refuses("EAGAIN", () => lock(mine, "process", range("write", 19, 1)));
  }),
  "unlocking the middle leaves two locks": between(async ({ mine, peer, theirs }) => {
    lock(mine, "process", range("write", 0, 30));
    lock(mine, "process", range("unlock", 10, 10));
    await peer.call("lock", theirs, "process", range("write", 10, 10));
    const left = await peer.call("whatBlocks", theirs, "process", range("write", 0, 10));
    const right = await peer.call("whatBlocks", theirs, "process", range("write", 20, 10));
    assert.deepEqual([left?.start, left?.length, right?.start, right?.length], [0, 10, 20, 10]);
  }),
  "a lock is upgraded and downgraded in place": between(async ({ mine, peer, theirs }) => {
    lock(mine, "process", range("read"));
    lock(mine, "process", whole);
    await refusesLater("EAGAIN", peer.call("lock", theirs, "process", range("read")));
    lock(mine, "process", range("read"));
    await peer.call("lock", theirs, "process", range("read"));
  }),
  "F_GETLK tells who stands in the way": between(async ({ mine, peer, theirs }) => {
    await peer.call("lock", theirs, "process", range("write", 5, 10));
    assert.deepEqual(whatBlocks(mine, "process", whole), { type: "write", start: 5, length: 10, pid: peer.pid });
    assert.equal(whatBlocks(mine, "process", range("write", 0, 5)), undefined);
  }),
  "F_SETLKW waits until the lock is free": between(async ({ mine, peer, theirs }) => {
    lock(mine, "process", whole);
    const waiting = peer.call("lock", theirs, "process", whole, true);
    assert.equal(await settles(waiting), false);
    lock(mine, "process", range("unlock"));
    await waiting;
    refuses("EAGAIN", () => lock(mine, "process", whole));
  }),
  "closing any descriptor of the file drops the process's locks": between(async ({ file, mine, peer, theirs }) => {
    lock(mine, "process", whole);
    fs.closeSync(fs.openSync(file, "r"));
    await peer.call("lock", theirs, "process", whole);
  }),
  "a killed process's locks are dropped": between(async ({ mine, peer, theirs }) => {
    await peer.call("lock", theirs, "process", whole);
    refuses("EAGAIN", () => lock(mine, "process", whole));
    await peer.kill();
    lock(mine, "process", whole, true);
  }),
  "a process that is killed while it waits gets nothing": between(async ({ file, mine, peer, theirs }) => {
    lock(mine, "process", whole);
    const waiting = peer.call("lock", theirs, "process", whole, true);
    assert.equal(await settles(waiting), false);
    await peer.kill();
    await assert.rejects(waiting);
    lock(mine, "process", range("unlock"));
    await using third = await startPeer();
    await third.call("lock", await third.call("open", file, "r+"), "process", whole);
  }),
  "two processes that wait for each other: one gets EDEADLK": between(async ({ mine, peer, theirs }) => {
    lock(mine, "process", range("write", 0, 1));
    await peer.call("lock", theirs, "process", range("write", 1, 1));
    const waiting = peer.call("lock", theirs, "process", range("write", 0, 1), true);
    assert.equal(await settles(waiting), false);
    refuses("EDEADLK", () => lock(mine, "process", range("write", 1, 1), true));
    lock(mine, "process", range("unlock"));
    await waiting;
  }),
  "a write lock needs a descriptor that writes, a read lock one that reads": (dir) => {
    make(`${dir}/file`, "text");
    withFile(`${dir}/file`, "r", (fd) => refuses("EBADF", () => lock(fd, "process", whole)));
    withFile(`${dir}/file`, "a", (fd) => refuses("EBADF", () => lock(fd, "process", range("read"))));
  },
  "locks beyond the file's end are kept": between(async ({ mine, peer, theirs }) => {
    lock(mine, "process", range("write", 2 ** 40, 100));
    await refusesLater("EAGAIN", peer.call("lock", theirs, "process", range("write", 2 ** 40 + 50, 1)));
    await peer.call("lock", theirs, "process", range("write", 2 ** 40 + 100, 1));
  }),
};

const openFileLocks: Checks = {
  "open file locks of one process keep each other out": (dir) =>
    withFile(make(`${dir}/file`), "r+", (one) =>
      withFile(`${dir}/file`, "r+", (two) => {
        lock(one, "open", whole);
        refuses("EAGAIN", () => lock(two, "open", whole));
        lock(one, "open", range("unlock"));
        lock(two, "open", whole);
      }),
    ),
  "an open file lock ends with its descriptor, not with another": (dir) =>
    withFile(make(`${dir}/file`), "r+", (two) => {
      const one = fs.openSync(`${dir}/file`, "r+");
      lock(one, "open", whole);
      fs.closeSync(fs.openSync(`${dir}/file`, "r"));
      refuses("EAGAIN", () => lock(two, "open", whole));
      fs.closeSync(one);
      lock(two, "open", whole, true);
    }),
  "open file locks and the process's locks meet": between(async ({ mine, peer, theirs }) => {
    lock(mine, "open", whole);
    await refusesLater("EAGAIN", peer.call("lock", theirs, "process", whole));
  }),
};

const fileLocks: Checks = {
  "flock keeps other descriptors out": (dir) =>
    withFile(make(`${dir}/file`), "r", (one) =>
      withFile(`${dir}/file`, "r", (two) => {
        flock(one, LOCK_EX);
        refuses("EAGAIN", () => flock(two, LOCK_EX | LOCK_NB));
        refuses("EAGAIN", () => flock(two, LOCK_SH | LOCK_NB));
        flock(one, LOCK_UN);
        flock(two, LOCK_EX | LOCK_NB);
      }),
    ),
  "shared flocks are shared, and one alone can become exclusive": (dir) =>
    withFile(make(`${dir}/file`), "r", (one) =>
      withFile(`${dir}/file`, "r", (two) => {
        flock(one, LOCK_SH);
        flock(two, LOCK_SH | LOCK_NB);
        refuses("EAGAIN", () => flock(one, LOCK_EX | LOCK_NB));
        flock(two, LOCK_UN);
        flock(one, LOCK_EX | LOCK_NB);
      }),
    ),
  "flock keeps another process out and waits": between(async ({ mine, peer, theirs }) => {
    flock(mine, LOCK_EX);
    await refusesLater("EAGAIN", peer.call("flock", theirs, LOCK_EX | LOCK_NB));
    const waiting = peer.call("flock", theirs, LOCK_EX);
    assert.equal(await settles(waiting), false);
    flock(mine, LOCK_UN);
    await waiting;
    refuses("EAGAIN", () => flock(mine, LOCK_SH | LOCK_NB));
  }),
  "flock ends with the last descriptor": (dir) =>
    withFile(make(`${dir}/file`), "r", (two) => {
      withFile(`${dir}/file`, "r", (one) => flock(one, LOCK_EX));
      flock(two, LOCK_EX);
    }),
  "flock ends when its process is killed": between(async ({ mine, peer, theirs }) => {
    await peer.call("flock", theirs, LOCK_EX);
    refuses("EAGAIN", () => flock(mine, LOCK_EX | LOCK_NB));
    await peer.kill();
    flock(mine, LOCK_EX);
  }),
  "flock and record locks do not meet": between(async ({ mine, peer, theirs }) => {
    flock(mine, LOCK_EX);
    await peer.call("lock", theirs, "process", whole);
  }),
  "flock works on a directory": (dir) =>
    withFile(dir, "r", (one) =>
      withFile(dir, "r", (two) => {
        flock(one, LOCK_EX);
        refuses("EAGAIN", () => flock(two, LOCK_EX | LOCK_NB));
      }),
    ),
};

export const lockChecks: Checks = { ...recordLocks, ...openFileLocks, ...fileLocks };
