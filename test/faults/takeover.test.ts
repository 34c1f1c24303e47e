import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { race, type Runner } from "../programs/race.ts";
import { type Cluster, prepareCluster } from "../support/cluster.ts";
import { compareTrees, differencesText } from "../support/compare-trees.ts";
import { Keeper } from "../support/keeper.ts";
import { GROUP } from "../support/cluster-config.ts";
import { dist, whyNoMount } from "../support/programs.ts";
import { run, shell, tryRun } from "../support/run.ts";
import { waitUntil } from "../support/wait-until.ts";

const LIMIT = { timeout: 120_000 };

async function withServers(): Promise<Cluster> {
  const cluster = await prepareCluster({ limitMs: 110_000 });
  await Promise.all(cluster.servers.map((server) => server.start()));
  return cluster;
}

/** Kills the daemon again and again while `work` goes on, at least twice. */
async function crashDuring(keeper: Keeper, work: Promise<unknown>): Promise<number> {
  let over = false;
  const end = work.finally(() => {
    over = true;
  });
  end.catch(() => {}); // awaited below
  let crashes = 0;
  for (; !over && crashes < 6; crashes += 1) {
    await sleep(150 + 97 * crashes);
    await keeper.crash();
  }
  await end;
  return crashes;
}

function serversAreEqual({ servers: [first, ...others] }: Cluster): void {
  for (const other of others) {
    const { differences } = compareTrees(first.export, other.export, { ignoreAtRoot: [".pohmelfs"] });
    assert.equal(differencesText(differences), "", `${first.name} and ${other.name} differ`);
  }
}

suite("kill -9 of a mount's daemon whose descriptor is kept", { skip: whyNoMount() ?? false }, () => {
  const works: readonly (readonly [name: string, runners: (at: string) => readonly Runner[], check: Check])[] = [
    [
      "names that are made are made once",
      (dir) => [{ task: "create", dir, number: 1, count: 700 }],
      ([won]) => assert.deepEqual(won, numbers(700)),
    ],
    [
      "directories that are made are made once",
      (dir) => [{ task: "mkdir", dir, number: 1, count: 700 }],
      ([won]) => assert.deepEqual(won, numbers(700)),
    ],
    [
      "lines that are appended are there once, in order",
      (dir) => [{ task: "append", dir, number: 1, count: 1_500 }],
      (_, dir) =>
        assert.deepEqual(
          readFileSync(`${dir}/log`, "latin1").trimEnd().split("\n"),
          numbers(1_500).map((line) => `1 ${String(line).padStart(6, "0")}`),
        ),
    ],
    [
      "a file that is written and replaced by a rename is whole",
      (dir) => [{ task: "replace", dir, number: 1, count: 400 }],
      ([won], dir) => {
        assert.deepEqual(won, numbers(400));
        assert.equal(readFileSync(`${dir}/target`, "latin1"), "1 399");
      },
    ],
    [
      "a file under random work has the right content throughout",
      (dir) => [{ task: "exercise", dir, number: 5, count: 1_000 }],
      () => {},
    ],
    [
      "record locks are held on",
      (dir) => [1, 2].map((number) => ({ task: "countWithRecordLocks", dir, number, count: 150 })),
      (_, dir) => assert.equal(readFileSync(`${dir}/counter`, "latin1"), "300"),
    ],
    [
      "locks of flock are held on",
      (dir) => [1, 2].map((number) => ({ task: "countWithFileLocks", dir, number, count: 150 })),
      (_, dir) => assert.equal(readFileSync(`${dir}/counter`, "latin1"), "300"),
    ],
  ];
  type Check = (results: readonly unknown[], dir: string) => void;
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

  for (const [name, runners, check] of works) {
    test(`${name}, and nobody notices`, LIMIT, async () => {
      await using cluster = await withServers();
      await using keeper = new Keeper(cluster);
      await keeper.start();
      const dir = `${keeper.at}/work`;
      await shell(`mkdir ${dir}; printf 0 >${dir}/counter`);
      const work = race(runners(dir));
      const crashes = await crashDuring(keeper, work);
      assert.ok(crashes >= 2, `${crashes} crashes`);
      assert.equal(keeper.said().split("goes on with the mount").length - 1, crashes);
      const results = await work;
      // All that was answered is on the servers when the mount has ended.
      await keeper.unmount();
      check(results, dir.replace(keeper.at, cluster.servers[0].export));
      serversAreEqual(cluster);
      assert.deepEqual(
        readdirSync(`${cluster.directory}/run/mounts`).filter((left) => !left.endsWith(".log")),
        [],
      );
      cluster.passed();
    });
  }

  test("open files, directories and an unlinked file go on; who asks while nobody is there waits", LIMIT, async () => {
    await using cluster = await withServers();
    await using keeper = new Keeper(cluster);
    await keeper.start();
    await shell(`cd ${keeper.at}; mkdir many; seq 1 3000 | xargs -I{} -P4 touch many/{}; echo gone >unlinked`);
    const holder = tryRun([
      "bash",
      "-c",
      `cd ${keeper.at}; exec 3<unlinked 4>>grows; rm unlinked; echo one >&4
       read <${cluster.directory}/go; cat <&3; echo two >&4; ls many | wc -l`,
    ]);
    await shell(`mkfifo ${cluster.directory}/go`);
    await waitUntil("the file is unlinked", () => !readdirSync(cluster.servers[0].export).includes("unlinked"));
    await keeper.kill();
    const asked = tryRun(["cat", `${keeper.at}/grows`]);
    await sleep(1_000);
    await keeper.start();
    assert.equal((await asked).stdout, "one\n");
    await shell(`echo >${cluster.directory}/go`);
    assert.deepEqual(await holder, { status: 0, stdout: "gone\n3000\n", stderr: "" });
    await keeper.unmount();
    assert.equal(readFileSync(`${cluster.servers[1].export}/grows`, "latin1"), "one\ntwo\n");
    serversAreEqual(cluster);
    cluster.passed();
  });

  test("while a member is away: what was under way is finished when it is back", LIMIT, async () => {
    await using cluster = await withServers();
    await using keeper = new Keeper(cluster);
    await keeper.start();
    await shell(`echo before >${keeper.at}/file`);
    await cluster.servers[1].stop("SIGKILL");
    const work = shell(`cd ${keeper.at}; echo after >>file; mkdir new; echo more >new/file`);
    await sleep(300);
    await keeper.kill();
    const started = keeper.start();
    await sleep(300);
    await cluster.servers[1].start();
    await started;
    await work;
    await keeper.unmount();
    assert.equal(readFileSync(`${cluster.servers[1].export}/file`, "latin1"), "before\nafter\n");
    serversAreEqual(cluster);
    cluster.passed();
  });

  test("a member that is taken out meanwhile is not waited for: nobody gets an error", LIMIT, async () => {
    await using cluster = await withServers();
    await using keeper = new Keeper(cluster);
    await keeper.start();
    const work = shell(`cd ${keeper.at}; for i in $(seq 1 400); do echo $i >>file || exit; done`);
    await sleep(200);
    await cluster.servers[1].stop("SIGKILL");
    await sleep(200);
    const member = `groups.${GROUP}.members.${cluster.servers[1].name}`;
    await run([dist("pohmelfs"), "set", "--config", cluster.config, "--no-apply", member, "--delete"]);
    await keeper.crash();
    await work;
    await keeper.unmount();
    const lines = readFileSync(`${cluster.servers[0].export}/file`, "latin1").trimEnd().split("\n");
    assert.deepEqual(
      lines,
      Array.from({ length: 400 }, (_, at) => `${at + 1}`),
    );
    assert.doesNotMatch(keeper.said(), /cannot be finished/);
    cluster.passed();
  });

  test("with a file that is wrong by now it goes on as before, and says so", LIMIT, async () => {
    await using cluster = await withServers();
    await using keeper = new Keeper(cluster);
    await keeper.start();
    await shell(`echo nonsense >>${cluster.config}`);
    await keeper.crash();
    assert.match(keeper.said(), /goes on with the mount/);
    await shell(`echo text >${keeper.at}/file`);
    assert.match(keeper.said(), /has errors, all stays as it was/);
    await keeper.unmount();
    serversAreEqual(cluster);
    cluster.passed();
  });

  test(
    "where the kernel cannot repeat requests the mount is not kept: users get errors, and it is made anew",
    LIMIT,
    async () => {
      await using cluster = await withServers();
      await using keeper = new Keeper(cluster, { POHMELFS_FUSE_MINOR: "39" });
      await keeper.start();
      assert.equal(keeper.stored, 0);
      const work = tryRun(["sh", "-c", "i=0; while echo $i >>log; do i=$((i+1)); done; exit 7"], { cwd: keeper.at });
      await sleep(500);
      await keeper.crash();
      assert.equal((await work).status, 7, "the writer got an error");
      const written = cluster.servers.map((server) => readFileSync(`${server.export}/log`, "latin1"));
      assert.equal(written[0], written[1], "what was under way is finished");
      await shell(`echo text >${keeper.at}/file`);
      await keeper.unmount();
      serversAreEqual(cluster);
      cluster.passed();
    },
  );
});
