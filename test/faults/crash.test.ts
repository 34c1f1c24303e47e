import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { race } from "../programs/race.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { shell, tryRun } from "../support/run.ts";
import { waitUntil } from "../support/wait-until.ts";

const LIMIT = { timeout: 180_000 };

/** Kills and restarts servers while `work` goes on, at least once. @param which Places of the servers for each time. */
async function killDuring(
  cluster: Cluster,
  work: Promise<unknown>,
  which: readonly (readonly number[])[],
): Promise<void> {
  let over = false;
  const end = work.finally(() => {
    over = true;
  });
  end.catch(() => {}); // awaited below
  for (let time = 0; !over && time < 6; time++) {
    await sleep(400);
    const servers = (which[time % which.length] ?? []).map((place) => cluster.servers[place as 0 | 1]);
    await Promise.all(servers.map((server) => server.stop("SIGKILL")));
    await sleep(100);
    await Promise.all(servers.map((server) => server.start()));
  }
  await end;
}

function acknowledgedIsThere(dir: string, count: number): void {
  const log = Array.from({ length: count }, (_, at) => `${at}\n`).join("");
  assert.equal(readFileSync(`${dir}/log`, "latin1"), log);
  assert.equal(statSync(`${dir}/log`).mode & 0o777, 0o600 + ((count - 1) % 64));
  const kept = Array.from({ length: 20 }, (_, at) => `kept-${count - 20 + at}`);
  assert.deepEqual(readdirSync(dir).sort(), [...kept, "log"].sort());
  const last = count - 1;
  assert.equal(readFileSync(`${dir}/kept-${last}`, "latin1"), `text ${last}`.repeat(1 + (last % 50) * 20));
}

const linesOf = (path: string): string[] => readFileSync(path, "latin1").trimEnd().split("\n");

suite("kill -9", { skip: whyNoMount() ?? false }, () => {
  const cases = [
    ["the lead", [[0]]],
    ["the other member", [[1]]],
    ["one member after the other", [[0], [1]]],
    ["both members at once", [[0, 1]]],
  ] as const;
  for (const [name, which] of cases) {
    test(`${name}, again and again under work: nothing acknowledged is lost`, LIMIT, async () => {
      await using cluster = await startCluster({ limitMs: 170_000 });
      const dir = `${cluster.at}/work`;
      mkdirSync(dir);
      const work = race([{ task: "acknowledge", dir, number: 0, count: 400 }]);
      await killDuring(cluster, work, which);
      acknowledgedIsThere(dir, 400);
      acknowledgedIsThere(`${cluster.servers[0].export}/work`, 400);
      await cluster.endsEqual();
    });
  }

  test("of either member under random work on a file: its content is right throughout", LIMIT, async () => {
    await using cluster = await startCluster({ limitMs: 170_000 });
    const work = race([11, 12].map((number) => ({ task: "exercise", dir: cluster.at, number, count: 1_500 })));
    await killDuring(cluster, work, [[1], [0]]);
    await cluster.endsEqual();
  });

  test("of a member while two mounts race for the same names: each name is still one's", LIMIT, async () => {
    await using cluster = await startCluster({ mounts: 2, limitMs: 170_000 });
    const places = cluster.mounts.map((mount, number) => ({
      task: "create" as const,
      dir: mount.at,
      number,
      count: 300,
    }));
    const work = race(places);
    await killDuring(cluster, work, [[1], [0]]);
    const won = ((await work) as number[][]).flat().sort((a, b) => a - b);
    assert.deepEqual(
      won,
      Array.from({ length: 300 }, (_, at) => at),
    );
    await cluster.endsEqual();
  });

  test("of a mount's daemon: what was acknowledged is there at the next mount", LIMIT, async () => {
    await using cluster = await startCluster();
    const [mount] = cluster.mounts;
    writeFileSync(`${mount.at}/file`, "text");
    const work = tryRun(["sh", "-c", "i=0; while echo $i >>log; do i=$((i+1)); done; exit 7"], { cwd: mount.at });
    await sleep(500);
    await shell(`kill -9 ${mount.pid}`);
    assert.equal((await work).status, 7, "the writer got an error");
    await shell(`umount -l ${mount.at}`);
    await mount.mount();
    assert.equal(readFileSync(`${mount.at}/file`, "latin1"), "text");
    const written = cluster.servers.map((server) => linesOf(`${server.export}/log`));
    for (const lines of [...written, linesOf(`${mount.at}/log`)]) {
      assert.deepEqual(
        lines,
        lines.map((_, at) => String(at)),
      );
    }
    writeFileSync(`${mount.at}/after`, "goes on");
    // What had reached one member only is on the other, too.
    await cluster.endsEqual();
  });

  test("of a mount's daemon that held locks and open files: another mount goes on", LIMIT, async () => {
    await using cluster = await startCluster({ mounts: 2 });
    const [first, second] = cluster.mounts;
    writeFileSync(`${first.at}/file`, "text");
    const holder = tryRun(["flock", `${first.at}/file`, "sleep", "6"]);
    await waitUntil("the lock is held", async () => {
      return (await tryRun(["flock", "--nonblock", `${second.at}/file`, "true"])).status === 1;
    });
    await shell(`kill -9 ${first.pid}; umount -l ${first.at}`);
    await shell(`flock --timeout 20 file echo locked >>file`, { cwd: second.at });
    assert.ok(existsSync(`${second.at}/file`));
    await holder;
    await first.mount();
    assert.equal(readFileSync(`${first.at}/file`, "latin1"), "textlocked\n");
    await cluster.endsEqual();
  });
});
