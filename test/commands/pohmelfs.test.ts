import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { Status } from "../../daemons/cli/core/status.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { dist, whyNoMount } from "../support/programs.ts";
import { type Ran, tryRun } from "../support/run.ts";
import { waitUntil } from "../support/wait-until.ts";

const call = ({ config, env }: Cluster, program: string, ...words: readonly string[]): Promise<Ran> =>
  tryRun([process.execPath, dist(program), ...words], { env: { ...env, POHMELFS_CONFIG: config } });

/** The roots of exports differ in their times until the first change is made in them. */
const touchRoot = ({ at }: Cluster): void => writeFileSync(join(at, "file"), "content");

async function status(cluster: Cluster): Promise<Status> {
  const { stdout } = await call(cluster, "pohmelfs", "status", "--json");
  return JSON.parse(stdout) as Status;
}

suite("pohmelfs and cfg on a running cluster", { skip: whyNoMount() ?? false }, () => {
  test("status tells of members and mounts what they say of themselves", async () => {
    await using cluster = await startCluster({ servers: [{ priority: 7 }, {}] });
    touchRoot(cluster);
    const { groups, mounts } = await status(cluster);
    const [first, second] = groups[0]?.members ?? [];
    assert.deepEqual(
      [first, second].map((member) => [
        member?.server,
        member?.active,
        member?.priority,
        member?.permissions,
        member?.lead,
      ]),
      [
        ["one", true, 7, 3, true],
        ["two", true, 0, 3, false],
      ],
    );
    assert.ok((first?.bytesFree ?? 0) > 0);
    assert.equal(first?.sessions, 1);
    const [mount] = mounts;
    assert.equal(mount?.at, cluster.at);
    assert.equal(mount?.pid, cluster.mounts[0].pid);
    assert.equal(mount?.unsent, 0);
    assert.ok((mount?.requests ?? 0) > 0);
    assert.equal((await call(cluster, "pohmelfs", "status", "--exit-code")).status, 0);
    await cluster.endsEqual();
  });

  test("a server that was killed is told by status and mountstats, until it is back", async () => {
    await using cluster = await startCluster();
    touchRoot(cluster);
    await cluster.servers[1].stop("SIGKILL");
    const active = async (): Promise<string> => {
      const { stdout } = await call(cluster, "pohmelfs", "mountstats", cluster.at);
      return stdout
        .trimEnd()
        .split("\n")
        .slice(2)
        .map((line) => line.split(" ")[4])
        .join("");
    };
    await waitUntil("the mount has noticed", async () => (await active()) === "10");
    assert.equal((await call(cluster, "pohmelfs", "status", "--exit-code")).status, 6);
    assert.equal((await status(cluster)).groups[0]?.members[1]?.state, "down");
    await cluster.servers[1].start();
    await waitUntil("the mount has it back", async () => (await active()) === "11");
    assert.equal((await call(cluster, "pohmelfs", "status", "--exit-code")).status, 0);
    await cluster.endsEqual();
  });

  test("a server that hangs is unknown after two seconds, and status does not hang with it", async () => {
    await using cluster = await startCluster();
    touchRoot(cluster);
    cluster.servers[1].signal("SIGSTOP");
    const begun = performance.now();
    const { groups } = await status(cluster);
    const took = performance.now() - begun;
    cluster.servers[1].signal("SIGCONT");
    assert.equal(groups[0]?.members[1]?.state, "unknown");
    assert.ok(took < 5_000, `${took} ms`);
    await cluster.endsEqual();
  });

  test("mountstats has the original's seven columns, cfg its table", async () => {
    await using cluster = await startCluster();
    touchRoot(cluster);
    const { stdout } = await call(cluster, "pohmelfs", "mountstats", cluster.at);
    const [first, header, ...rows] = stdout.trimEnd().split("\n");
    assert.equal(first, `device test mounted on ${cluster.at} with fstype pohmelfs`);
    assert.equal(header, "idx addr(:port) socket_type protocol active priority permissions");
    assert.equal(rows.length, 2);
    for (const row of rows) assert.match(row, /^1 127\.0\.0\.1:\d+ 1 6 1 0 3$/);
    const cfg = await call(cluster, "cfg", "-A", "show", "-i", "1");
    assert.match(cfg.stdout, /^Config Index = 1\nFamily .*\n(AF_INET {3}127\.0\.0\.1 .*\n){2}$/);
    await cluster.endsEqual();
  });
});
