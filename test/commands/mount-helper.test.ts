import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type Cluster, prepareCluster, startCluster } from "../support/cluster.ts";
import { GROUP } from "../support/cluster-config.ts";
import { dist, whyNoMount } from "../support/programs.ts";
import { type Ran, run, tryRun } from "../support/run.ts";
import { isMounted } from "../support/test-mount.ts";
import { waitUntil } from "../support/wait-until.ts";

/** mount(8) looks for helpers there, and nowhere else. */
const HELPER = "/sbin/mount.pohmelfs";

function mountHelper({ config, env }: Cluster, at: string, ...words: readonly string[]): Promise<Ran> {
  const command = [process.execPath, dist("mount.pohmelfs"), GROUP, at, "-o", `config=${config}`, ...words] as const;
  return tryRun(command, { env, limitMs: 60_000 });
}

/** The roots of exports differ in their times until the first change is made in them. */
const touchRoot = ({ at }: Cluster): void => writeFileSync(join(at, "file"), "content");

/** One line on stderr, nothing on stdout. */
function oneLine({ stdout, stderr }: Ran, expected: RegExp): void {
  assert.equal(stdout, "");
  assert.match(stderr, expected);
  assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
}

suite("mount.pohmelfs and umount", { skip: whyNoMount() ?? false }, () => {
  test("a directory that has a mount already is busy, and the mount goes on", async () => {
    await using cluster = await startCluster();
    const again = await mountHelper(cluster, cluster.at);
    assert.equal(again.status, 32);
    oneLine(again, /'test' is mounted here already/);
    touchRoot(cluster);
    await cluster.endsEqual();
  });

  test("without any server it gives up after the time the file says, mounts nothing and leaves no daemon", async () => {
    await using cluster = await prepareCluster({ timeouts: { connect: "1 s" } });
    const begun = performance.now();
    const ran = await mountHelper(cluster, cluster.at);
    const took = performance.now() - begun;
    assert.equal(ran.status, 32, ran.stderr);
    oneLine(ran, /^mount\.pohmelfs: .*connection refused/);
    assert.ok(took < 10_000, `${took} ms`);
    assert.equal(isMounted(cluster.at), false);
    cluster.passed();
  });

  test("a mount whose daemon was killed is cleared away by the next one", async () => {
    await using cluster = await startCluster();
    process.kill(cluster.mounts[0].pid, "SIGKILL");
    await waitUntil("the mount is dead", async () => /not connected/.test((await tryRun(["ls", cluster.at])).stderr));
    await cluster.mounts[0].mount();
    touchRoot(cluster);
    await cluster.endsEqual();
  });

  test("umount ends the daemon, and takes its state away", async () => {
    await using cluster = await startCluster();
    await cluster.mounts[0].unmount();
    const left = readdirSync(join(cluster.directory, "run/mounts")).filter((name) => !name.endsWith(".log"));
    assert.deepEqual(left, []);
    cluster.passed();
  });

  test("a busy mount is not unmounted", async () => {
    await using cluster = await startCluster();
    touchRoot(cluster);
    const refused = await tryRun(["umount", cluster.at], { cwd: cluster.at });
    assert.equal(refused.status, 32);
    assert.ok(isMounted(cluster.at));
    await cluster.endsEqual();
  });

  test("it leaves no descriptor open: whoever waits for its output goes on", async () => {
    await using cluster = await startCluster({ mounts: 1 });
    await cluster.mounts[0].unmount();
    // tryRun waits until stdout and stderr are closed, and would reach its limit.
    const ran = await mountHelper(cluster, cluster.at);
    assert.deepEqual(ran, { status: 0, stdout: "", stderr: "" });
    await run(["umount", cluster.at]);
    cluster.passed();
  });

  test("mount(8) finds it for type pohmelfs, with options of fstab, and the tutorial's idx", {
    skip: existsSync(HELPER) ? `${HELPER} is there already` : false,
  }, async () => {
    await using cluster = await startCluster();
    touchRoot(cluster);
    const second = join(cluster.directory, "by-mount");
    mkdirSync(second);
    symlinkSync(dist("mount.pohmelfs"), HELPER);
    try {
      const options = `idx=1,config=${cluster.config},ro,nosuid,_netdev,nofail,x-systemd.requires=some.service`;
      await run(["mount", "-t", "pohmelfs", "-o", options, "none", second], { env: cluster.env });
      const [, , type, shown = ""] = (await run(["grep", ` ${second} `, "/proc/mounts"])).split(" ");
      assert.equal(type, "fuse.pohmelfs");
      for (const word of ["ro", "nosuid"]) assert.ok(shown.split(",").includes(word), shown);
      assert.match((await tryRun(["touch", join(second, "file")])).stderr, /Read-only file system/);
      await run(["umount", second]);
    } finally {
      rmSync(HELPER);
    }
    await cluster.endsEqual();
  });
});
