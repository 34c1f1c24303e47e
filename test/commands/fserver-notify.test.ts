import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { AF_UNIX, SOCK_DGRAM, SOCK_NONBLOCK } from "../../daemons/sys/constants.ts";
import { libc } from "../../daemons/sys/libc.ts";
import { freePorts } from "../support/free-ports.ts";
import { dist, whyNoMount } from "../support/programs.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { waitUntil } from "../support/wait-until.ts";

/** systemd's end of NOTIFY_SOCKET: sd_notify(3). */
class NotifySocket {
  readonly #fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  readonly heard: string[] = [];

  constructor(path: string) {
    const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(`${path}\0`)]);
    assert.equal(libc.bind(this.#fd, address, address.length), 0);
  }

  async hears(state: RegExp): Promise<void> {
    const buffer = Buffer.alloc(1_000);
    await waitUntil(`systemd hears ${state}`, async () => {
      const length = libc.recv(this.#fd, buffer, buffer.length, 0);
      if (length > 0) this.heard.push(buffer.toString("utf8", 0, length));
      return this.heard.some((one) => state.test(one));
    });
  }

  [Symbol.dispose](): void {
    libc.close(this.#fd);
  }
}

suite("fserver under systemd", { skip: whyNoMount() ?? false }, () => {
  test("says READY=1 once it serves, and STOPPING=1 when it is told to end", async () => {
    using folder = temporaryDirectory("notify");
    const [root, socket] = ["root", "notify"].map((name) => join(folder.path, name)) as [string, string];
    mkdirSync(root);
    using systemd = new NotifySocket(socket);
    const [port] = (await freePorts(1)).map(String) as [string];
    const words = [dist("fserver"), "-r", root, "-a", "127.0.0.1", "-p", port];
    const server = spawn(process.execPath, words, { stdio: "ignore", env: { ...process.env, NOTIFY_SOCKET: socket } });
    const ended = once(server, "exit");
    try {
      await systemd.hears(/^READY=1\nSTATUS=serving .* at 127\.0\.0\.1:/);
    } finally {
      server.kill("SIGTERM");
    }
    await systemd.hears(/^STOPPING=1$/);
    assert.deepEqual(await ended, [0, null]);
  });
});
