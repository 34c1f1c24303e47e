import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { freePorts } from "../support/free-ports.ts";
import { dist, whyNoMount } from "../support/programs.ts";
import { type RunOptions, run, tryRun } from "../support/run.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { waitUntil } from "../support/wait-until.ts";

const fserver = (words: readonly string[], options: RunOptions = {}) =>
  tryRun([process.execPath, dist("fserver"), ...words], { limitMs: 30_000, ...options });

async function refused(code: number, expected: RegExp, words: readonly string[], options: RunOptions = {}) {
  const { status, stdout, stderr } = await fserver(words, options);
  assert.equal(status, code, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, expected);
  assert.doesNotMatch(stderr, /\n {4}at /);
}

/** The tutorial's own form, in the background; ended by the process number that its lock has. */
async function withServer(root: string, words: readonly string[], body: () => Promise<void>): Promise<void> {
  const { status, stderr } = await fserver(["-r", root, ...words, "-d"]);
  assert.equal(status, 0, stderr);
  const pid = Number(readFileSync(join(root, ".pohmelfs/lock"), "utf8"));
  try {
    await body();
  } finally {
    await run(["kill", String(pid)]);
    await waitUntil("the server has ended", async () => (await tryRun(["kill", "-0", String(pid)])).status !== 0);
  }
}

suite("fserver", { skip: whyNoMount() ?? false }, () => {
  test("in the background it logs to a file as in the tutorial, and holds its export and its port", async () => {
    using folder = temporaryDirectory("fserver");
    const [root, other, log] = ["root", "other", "log"].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    for (const path of [root, other]) mkdirSync(path);
    const [port, second] = (await freePorts(2)).map(String) as [string, string];
    await withServer(root, ["-a", "127.0.0.1", "-p", port, "-w", "1", "-l", log], async () => {
      assert.match(readFileSync(log, "utf8"), /Server is now listening/);
      await refused(1, /is in use: fserver with pid \d+ has it\n$/, ["-r", root, "-a", "127.0.0.1", "-p", second]);
      await refused(1, /127\.0\.0\.1:\d+ is already in use/, ["-r", other, "-a", "127.0.0.1", "-p", port]);
    });
  });

  test("what it cannot export, and why, is one line", async () => {
    using folder = temporaryDirectory("fserver");
    const at = (name: string): string => join(folder.path, name);
    const [port] = (await freePorts(1)).map(String) as [string];
    const serve = (root: string) => ["-r", root, "-a", "127.0.0.1", "-p", port];
    await refused(1, /cannot be exported: there is no such directory\n$/, serve(at("nothing")));
    writeFileSync(at("file"), "");
    await refused(1, /cannot be exported: .*not a directory\n$/, serve(at("file")));
    await refused(1, /cannot be exported: its file system, .* keeps no/, serve("/proc"));
    mkdirSync(at("newer"));
    mkdirSync(at("newer/.pohmelfs"), { mode: 0o700 });
    writeFileSync(at("newer/.pohmelfs/format"), JSON.stringify({ version: 1_000, storeId: "00".repeat(16) }));
    await refused(1, /cannot be exported: .*it is of version 1000, this software knows up to 2\n$/, serve(at("newer")));
  });

  test("wrong calls end with 2, a configuration that is none with 3, another user's with 1", async () => {
    using folder = temporaryDirectory("fserver");
    await refused(2, /which server is this\?/, []);
    await refused(2, /the port must be a whole number/, ["-r", folder.path, "-p", "many"]);
    await refused(2, /Unknown option '--rooot'/, ["--rooot", folder.path]);
    await refused(3, /cannot be read/, ["--config", join(folder.path, "none.yaml"), "--name", "host-75"]);
    await refused(1, /must be started by root/, ["-r", folder.path], { uid: 65_534, gid: 65_534 });
  });

  test("help and version are results: on stdout, with 0", async () => {
    for (const word of ["--help", "--version"]) {
      const { status, stdout, stderr } = await fserver([word]);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
      assert.notEqual(stdout, "");
    }
  });
});
