import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { clientId, oid, sequence, version } from "../core/brand.ts";
import type { Change } from "../wire/messages.ts";
import type { KeptLocks } from "./core/kept-state.ts";
import { KeptStateFile, readLeft } from "./kept-file.ts";
import { openSlotFile } from "./slot-file.ts";

const SESSION = { client: clientId(7), run: 3, known: ["one", "two"] };

function open(path: string) {
  const opened = openSlotFile(path);
  assert.ok(opened.ok, JSON.stringify(opened));
  const failures: string[] = [];
  const { file, records } = opened.value;
  return {
    left: readLeft(opened.value),
    kept: new KeptStateFile(file, records, (because) => failures.push(because)),
    failures,
  };
}

const write = (seq: number, bytes: number, fill = seq): Change => ({
  kind: "write",
  origin: {
    seq: sequence(seq),
    settled: sequence(0),
    time: { sec: 1, nsec: 2 },
    caller: { uid: 0, gid: 0, groups: [] },
    touches: [{ oid: oid(5), version: version(seq) }],
  },
  oid: oid(5),
  offset: 0,
  killPrivileges: 0,
  data: Buffer.alloc(bytes, fill),
});
const changing = (change: Change, unique: number) => ({
  change,
  unique,
  under: [oid(5), oid(0)],
  outcome: undefined,
  isDurable: false,
});

test("what was kept is read back by the next process, of every kind and size", () => {
  using folder = temporaryDirectory("kept");
  const path = join(folder.path, "kept");
  const locks: KeptLocks = {
    oid: oid(5),
    flock: false,
    owner: "\u0000\u00ff1234\u00e9x",
    ranges: [{ start: 0, end: 99, type: 1, pid: 3 }],
    handles: [2],
    isUnsure: true,
  };
  {
    const { kept, left } = open(path);
    assert.deepEqual(left, { mount: undefined, inheritance: undefined });
    kept.mount({ device: "0:52" });
    kept.session(SESSION);
    for (const fh of [1, 2, 3]) kept.opened({ fh, oid: oid(40 + fh), unique: 10 * fh, isBroken: false });
    kept.closed(1);
    kept.opened({ fh: 3, oid: oid(43), unique: 30, isBroken: true });
    kept.locked(locks);
    for (const [seq, bytes] of [0, 100, 5_000, 1_000_000].entries())
      kept.changing(changing(write(seq + 1, bytes), seq + 100));
    kept.close();
  }
  const { left, kept } = open(path);
  kept.close();
  assert.deepEqual(left.mount, { device: "0:52" });
  const { session, files, changes, lastSequence } = left.inheritance ?? assert.fail();
  assert.deepEqual(session, SESSION);
  assert.deepEqual(files, [
    { fh: 2, oid: 42, unique: 20, isBroken: false },
    { fh: 3, oid: 43, unique: 30, isBroken: true },
  ]);
  assert.deepEqual(left.inheritance?.locks, [locks]);
  assert.equal(lastSequence, 4);
  assert.deepEqual(
    changes.map(({ change, unique, under, outcome }) => [change.origin.seq, unique, under.length, outcome]),
    [1, 2, 3, 4].map((seq) => [seq, seq + 99, 2, undefined]),
  );
  for (const { change } of changes) {
    assert.ok(change.kind === "write");
    assert.ok(Buffer.alloc(change.data.length, change.origin.seq).equals(change.data));
  }
});

test("a change goes when it is durable on all members and its request is answered, in whichever order; the numbers go on", () => {
  using folder = temporaryDirectory("kept");
  const path = join(folder.path, "kept");
  const { kept } = open(path);
  kept.session(SESSION);
  for (let seq = 1; seq <= 6; seq += 1) kept.changing(changing(write(seq, 10), 2 * seq));
  kept.settled(sequence(1), { errno: 0, count: 10 });
  kept.answered(2);
  kept.durable(1);
  kept.answered(4);
  kept.settled(sequence(2), { errno: 0, count: 10 });
  kept.settled(sequence(3), { errno: 28, count: 0 });
  kept.durable(3);
  kept.settled(sequence(4), { errno: 0, count: 0 });
  kept.answered(8);
  kept.answered(10);
  kept.settled(sequence(6), undefined);
  kept.close();
  const { left, kept: next } = open(path);
  const known = left.inheritance?.changes.map(({ change, outcome, isDurable }) => [
    change.origin.seq,
    outcome,
    isDurable,
  ]);
  assert.deepEqual(known, [
    [3, { errno: 28, count: 0 }, true],
    [4, { errno: 0, count: 0 }, false],
    [5, undefined, false],
  ]);
  assert.equal(left.inheritance?.lastSequence, 6);
  // The next process frees what it was left.
  for (const seq of [4, 5]) next.settled(sequence(seq), { errno: 0, count: 0 });
  next.durable(5);
  // Of a request that has its answer it is still known by which change: the kernel does not repeat it.
  for (const unique of [6, 8, 10]) next.answered(unique);
  next.changing(changing(write(7, 10), 0));
  next.close();
  const last = open(path);
  last.kept.close();
  assert.deepEqual(
    last.left.inheritance?.changes.map(({ change }) => change.origin.seq),
    [7],
  );
});

test("until it is sent a change may become another one, or none: its number is free again", () => {
  using folder = temporaryDirectory("kept");
  const path = join(folder.path, "kept");
  const { kept } = open(path);
  kept.session(SESSION);
  for (const [seq, bytes] of [10, 20, 5_000].entries()) kept.changing(changing(write(seq + 1, bytes), 2 * seq + 2));
  for (const unique of [2, 4, 6]) kept.answered(unique);
  kept.unmade(sequence(3));
  kept.changing(changing(write(2, 50), 8));
  kept.close();
  const { left, kept: next } = open(path);
  next.close();
  const { changes, lastSequence } = left.inheritance ?? assert.fail();
  assert.equal(lastSequence, 2);
  const found = changes.map(({ change, unique }) => [
    change.origin.seq,
    unique,
    "data" in change && change.data.length,
  ]);
  assert.deepEqual(found[1], [2, 8, 50]);
  assert.equal(found.length, 2);
});

test("space is used again: many changes need no more than the few under way at once", () => {
  using folder = temporaryDirectory("kept");
  const path = join(folder.path, "kept");
  const { kept } = open(path);
  kept.session(SESSION);
  for (let seq = 1; seq <= 20_000; seq += 1) {
    kept.changing(changing(write(seq, seq % 3_000), 0));
    kept.opened({ fh: seq, oid: oid(seq), unique: seq, isBroken: false });
    kept.settled(sequence(seq), { errno: 0, count: 0 });
    kept.durable(seq);
    kept.closed(seq);
  }
  kept.close();
  assert.ok(statSync(path).size <= 256 * 1_024, `${statSync(path).size} bytes`);
  const { left, kept: next } = open(path);
  next.close();
  assert.equal(left.inheritance?.lastSequence, 20_000);
});

test("the numbers of a session that has ended are no numbers of the next one", () => {
  using folder = temporaryDirectory("kept");
  const path = join(folder.path, "kept");
  const { kept } = open(path);
  kept.session(SESSION);
  for (let seq = 1; seq <= 9; seq += 1) kept.changing(changing(write(seq, 10), 0));
  kept.session({ ...SESSION, client: clientId(8) });
  kept.close();
  const { left, kept: next } = open(path);
  assert.deepEqual(left.inheritance?.changes, []);
  assert.equal(left.inheritance?.lastSequence, 0);
  next.changing(changing(write(1, 10), 0));
  next.close();
  const last = open(path);
  last.kept.close();
  assert.equal(last.left.inheritance?.lastSequence, 1);
});

test("what another process has open is not touched", () => {
  using folder = temporaryDirectory("kept");
  const path = join(folder.path, "kept");
  const { kept } = open(path);
  const second = openSlotFile(path);
  assert.equal(second.ok === false && second.errno, "EAGAIN");
  kept.close();
  open(path).kept.close();
});

test("a file of something else is begun anew", () => {
  using folder = temporaryDirectory("kept");
  const path = join(folder.path, "kept");
  writeFileSync(path, Buffer.alloc(10_000, "something else"));
  const opened = openSlotFile(path);
  assert.ok(opened.ok);
  opened.value.file.close();
  assert.deepEqual([opened.value.records, opened.value.numbers], [[], [0, 0]]);
  assert.deepEqual(open(path).left.inheritance, undefined);
});

test("killed at any moment, a writer leaves whole changes, and all of those before the last", async () => {
  using folder = temporaryDirectory("kept");
  for (let round = 0; round < 5; round += 1) {
    const path = join(folder.path, `kept-${round}`);
    const writer = spawn(
      process.execPath,
      ["--import", "tsx", join(import.meta.dirname, "testing/kept-writer.ts"), path],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    // It tells when it begins; then it is killed at a moment of chance.
    await once(writer.stdout, "data");
    await new Promise((settle) => setTimeout(settle, round * 3.7));
    writer.kill("SIGKILL");
    await once(writer, "exit");
    const { left, kept } = open(path);
    kept.close();
    const { changes, lastSequence } = left.inheritance ?? assert.fail();
    assert.ok(changes.length <= 4, `${changes.length} are not yet settled`);
    for (const { change } of changes) {
      assert.ok(change.kind === "write" && change.data.every((byte) => byte === change.origin.seq % 251));
      assert.ok(change.origin.seq > lastSequence - 4 && change.origin.seq <= lastSequence);
    }
  }
});
