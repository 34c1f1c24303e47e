import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DescriptorSocket } from "../../test/support/descriptor-socket.ts";
import { notify, storeDescriptor } from "./notify.ts";
import { takeStoredDescriptors } from "./stored-descriptors.ts";
import { withScratch } from "./testing/scratch.ts";

test("a descriptor that is given to be kept arrives with its name, and is the same file", () => {
  withScratch(({ path }) => {
    writeFileSync(join(path, "file"), "");
    const fd = openSync(join(path, "file"), "r");
    using systemd = new DescriptorSocket(join(path, "notify"));
    assert.equal(storeDescriptor(fd, "fuse-0-52", join(path, "notify")), true);
    assert.equal(notify("READY=1", join(path, "notify")), true);
    const stored = systemd.receive();
    assert.equal(stored?.text, "FDSTORE=1\nFDNAME=fuse-0-52");
    const [kept = -1] = stored?.fds ?? [];
    assert.equal(fstatSync(kept).ino, fstatSync(fd).ino);
    assert.deepEqual(systemd.receive(), { text: "READY=1", fds: [] });
    assert.equal(systemd.receive(), undefined);
    for (const one of [fd, kept]) closeSync(one);
  });
});

test("descriptors are handed over once, with their names, and only to the process that is meant", () => {
  const mine = { LISTEN_PID: String(process.pid), LISTEN_FDS: "2", LISTEN_FDNAMES: "one:two", PATH: "/" };
  assert.deepEqual(takeStoredDescriptors(mine), [
    { fd: 3, name: "one" },
    { fd: 4, name: "two" },
  ]);
  assert.deepEqual(mine, { PATH: "/" });
  assert.deepEqual(takeStoredDescriptors(mine), []);
  assert.deepEqual(takeStoredDescriptors({ LISTEN_PID: "1", LISTEN_FDS: "1" }), []);
});
