import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrnoName } from "../../core/errno.ts";
import { oid } from "../../core/brand.ts";
import { changed, FILE, GIVE_UP_MS, mounted, write } from "./testing/mounted.ts";
import { fileOf } from "./testing/grants.ts";

type Group = ReturnType<typeof mounted>;

/** Opens the file. @returns Its handle. */
function opened(group: Group): number {
  const request = group.ask(FILE, { op: "open", flags: 2, openFlags: 0 });
  group.grant();
  const reply = group.answerTo(request);
  assert(reply?.kind === "opened");
  return reply.fh;
}

/** What flush, which is close(2), returns. */
function closing(group: Group, fh: number): ErrnoName | "done" | undefined {
  const request = group.ask(FILE, { op: "flush", fh, owner: "12345678" });
  const reply = group.answerTo(request);
  return reply?.kind === "error" ? reply.errno : reply && "done";
}

function fsyncing(group: Group, fh: number): () => ErrnoName | "done" | undefined {
  const request = group.ask(FILE, { op: "fsync", fh, dataOnly: false });
  return () => {
    const reply = group.answerTo(request);
    return reply?.kind === "error" ? reply.errno : reply && "done";
  };
}

const written = (count: number) => ({ kind: "written", count });
const both = (say: (place: number) => void): void => {
  for (const place of [0, 1]) say(place);
};

test("a write is answered when it is on its way to all members, and so is the next one", () => {
  const group = mounted();
  const first = group.ask(FILE, write(100));
  group.grant();
  const second = group.ask(FILE, write(200));
  assert.deepEqual([group.answerTo(first), group.answerTo(second)], [written(100), written(200)]);
  assert.equal(group.client.unsent, 2);
  assert.deepEqual(group.answer(0, "write", changed(1)).origin.touches, [{ oid: FILE, version: 4 }]);
  group.answer(1, "write", changed(1));
  assert.deepEqual(group.answer(0, "write", changed(2)).origin.touches, [{ oid: FILE, version: 5 }]);
  group.answer(1, "write", changed(2));
  assert.equal(group.client.unsent, 0);
  const { mispredicted, lateErrorCount, writeLeases } = group.client.cache;
  assert.deepEqual([mispredicted, lateErrorCount, writeLeases], [0, 0, 1]);
});

test("the end of a file is known while its last write is under way", () => {
  const group = mounted();
  group.ask(FILE, write(100));
  group.grant();
  group.ask(FILE, write(50, { flags: 0o2001 }));
  both((place) => group.answer(place, "write", changed(1)));
  assert.equal(group.answer(0, "write", changed(2)).offset, 100);
});

test("an error that comes late is told once by the next fsync or close of each handle, and stays in the report", () => {
  const group = mounted();
  const one = opened(group);
  group.ask(FILE, write(100, { fh: one }));
  group.grant();
  assert.equal(closing(group, one), "done");
  both((place) => group.answer(place, "write", changed(1, "EDQUOT")));
  const synced = fsyncing(group, one);
  both((place) => group.answer(place, "syncObject", { kind: "done" }));
  assert.equal(synced(), "EDQUOT");
  assert.equal(closing(group, one), "done");
  const { mispredicted, lateErrorCount, lateErrors } = group.client.cache;
  assert.deepEqual([mispredicted, lateErrorCount], [1, 1]);
  assert.deepEqual(
    lateErrors.map(({ oid: of, errno, change }) => [of, errno, change]),
    [[5, "EDQUOT", "write"]],
  );
  assert.deepEqual(
    group.ports.invalidated.map(({ what }) => what),
    [[{ kind: "all", oid: FILE }]],
  );
  // What is known of it is asked anew, and counts on: what failed counted, too.
  group.ask(FILE, write(10));
  group.grant();
  assert.deepEqual(group.answer(0, "write", changed(2)).origin.touches, [{ oid: FILE, version: 4 }]);
});

test("attributes that differ from what was told are counted, and what was known is forgotten", () => {
  const group = mounted();
  const times = { atime: { sec: 1, nsec: 0 }, mtime: { sec: 1, nsec: 0 }, ctime: { sec: 1, nsec: 0 } };
  const set = { valid: 1, mode: 0o600, uid: 0, gid: 0, size: 0, lockOwner: undefined, fh: undefined, ...times };
  const request = group.ask(FILE, { op: "setattr", ...set });
  group.grant();
  const reply = group.answerTo(request);
  assert(reply?.kind === "attributes");
  assert.equal(reply.attributes.mode, 0o100600);
  both((place) => group.answer(place, "setAttributes", changed(1, undefined, [fileOf(oid(5), 4)])));
  assert.equal(group.client.cache.mispredicted, 1);
  assert.equal(group.client.cache.lateErrorCount, 0);
  assert.equal(group.ports.invalidated.length, 1);
});

test("while a member is away, or a disk is near full, a change is answered by the members", () => {
  const away = mounted();
  away.ask(FILE, write(1));
  away.grant();
  both((place) => away.answer(place, "write", changed(1)));
  away.break(1);
  const request = away.ask(FILE, write(100));
  assert.equal(away.answerTo(request), undefined);
  away.pass(GIVE_UP_MS + 500);
  assert.deepEqual(away.answerTo(request), { kind: "error", errno: "EIO" });

  const full = mounted({ bytesFree: 1e8 });
  const last = full.ask(FILE, write(100));
  full.grant();
  both((place) => full.answer(place, "reserve", { kind: "done" }));
  assert.equal(full.answerTo(last), undefined);
  both((place) => full.answer(place, "write", changed(1, "ENOSPC")));
  assert.deepEqual(full.answerTo(last), { kind: "error", errno: "ENOSPC" });
  assert.equal(full.client.cache.lateErrorCount, 0);
});

test("a writer is held back as the limit of what is not on all members is neared", () => {
  const group = mounted({ dirtyBytes: 20_000 });
  const first = group.ask(FILE, write(10_000));
  group.grant();
  const requests = [first, ...[5_000, 5_000].map((bytes) => group.ask(FILE, write(bytes)))];
  const answers = (): readonly boolean[] => requests.map((request) => group.answerTo(request) !== undefined);
  assert.deepEqual(answers(), [true, false, false]);
  both((place) => group.answer(place, "write", changed(1)));
  assert.deepEqual(answers(), [true, true, true]);
});

test("who waits for room gets the members' answer when one of them goes away", () => {
  const group = mounted({ dirtyBytes: 20_000 });
  const first = group.ask(FILE, write(19_000));
  group.grant();
  const requests = [first, group.ask(FILE, write(5_000))];
  group.break(1);
  group.pass(GIVE_UP_MS + 500);
  assert.deepEqual(
    requests.map((request) => group.answerTo(request)),
    [written(19_000), { kind: "error", errno: "EIO" }],
  );
});

test("O_DSYNC: a write is answered when it is on the disks of all members", () => {
  const group = mounted();
  const request = group.ask(FILE, write(100, { flags: 0o10001 }));
  group.grant();
  assert.equal(group.answerTo(request), undefined);
  both((place) => {
    group.answer(place, "write", changed(1));
    group.answer(place, "syncObject", { kind: "done" });
  });
  assert.deepEqual(group.answerTo(request), written(100));
});

test("fsync is sent behind the changes, and asks nobody when all is durable already", () => {
  const group = mounted();
  const fh = opened(group);
  group.ask(FILE, write(100, { fh }));
  group.grant();
  const synced = fsyncing(group, fh);
  assert.deepEqual(group.ports.kindsSentTo(1), ["write", "syncObject"]);
  both((place) => {
    group.answer(place, "write", changed(1));
    group.answer(place, "syncObject", { kind: "done" });
  });
  assert.equal(synced(), "done");
  assert.equal(fsyncing(group, fh)(), "done");
  assert.deepEqual(group.ports.sent, []);
});

test("with sync-on-close a file that was written is durable when its close returns", () => {
  const group = mounted({ syncOnClose: true });
  const fh = opened(group);
  assert.equal(closing(group, fh), "done");
  group.ask(FILE, write(100, { fh }));
  group.grant();
  assert.equal(closing(group, fh), undefined);
  both((place) => {
    group.answer(place, "write", changed(1));
    group.answer(place, "syncObject", { kind: "done" });
  });
  assert.equal(closing(group, fh), "done");
});

test("while a change is under way, what is answered waits for company: adjacent writes become one", () => {
  const group = mounted();
  group.ask(FILE, write(100));
  group.grant();
  const requests = [20, 30, 40].map((bytes) => group.ask(FILE, write(bytes, { flags: 0o2001 })));
  assert.deepEqual(
    requests.map((request) => group.answerTo(request)),
    [20, 30, 40].map(written),
  );
  both((place) => group.answer(place, "write", changed(1)));
  const merged = group.answer(0, "write", changed(2));
  assert.deepEqual([merged.offset, merged.data.length, merged.origin.touches], [100, 90, [{ oid: FILE, version: 5 }]]);
  group.answer(1, "write", changed(2));
  assert.equal(group.client.unsent, 0);
  group.ask(FILE, write(1));
  assert.deepEqual(group.answer(0, "write", changed(3)).origin.touches, [{ oid: FILE, version: 6 }]);
});

test("who asks a member is answered by what was changed before", () => {
  const group = mounted();
  group.ask(FILE, write(100));
  group.grant();
  group.ask(FILE, write(200));
  group.ask(FILE, { op: "statfs" });
  const place = group.ports.sent.find(({ message }) => message.kind === "statFs")?.place ?? 0;
  assert.deepEqual(group.ports.kindsSentTo(place), ["write", "write", "statFs"]);
});
