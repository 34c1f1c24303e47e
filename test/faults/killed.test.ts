import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";

/** What needs a server at once, and waits for one. */
const WAITING = [
  "cat file",
  "ls -l",
  "rm -f other",
  "mkdir new",
  "sh -c 'echo more >> file'",
  "sync file",
  "flock file true",
];

suite("programs that are killed while all servers are away", { skip: whyNoMount() ?? false }, () => {
  test("end at once, and leave the mount as it was", { timeout: 90_000 }, async () => {
    await using cluster = await startCluster({ limitMs: 85_000 });
    for (const name of ["file", "other"]) writeFileSync(`${cluster.at}/${name}`, "text");
    const programs = WAITING.map((command) => spawn("sh", ["-c", `cd ${cluster.at} && read go && exec ${command}`]));
    await sleep(300);
    await Promise.all(cluster.servers.map((server) => server.stop("SIGKILL")));
    for (const program of programs) program.stdin.end("go\n");
    await sleep(1_000);
    for (const program of programs) assert.equal(program.exitCode ?? program.signalCode, null, "it waits");
    const killed = Date.now();
    for (const program of programs) program.kill("SIGTERM");
    for (const program of programs) {
      if (program.signalCode === null) await once(program, "exit");
      assert.equal(program.signalCode, "SIGTERM");
    }
    assert.ok(Date.now() - killed < 2_000, "nobody waited for a server");
    await Promise.all(cluster.servers.map((server) => server.start()));
    assert.equal(readFileSync(`${cluster.at}/file`, "latin1").startsWith("text"), true);
    await cluster.endsEqual();
  });
});
