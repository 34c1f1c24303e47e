import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ERRNO } from "../core/errno.ts";
import { EFD_CLOEXEC } from "./constants.ts";
import { type DiskJob, DiskWorkers, READ_MAX } from "./disk-workers.ts";
import { libc } from "./libc.ts";
import { Reactor } from "./reactor.ts";

/** Runs jobs on two workers. @returns For each its result and, for reads, the text. */
function runJobs(jobs: readonly DiskJob[]): readonly string[] {
  const reactor = new Reactor();
  const workers = new DiskWorkers(reactor, 2);
  const results: string[] = [];
  let left = jobs.length;
  for (const [i, job] of jobs.entries()) {
    const taken = workers.submit(job, (result, bytes) => {
      results[i] =
        bytes.length === 0 ? `${result}` : `${result} ${Buffer.from(bytes.subarray(0, 8)).toString("latin1")}`;
      left--;
      if (left === 0) reactor.stop();
    });
    assert.ok(taken);
  }
  reactor.after(5000, () => reactor.stop());
  reactor.run();
  workers.close();
  reactor.close();
  return results;
}

function withFile(body: (fd: number, folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "pohmelfs-sys-"));
  const fd = openSync(join(folder, "file"), "w+");
  try {
    body(fd, folder);
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}

test("workers make each call and tell its result", () => {
  withFile((fd) => {
    writeSync(fd, "0123456789");
    const results = runJobs([
      { call: "fsync", fd },
      { call: "fdatasync", fd },
      { call: "syncfs", fd },
      { call: "pread", fd, offset: 2, length: 5 },
      { call: "pread", fd, offset: 10, length: 5 },
      { call: "fsync", fd: 1_000_000 },
      { call: "pread", fd: 1_000_000, offset: 0, length: 1 },
    ]);
    const bad = `${-ERRNO.EBADF.number}`;
    assert.deepEqual(results, ["0", "0", "0", "5 23456", "0", bad, bad]);
  });
});

test("many reads, more than there are workers, each get their own bytes, also beyond 4 GiB", () => {
  withFile((fd) => {
    const far = 5 * 2 ** 32;
    for (let i = 0; i < 300; i++) writeSync(fd, `${i}`.padStart(8, "0"), far + i * 8);
    const jobs = Array.from(
      { length: 300 },
      (_, i): DiskJob => ({ call: "pread", fd, offset: far + i * 8, length: 8 }),
    );
    assert.deepEqual(
      runJobs(jobs),
      jobs.map((_, i) => `8 ${`${i}`.padStart(8, "0")}`),
    );
  });
});

test("a read of the largest size comes whole", () => {
  withFile((fd) => {
    writeSync(fd, Buffer.alloc(READ_MAX, "x"));
    assert.deepEqual(runJobs([{ call: "pread", fd, offset: 0, length: READ_MAX }]), [`${READ_MAX} xxxxxxxx`]);
  });
});

test("workers that are closed with a job under way end, and nothing is told any more", () => {
  withFile((fd) => {
    const reactor = new Reactor();
    const workers = new DiskWorkers(reactor, 2);
    let told = 0;
    for (let i = 0; i < 10; i++) workers.submit({ call: "fsync", fd }, () => told++);
    workers.close();
    reactor.after(50, () => reactor.stop());
    reactor.run();
    reactor.close();
    assert.equal(told, 0);
  });
});

test("where such calls are quick, small ones are made at the end of the turn, without another thread", () => {
  const reactor = new Reactor();
  const workers = new DiskWorkers(reactor, 1);
  // Cannot be flushed, and says so at once.
  const fd = libc.eventfd(0, EFD_CLOEXEC);
  let calls = 0;
  let inTurn = 0;
  const next = (): void => {
    if (calls === 200) return reactor.stop();
    calls += 1;
    const { turn } = reactor;
    const taken = workers.submit({ call: "fdatasync", fd, small: true }, (result) => {
      assert.equal(result, -ERRNO.EINVAL.number);
      if (reactor.turn === turn) inTurn += 1;
      reactor.after(0, next);
    });
    assert(taken);
  };
  reactor.after(0, next);
  reactor.after(20_000, () => reactor.stop());
  reactor.run();
  workers.close();
  libc.close(fd);
  reactor.close();
  assert.equal(calls, 200);
  assert(inTurn > 100 && inTurn < 193, `${inTurn}`);
});
