import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { AF_UNIX, SOCK_DGRAM, SOCK_NONBLOCK } from "./constants.ts";
import { libc } from "./libc.ts";
import { notify } from "./notify.ts";
import { withScratch } from "./testing/scratch.ts";

/** What systemd's end of the socket gets. @param name The bytes of sun_path. */
function heard(name: Buffer, say: () => void): string {
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), name]);
  assert.equal(libc.bind(fd, address, address.length), 0);
  say();
  const buffer = Buffer.alloc(1000);
  const length = libc.recv(fd, buffer, buffer.length, 0);
  libc.close(fd);
  return buffer.toString("utf8", 0, Math.max(0, length));
}

test("a state reaches a socket with a path", () => {
  withScratch(({ path }) => {
    const socket = join(path, "notify");
    const state = "READY=1\nSTATUS=serving größe";
    assert.equal(
      heard(Buffer.from(`${socket}\0`), () => assert.equal(notify(state, socket), true)),
      state,
    );
  });
});

test("a state reaches an abstract socket", () => {
  const name = `pohmelfs-test-${process.pid}`;
  assert.equal(
    heard(Buffer.from(`\0${name}`), () => assert.equal(notify("WATCHDOG=1", `@${name}`), true)),
    "WATCHDOG=1",
  );
});

test("nothing is told where nobody listens or wants to know", () => {
  assert.equal(notify("READY=1", ""), false);
  assert.equal(notify("READY=1", "/nonexistent/notify"), false);
  assert.equal(notify("READY=1", "relative"), false);
  assert.equal(notify("READY=1", `/${"x".repeat(200)}`), false);
});
