import assert from "node:assert/strict";
import * as fs from "node:fs";
import { suite, test } from "node:test";
import { raceOf } from "../programs/race.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { shell } from "../support/run.ts";
import { allEndEqual } from "./all-end-equal.ts";
import { SYNC_PROGRAM, SYNCS, type Syncing } from "./sync-process.ts";

const ROUNDS = 2;

/** All daemons are killed by the process that called fsync, with the system calls that follow it. */
async function syncAndKill(cluster: Cluster, way: string, round: number): Promise<void> {
  const [mount] = cluster.mounts;
  const dir = `${mount.at}/${way}-${round}`;
  fs.mkdirSync(dir);
  const pids = [mount.pid, ...cluster.servers.map((server) => server.pid)];
  const runner: Syncing = { task: way, number: round, dir, text: `${way} ${round};`.repeat(1 + round * 2_000), pids };
  await raceOf(SYNC_PROGRAM, [runner]);
  await shell(`umount -l ${mount.at}`);
  // As after the end of the machine: nothing of the client is left.
  fs.rmSync(`${cluster.directory}/run/mounts`, { recursive: true });
  await Promise.all(cluster.servers.map((server) => server.start()));
  for (const server of cluster.servers) {
    const file = `${server.export}/${way}-${round}/file`;
    assert.equal(fs.readFileSync(file, "latin1"), runner.text, `on ${server.name}`);
  }
  await mount.mount();
  assert.equal(fs.readFileSync(`${dir}/file`, "latin1"), runner.text);
}

suite("after fsync", { skip: whyNoMount() ?? false }, () => {
  for (const [way, { name }] of Object.entries(SYNCS)) {
    test(`${name}: when it has returned, all members have it, though they and the client are killed`, {
      timeout: 180_000,
    }, async () => {
      await using cluster = await startCluster({ limitMs: 170_000 });
      for (let round = 0; round < ROUNDS; round++) await syncAndKill(cluster, way, round);
      await allEndEqual(cluster);
    });
  }
});
