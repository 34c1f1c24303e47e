import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { SyncResult } from "../../daemons/cli/core/sync-result.ts";
import type { MountReport } from "../../daemons/core/report.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { dist, whyNoMount } from "../support/programs.ts";
import { type Ran, run, tryRun } from "../support/run.ts";
import { waitUntil } from "../support/wait-until.ts";

const sync = ({ config, env }: Cluster, ...words: readonly string[]): Promise<Ran> =>
  tryRun([process.execPath, dist("pohmelfs"), "sync", ...words], { env: { ...env, POHMELFS_CONFIG: config } });

async function unsentOf({ env }: Cluster): Promise<number> {
  const { stdout } = await tryRun([process.execPath, dist("pohmelfs"), "mountstats", "--json"], { env });
  const { mounts } = JSON.parse(stdout) as { readonly mounts: readonly MountReport[] };
  return mounts.reduce((sum, { unsent }) => sum + unsent, 0);
}

suite("pohmelfs sync on a running cluster", { skip: whyNoMount() ?? false }, () => {
  test("after it, what was written lies on every server, and it says so", async () => {
    await using cluster = await startCluster({ mounts: 2 });
    mkdirSync(join(cluster.at, "sub"));
    for (let i = 0; i < 100; i += 1) writeFileSync(join(cluster.at, "sub", `f${i}`), `content ${i}`);
    const { status, stdout, stderr } = await sync(cluster, cluster.at);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^\S+: all is on the disks of all servers \(\d+\.\d s\)\n$/);
    for (const server of cluster.servers) {
      for (let i = 0; i < 100; i += 1)
        assert.equal(readFileSync(join(server.export, "sub", `f${i}`), "utf8"), `content ${i}`);
    }
    await cluster.endsEqual();
  });

  test("without a directory it is about all mounts of this machine, and any directory of a mount will do", async () => {
    await using cluster = await startCluster({ mounts: 2 });
    mkdirSync(join(cluster.at, "sub"));
    const all = JSON.parse((await sync(cluster, "--json")).stdout) as SyncResult;
    assert.equal(all.ok, true);
    assert.deepEqual(
      all.mounts.map(({ at, outcome, left }) => [at, outcome, left.changes]),
      cluster.mounts.map(({ at }) => [at, "done", 0]),
    );
    const one = JSON.parse((await sync(cluster, join(cluster.at, "sub"), "--json")).stdout) as SyncResult;
    assert.deepEqual(
      one.mounts.map(({ at }) => at),
      [cluster.at],
    );
    assert.equal((await sync(cluster, "/nowhere")).status, 4);
    await cluster.endsEqual();
  });

  test("while a server is away it waits, tells for whom, and gives up when it is told to", async () => {
    await using cluster = await startCluster({ servers: [{ priority: 7 }, {}] });
    writeFileSync(join(cluster.at, "file"), "content");
    cluster.servers[1].signal("SIGSTOP");
    // Whether the program has its answer before that server has it, or waits.
    const writing = run(["sh", "-c", 'printf more >> "$1"', "sh", join(cluster.at, "file")]);
    const isOnTheWay = async (): Promise<boolean> => (await unsentOf(cluster)) > 0;
    await waitUntil("the write is on its way", isOnTheWay, 3_000);
    const waiting = await sync(cluster, "--timeout", "1s");
    assert.equal(waiting.status, 7);
    assert.match(waiting.stderr, /not done after 1 s: \d+ changes? \(\d+ B\) left, waiting for two/);
    cluster.servers[1].signal("SIGCONT");
    await writing;
    assert.equal((await sync(cluster, "--timeout", "30s")).status, 0);
    await cluster.endsEqual();
  });

  test("a mount whose daemon is gone cannot be waited for", async () => {
    await using cluster = await startCluster({ mounts: 2 });
    process.kill(cluster.mounts[1].pid, "SIGKILL");
    const { status, stderr } = await sync(cluster);
    assert.equal(status, 5);
    assert.match(stderr, /its daemon .* (is gone|cannot be asked)/);
    cluster.passed();
  });
});
