import assert from "node:assert/strict";
import { test } from "node:test";
import { oid } from "../../core/brand.ts";
import type { LockRequest } from "../../fuse/core/request.ts";
import { LOCK, LOCK_WAIT, type MessageOfKind } from "../../wire/messages.ts";
import { LockHolder } from "./lock-holder.ts";
import { OpenFiles, type OpenFile } from "./open-files.ts";
import { FakeGroup, GIVE_UP_MS } from "./testing/fake-group.ts";
import { start } from "./testing/started.ts";

const FILE = oid(5);
const DONE = { kind: "done" } as const;
const NAMES = ["read", "write", "unlock"];

function locking() {
  const lost: string[] = [];
  const group = FakeGroup.ready(1);
  const files = new OpenFiles();
  const locks = new LockHolder(group.lead, files, (because) => lost.push(because));
  group.events = { resume: (isNewRun) => locks.resume(isNewRun) };
  const set = (file: OpenFile, lock: Partial<LockRequest> = {}, waits = false) =>
    start(locks.set(FILE, lockOf(file, lock), waits));
  /** Answers the oldest lock message. @returns It as text. */
  const answerLock = (reply: Parameters<typeof group.answer>[2] = DONE): string => text(group.answer(0, "lock", reply));
  const locked = (file: OpenFile, lock: Partial<LockRequest> = {}): void => {
    set(file, lock);
    answerLock();
  };
  return { lost, group, files, locks, set, answerLock, locked, file: files.open(FILE) };
}

const lockOf = ({ fh }: OpenFile, lock: Partial<LockRequest>): LockRequest => ({
  fh,
  owner: "owner---",
  start: 0,
  end: 99,
  type: LOCK.write,
  pid: 3,
  flock: false,
  ...lock,
});
const text = ({ type, start: first, end, wait }: MessageOfKind<"lock">): string =>
  `${NAMES[type]} ${first}-${end === Number.MAX_SAFE_INTEGER ? "end" : end}${wait === LOCK_WAIT.again ? " again" : ""}`;

test("a lock that the lead grants is held", () => {
  const { set, answerLock, locks, file } = locking();
  const started = set(file);
  assert.equal(started.isDone, false);
  assert.equal(answerLock(), "write 0-99");
  assert.deepEqual(started.value, { ok: true, value: undefined });
  assert.equal(locks.count, 1);
});

test("a lock that the lead refuses is not", () => {
  const { set, answerLock, locks, file } = locking();
  const started = set(file);
  answerLock({ kind: "failed", errno: 11, because: "" });
  assert.equal(started.value?.ok === false && started.value.errno, "EAGAIN");
  assert.equal(locks.count, 0);
});

test("all locks are set again at a lead that has restarted, before anything else is asked of it", () => {
  const { group, answerLock, locked, set, file, lost } = locking();
  locked(file, { end: 49 });
  locked(file, { start: 50, type: LOCK.read });
  locked(file, { owner: "another-", flock: true });
  group.break(0);
  const waiting = set(file, { owner: "third---" });
  group.connect(0, { run: 2 });
  assert.deepEqual(
    [answerLock(), answerLock(), answerLock()],
    ["write 0-49 again", "read 50-99 again", "write 0-end again"],
  );
  assert.equal(answerLock(), "write 0-99");
  assert.equal(waiting.isDone, true);
  assert.deepEqual(lost, []);
});

test("a lock that cannot be had again is told as lost, and its handle is of no use any more", () => {
  const { group, answerLock, locked, files, file, lost, locks } = locking();
  locked(file);
  group.break(0);
  group.connect(0, { run: 2 });
  answerLock({ kind: "failed", errno: 11, because: "" });
  assert.deepEqual(lost, ["of object 5: another client got it while the lead was away"]);
  assert.equal(files.isBroken(file.fh), true);
  assert.equal(locks.count, 0);
  assert.equal(answerLock(), "unlock 0-end");
});

test("nothing is set again at a lead that has not restarted", () => {
  const { group, locked, file } = locking();
  locked(file);
  group.break(0);
  group.connect(0);
  assert.deepEqual(group.ports.kindsSentTo(0), []);
});

test("a lock whose answer was lost is asked for again", () => {
  const { group, set, answerLock, file } = locking();
  const started = set(file, {}, true);
  group.break(0);
  assert.equal(started.isDone, false);
  group.connect(0);
  assert.equal(answerLock(), "write 0-99");
  assert.equal(started.isDone, true);
});

test("an unlock that the lead does not hear succeeds, and is said again when the lead is back", () => {
  const { group, set, answerLock, locked, file } = locking();
  locked(file);
  const unlocked = set(file, { type: LOCK.unlock, start: 10, end: 19 });
  group.break(0);
  assert.equal(unlocked.value?.ok, true);
  group.connect(0);
  assert.deepEqual(
    [answerLock(), answerLock(), answerLock(), answerLock()],
    ["write 0-9 again", "write 20-99 again", "unlock 10-19", "unlock 100-end"],
  );
});

test("who closes a file does not wait for a lead that is away, and the lead hears of it when it is back", () => {
  const { group, locks, answerLock, locked, file } = locking();
  locked(file);
  group.break(0);
  assert.equal(start(locks.closed(FILE, "owner---")).isDone, true);
  group.connect(0);
  assert.equal(answerLock(), "unlock 0-end");
});

test("a lead that has restarted need not hear of what was unlocked while it was away", () => {
  const { group, locks, locked, file } = locking();
  locked(file);
  group.break(0);
  start(locks.closed(FILE, "owner---"));
  group.connect(0, { run: 2 });
  assert.deepEqual(group.ports.kindsSentTo(0), []);
});

test("a close drops the locks of its process, and of no other", () => {
  const { group, locks, locked, file } = locking();
  locked(file);
  locked(file, { owner: "another-", start: 200, end: 299 });
  const closed = start(locks.closed(FILE, "owner---"));
  assert.equal(Buffer.from(group.answer(0, "lockDrop", DONE).owner).toString(), "owner---");
  assert.equal(closed.isDone, true);
  assert.equal(locks.count, 1);
});

test("a close of a file that was never locked asks nothing", () => {
  const { group, locks } = locking();
  assert.equal(start(locks.closed(FILE, "owner---")).isDone, true);
  assert.deepEqual(group.ports.kindsSentTo(0), []);
});

test("the last close of a handle drops the locks that were set through it", () => {
  const { group, locks, locked, file, files } = locking();
  const other = files.open(FILE);
  locked(file);
  locked(other, { owner: "another-", start: 200, end: 299 });
  locked(file, { owner: "flocker-", flock: true });
  start(locks.released(file, "flocker-"));
  assert.equal(group.answer(0, "lockDrop", DONE).flock, 1);
  assert.equal(Buffer.from(group.answer(0, "lockDrop", DONE).owner).toString(), "owner---");
  assert.deepEqual(group.ports.kindsSentTo(0), []);
});

test("a late release does not drop what another process with the same owner has locked since", () => {
  const { group, locks, locked, file, files } = locking();
  locked(file);
  start(locks.closed(FILE, "owner---"));
  group.answer(0, "lockDrop", DONE);
  locked(files.open(FILE));
  start(locks.released(file, undefined));
  assert.deepEqual(group.ports.kindsSentTo(0), []);
  assert.equal(locks.count, 1);
});

test("a wait ends with EINTR: the lead is told, and answers", () => {
  const { group, set, answerLock, file, locks } = locking();
  const started = set(file, {}, true);
  started.task.interrupt();
  assert.equal(group.ports.take(0, "cancel").message.kind, "cancel");
  assert.equal(started.isDone, false);
  answerLock({ kind: "failed", errno: 4, because: "" });
  assert.equal(started.value?.ok === false && started.value.errno, "EINTR");
  assert.equal(locks.count, 0);
});

test("who gives up on a lead that is away corrects what it may have granted", () => {
  const { group, set, answerLock, file } = locking();
  const started = set(file, {}, true);
  group.break(0);
  group.pass(GIVE_UP_MS);
  assert.equal(started.value?.ok === false && started.value.errno, "ENOLCK");
  group.connect(0);
  assert.equal(answerLock(), "unlock 0-end");
});

test("a flock conversion lets go of the old lock first, whatever comes of it", () => {
  const { group, set, answerLock, locked, file, locks } = locking();
  locked(file, { flock: true, type: LOCK.read });
  set(file, { flock: true });
  answerLock({ kind: "failed", errno: 11, because: "" });
  assert.equal(locks.count, 0);
  group.break(0);
  group.connect(0, { run: 2 });
  assert.deepEqual(group.ports.kindsSentTo(0), []);
});

test("with the session all locks are gone", () => {
  const { locks, locked, files, file, lost } = locking();
  locked(file);
  locks.reset("fenced");
  assert.deepEqual(lost, ["of object 5: fenced"]);
  assert.equal(files.isBroken(file.fh), true);
});

test("who is in the way is asked of the lead", () => {
  const { group, locks, file } = locking();
  const found = start(locks.test(FILE, lockOf(file, {})));
  const holder = { kind: "lockHolder", type: LOCK.read, start: 5, end: 6, pid: 0 } as const;
  group.answer(0, "lockTest", holder);
  assert.deepEqual(found.value, { ok: true, value: holder });
});
