import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { FlushResult } from "../../daemons/cli/core/flush-result.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { dist, whyNoMount } from "../support/programs.ts";
import { type Ran, run, shell, tryRun } from "../support/run.ts";

const flush = ({ config, env }: Cluster, ...words: readonly string[]): Promise<Ran> =>
  tryRun([process.execPath, dist("flush"), ...words], { env: { ...env, POHMELFS_CONFIG: config } });

async function flushed(cluster: Cluster, ...words: readonly string[]): Promise<FlushResult> {
  const { stdout, stderr } = await flush(cluster, ...words, "--json");
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout) as FlushResult;
}

const on = (cluster: Cluster, server: 0 | 1, ...names: readonly string[]): string =>
  join(cluster.servers[server].export, ...names);

suite("flush on a running cluster", { skip: whyNoMount() ?? false }, () => {
  test("the tutorial: what was made in an export by hand is there on the other server and on the client", async () => {
    await using cluster = await startCluster({ mounts: 2 });
    writeFileSync(join(cluster.at, "FILE"), "hello");
    writeFileSync(on(cluster, 0, "host75file"), "");
    assert.deepEqual(readdirSync(cluster.at), ["FILE"]);
    const { status, stdout, stderr } = await flush(cluster, on(cluster, 0));
    assert.equal(status, 0, stderr);
    assert.match(stdout, /: as one has it: 2 objects given back by clients, .*1 new object on all servers\n$/);
    for (const { at } of cluster.mounts) assert.deepEqual(readdirSync(at).sort(), ["FILE", "host75file"]);
    assert.deepEqual(readdirSync(on(cluster, 1)).sort(), [".pohmelfs", "FILE", "host75file"]);
    await cluster.endsEqual();
    assert.deepEqual(readdirSync(on(cluster, 0, ".pohmelfs/drift")), []);
  });

  test("a file that was changed in an export is read anew by clients, and the other server gets just what differs", async () => {
    await using cluster = await startCluster({ mounts: 2 });
    const [one, two] = cluster.mounts.map(({ at }) => join(at, "file")) as [string, string];
    writeFileSync(one, `${"a".repeat(3_000_000)}b`);
    assert.equal(readFileSync(two, "utf8").length, 3_000_001);
    appendFileSync(on(cluster, 1, "file"), "more");
    chmodSync(on(cluster, 1, "file"), 0o640);
    chownSync(on(cluster, 1, "file"), 12, 34);
    utimesSync(on(cluster, 1, "file"), 1_000_000_000.25, 1_100_000_000.5);
    const result = await flushed(cluster, on(cluster, 1, "file"));
    assert.deepEqual([result.objects, result.changed, result.adopted, result.bytes], [1, 1, 0, 4]);
    for (const path of [one, two, on(cluster, 0, "file")]) {
      assert.match(readFileSync(path, "utf8"), /^a{3000000}bmore$/);
      const { mode, uid, gid, mtimeMs } = statSync(path);
      assert.deepEqual([mode & 0o7777, uid, gid, mtimeMs], [0o640, 12, 34, 1_100_000_000_500]);
    }
    truncateSync(on(cluster, 0, "file"), 10);
    assert.equal((await flushed(cluster, on(cluster, 0, "file"))).ok, true);
    assert.equal(readFileSync(two, "utf8"), "a".repeat(10));
    await cluster.endsEqual();
  });

  test("what was changed with its time put back is found when contents are compared", async () => {
    await using cluster = await startCluster();
    writeFileSync(join(cluster.at, "file"), "before");
    const { atime, mtime } = statSync(on(cluster, 1, "file"));
    writeFileSync(on(cluster, 0, "file"), "behind");
    utimesSync(on(cluster, 0, "file"), atime, mtime);
    utimesSync(on(cluster, 1, "file"), atime, mtime);
    assert.equal((await flushed(cluster, on(cluster, 0, "file"))).changed, 0);
    assert.equal((await flushed(cluster, "-c", on(cluster, 0, "file"))).changed, 1);
    assert.equal(readFileSync(on(cluster, 1, "file"), "utf8"), "behind");
    await cluster.endsEqual();
  });

  test("whole trees are taken over: folders, links, fifos, holes, names that are no UTF-8, owners and times", async () => {
    await using cluster = await startCluster();
    mkdirSync(join(cluster.at, "known/deep"), { recursive: true });
    writeFileSync(join(cluster.at, "known/deep/file"), "old");
    const export0 = on(cluster, 0);
    mkdirSync(join(export0, "known/deep/new/er"), { recursive: true });
    writeFileSync(join(export0, "known/deep/new/er/file"), "x".repeat(2_500_000));
    writeFileSync(join(export0, "known/deep/file"), "new!");
    symlinkSync("../elsewhere", join(export0, "known/deep/new/link"));
    await shell(`cd ${export0}/known/deep/new && mkfifo -m 622 fifo && truncate -s 5M hole && mknod null c 1 3`);
    await run(["sh", "-c", `printf x > "$(printf '${export0}/known/deep/new/caf\\351')"`]);
    await shell(`chown -R 12:34 ${export0}/known/deep/new; chmod 2750 ${export0}/known/deep/new`);
    const result = await flushed(cluster, "-r", join(export0, "known"));
    assert.deepEqual(result.problems, []);
    assert.equal(result.adopted, 8);
    assert.equal(readFileSync(join(cluster.at, "known/deep/file"), "utf8"), "new!");
    await cluster.endsEqual();
    assert.deepEqual(readdirSync(on(cluster, 0, ".pohmelfs/drift")), []);
  });

  test("a path below what nobody knows takes all of it over", async () => {
    await using cluster = await startCluster();
    mkdirSync(on(cluster, 1, "a/b"), { recursive: true });
    writeFileSync(on(cluster, 1, "a/b/c"), "c");
    assert.equal((await flushed(cluster, on(cluster, 1, "a/b/c"))).adopted, 3);
    assert.equal(readFileSync(join(cluster.at, "a/b/c"), "utf8"), "c");
    await cluster.endsEqual();
  });

  test("it says what it cannot do", async () => {
    await using cluster = await startCluster();
    assert.equal((await flush(cluster, cluster.at)).status, 4);
    assert.equal((await flush(cluster, on(cluster, 0, "nothing"))).status, 4);
    await cluster.servers[1].stop();
    const { status, stderr } = await flush(cluster, on(cluster, 0));
    assert.equal(status, 1);
    assert.match(stderr, /all servers of test are needed: two: /);
    cluster.passed();
  });
});
