import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, oid } from "../../core/brand.ts";
import { FOPEN } from "../../fuse/core/reply.ts";
import type { Operation } from "../../fuse/core/request.ts";
import { TIME_ZERO } from "../../core/time.ts";
import { FATTR } from "../../fuse/core/request.ts";
import { mounted } from "./testing/mounted.ts";
import { DIRECTORY, getattr, grantKinds, listed, loseAmidReads, revoke } from "./testing/reading.ts";

type Group = ReturnType<typeof mounted>;
const FILE = 5;
const open: Operation = { op: "open", flags: 0, openFlags: 0 };
const TIMES = { atime: TIME_ZERO, mtime: TIME_ZERO, ctime: TIME_ZERO };
const chmod: Operation = {
  op: "setattr",
  valid: FATTR.mode,
  fh: undefined,
  mode: 0o600,
  uid: 0,
  gid: 0,
  size: 0,
  ...TIMES,
};

const flagsOf = (group: Group, request: number): number | undefined => {
  const reply = group.answerTo(request);
  return reply?.kind === "opened" ? reply.openFlags : undefined;
};

/** A directory is known whole, and so what is made in it is foretold. */
function known() {
  const group = mounted();
  const opened = group.answerTo(group.ask(DIRECTORY, { op: "opendir", flags: 0 }));
  const fh = opened?.kind === "opened" ? opened.fh : -1;
  group.ask(DIRECTORY, { op: "readdir", fh, offset: 0, size: 65_536, plus: true });
  grantKinds(group);
  group.answer(0, "listDirectory", listed({ f: FILE }));
  return group;
}

test("pages are kept at an open by who opened the file before under the same lease", () => {
  const group = mounted();
  const first = group.ask(FILE, open);
  grantKinds(group);
  assert.equal(flagsOf(group, first), 0);
  assert.equal(flagsOf(group, group.ask(FILE, open)), FOPEN.keepCache);
  revoke(group, FILE);
  const next = group.ask(FILE, open);
  grantKinds(group);
  assert.equal(flagsOf(group, next), 0, "another lease");
});

test("while the lease is given back, pages are not kept", () => {
  const group = mounted();
  group.ask(FILE, open);
  grantKinds(group);
  group.ports.forgetsAtOnce = false;
  revoke(group, FILE);
  assert.equal(flagsOf(group, group.ask(FILE, open)), 0);
});

test("what is made is told for as long as its lease lasts: it is under that at once", () => {
  const group = known();
  const request = group.ask(DIRECTORY, {
    op: "create",
    name: fileName("new"),
    flags: 1,
    mode: 0o100644,
    umask: 0,
    openFlags: 0,
  });
  grantKinds(group);
  group.answer(0, "oidRange", { kind: "oids", from: oid(100), to: oid(9_000) });
  const reply = group.answerTo(request);
  assert.equal(reply?.kind, "created");
  if (reply?.kind !== "created") return;
  assert.equal(reply.attributes.oid, 100);
  assert.ok(reply.validity.attributeSeconds > 0 && reply.validity.entrySeconds > 0);
});

test("what a change came to is told as it is known now, for as long as the lease lasts", () => {
  const group = known();
  const request = group.ask(FILE, chmod);
  grantKinds(group);
  const reply = group.answerTo(request);
  assert.equal(reply?.kind === "attributes" && reply.attributes.mode, 0o100600);
  assert.ok(reply?.kind === "attributes" && reply.attributeSeconds > 0);
  const seen = group.answerTo(group.ask(FILE, getattr));
  assert.equal(seen?.kind === "attributes" && seen.attributes.mode, 0o100600);
});

test("what a change came to is not told while the kernel has pages of an earlier lease", () => {
  const group = known();
  group.ask(FILE, open);
  loseAmidReads(group, FILE, 2);
  const request = group.ask(FILE, chmod);
  grantKinds(group);
  assert.equal(group.answerTo(request), undefined);
  group.ports.invalidated.at(-1)?.done();
  assert.equal(group.answerTo(request)?.kind, "attributes");
});
