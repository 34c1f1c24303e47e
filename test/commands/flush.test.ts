import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
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

/** What was written is on all servers: only what is changed there from now on is drift. */
async function synced({ config, env, at }: Cluster): Promise<void> {
  await run([process.execPath, dist("pohmelfs"), "sync", at], { env: { ...env, POHMELFS_CONFIG: config } });
}

const on = (cluster: Cluster, server: 0 | 1, ...names: readonly string[]): string =>
  join(cluster.servers[server].export, ...names);

suite("flush on a running cluster", { skip: whyNoMount() ?? false }, () => {
  test("the tutorial: what was made in an export by hand is there on the other server and on the client", async () => {
    await using cluster = await startCluster({ mounts: 2 });
    writeFileSync(join(cluster.at, "FILE"), "hello");
    await synced(cluster);
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
    await synced(cluster);
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
    await synced(cluster);
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
    await synced(cluster);
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

  test("what was removed, renamed, linked or replaced by hand is so on all servers, and clients see it", async () => {
    await using cluster = await startCluster({ mounts: 2 });
    const [, { at: second }] = cluster.mounts;
    await shell(`cd ${cluster.at} && mkdir -p tree/a/b keep swap &&
      echo 1 > tree/a/b/f && echo 2 > tree/g &&
      for name in saved gone old known kind; do echo $name > $name; done &&
      ln -s before link && echo in > swap/in`);
    assert.equal(readFileSync(join(second, "saved"), "utf8"), "saved\n");
    await synced(cluster);
    await shell(`cd ${on(cluster, 1)} && echo by an editor > .new && chmod 600 .new && mv .new saved &&
      rm gone && rm -r tree && mv old young && ln known also && rm kind && mkdir kind && echo deep > kind/deep &&
      ln -sfn after link && rm -r swap && mkdir swap && echo other > swap/other`);
    const result = await flushed(cluster, on(cluster, 1));
    assert.deepEqual(result.problems, []);
    const names = ["also", "keep", "kind", "known", "link", "saved", "swap", "young"];
    for (const { at } of cluster.mounts) {
      assert.deepEqual(readdirSync(at).sort(), names);
      assert.equal(readFileSync(join(at, "saved"), "utf8"), "by an editor\n");
      assert.equal(statSync(join(at, "saved")).mode & 0o7777, 0o600);
      assert.equal(readFileSync(join(at, "young"), "utf8"), "old\n");
      assert.equal(statSync(join(at, "known")).nlink, 2);
      assert.equal(readFileSync(join(at, "kind/deep"), "utf8"), "deep\n");
      assert.equal(readlinkSync(join(at, "link")), "after");
      assert.deepEqual(readdirSync(join(at, "swap")), ["other"]);
    }
    await cluster.endsEqual();
  });

  test("a file that was removed by hand may be named itself", async () => {
    await using cluster = await startCluster();
    writeFileSync(join(cluster.at, "file"), "content");
    await synced(cluster);
    rmSync(on(cluster, 0, "file"));
    const result = await flushed(cluster, on(cluster, 0, "file"));
    assert.deepEqual([result.ok, result.removed], [true, 1]);
    assert.deepEqual(readdirSync(cluster.at), []);
    await cluster.endsEqual();
  });

  test("what was moved to another directory by hand is told, and nothing of it changes", async () => {
    await using cluster = await startCluster();
    mkdirSync(join(cluster.at, "sub"));
    writeFileSync(join(cluster.at, "file"), "content");
    await synced(cluster);
    renameSync(on(cluster, 0, "file"), on(cluster, 0, "sub/file"));
    const { status, stderr } = await flush(cluster, "-r", on(cluster, 0));
    assert.equal(status, 5);
    assert.match(stderr, /^flush: file: it was moved to another directory/m);
    assert.match(stderr, /^flush: sub\/file: it was moved here from another directory/m);
    renameSync(on(cluster, 0, "sub/file"), on(cluster, 0, "file"));
    assert.equal((await flush(cluster, "-r", on(cluster, 0))).status, 0);
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
