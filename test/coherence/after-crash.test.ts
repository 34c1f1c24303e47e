import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { shell } from "../support/run.ts";
import { waitUntil } from "../support/wait-until.ts";
import { allEndEqual } from "./all-end-equal.ts";
import { NumberedWorkers, type Shown } from "./numbered-workers.ts";

const LIMIT = { timeout: 240_000 };
const COUNT = 600;

const place = async (): Promise<Cluster> => startCluster({ mounts: 2, limitMs: 230_000 });
const workersOf = (cluster: Cluster): NumberedWorkers =>
  new NumberedWorkers(
    cluster,
    cluster.mounts.map((mount) => mount.at),
    COUNT,
  );

/** Returns when each worker has made some changes, and one a third of its own: not later, or a quick one may have ended. */
const amidWork = (workers: NumberedWorkers): Promise<void> =>
  waitUntil(
    "the workers are in the middle",
    () => workers.done.every((done) => done > COUNT / 10) && workers.done.some((done) => done > COUNT / 3),
    60_000,
  );

/** The end of the machine of a mount: its daemon, and what it kept in memory, are gone. */
async function endHost(cluster: Cluster, number: 0 | 1): Promise<void> {
  const { pid } = cluster.mounts[number];
  process.kill(pid, "SIGKILL");
}

/** What a crash leaves of the client is taken away, and so is its mount. */
async function clearAway(cluster: Cluster): Promise<void> {
  for (const { at } of cluster.mounts) await shell(`umount -l ${at}`);
  rmSync(`${cluster.directory}/run/mounts`, { recursive: true });
}

/** Nothing that fsync returned for is missing, and nothing is shown that had not been done. */
function holds(shown: readonly Shown[], synced: readonly number[], done: readonly number[]): void {
  for (const { member, worker, atLeast, atMost } of shown) {
    const [low, high] = [synced[worker] ?? 0, (done[worker] ?? 0) + 1];
    assert.ok(atMost >= low, `${member} shows ${atMost} changes of worker ${worker}, fsync had returned for ${low}`);
    assert.ok(
      atLeast <= high,
      `${member} shows ${atLeast} changes of worker ${worker}, which has made ${high} at most`,
    );
  }
}

const tellOf = (shown: readonly Shown[], workers: NumberedWorkers): string =>
  `${shown.map(({ member, worker, atMost }) => `${member}: ${atMost} of worker ${worker}`).join(", ")}; returned ${workers.done}, synced ${workers.synced}`;

suite("after a crash", { skip: whyNoMount() ?? false }, () => {
  test(
    "of the machines of clients: members show what each had done up to a moment, after its last fsync",
    LIMIT,
    async (context) => {
      await using cluster = await place();
      using workers = workersOf(cluster);
      const work = workers.run();
      await amidWork(workers);
      for (const number of [0, 1] as const) await endHost(cluster, number);
      const made = await work;
      assert.ok(
        made.some((count) => count < COUNT),
        `all had ended: ${made}`,
      );
      const shown = await workers.shownAtRest();
      context.diagnostic(tellOf(shown, workers));
      holds(shown, workers.synced, workers.done);
      await clearAway(cluster);
      cluster.passed();
    },
  );

  for (const [name, places] of [
    ["of the lead", [0]],
    ["of the member that does not lead", [1]],
    ["of both members", [0, 1]],
  ] as const) {
    test(
      `${name}: they show what each client had done up to a moment, after its last fsync, and nobody notices`,
      LIMIT,
      async (context) => {
        await using cluster = await place();
        using workers = workersOf(cluster);
        const work = workers.run();
        await amidWork(workers);
        const members = places.map((at) => cluster.servers[at]);
        // What fsync had returned for before it was killed must be there; what is done meanwhile may be.
        const { synced } = workers;
        await Promise.all(members.map((member) => member.stop("SIGKILL")));
        await sleep(200);
        const shown = workers.shown(members as unknown as Cluster["servers"]);
        context.diagnostic(tellOf(shown, workers));
        holds(shown, synced, workers.done);
        await Promise.all(members.map((member) => member.start()));
        assert.deepEqual(await work, [COUNT, COUNT]);
        await allEndEqual(cluster);
        assert.ok(workers.shown().every(({ atMost }) => atMost === COUNT));
      },
    );
  }

  test(
    "of everything at once: members show what each client had done up to a moment, after its last fsync",
    LIMIT,
    async (context) => {
      await using cluster = await place();
      using workers = workersOf(cluster);
      const work = workers.run();
      await amidWork(workers);
      for (const number of [0, 1] as const) await endHost(cluster, number);
      await Promise.all(cluster.servers.map((server) => server.stop("SIGKILL")));
      await work;
      await Promise.all(cluster.servers.map((server) => server.start()));
      const shown = workers.shown();
      context.diagnostic(tellOf(shown, workers));
      holds(shown, workers.synced, workers.done);
      await clearAway(cluster);
      cluster.passed();
    },
  );

  test("of a client's daemon alone: at the next mount all is there that had returned", LIMIT, async (context) => {
    await using cluster = await place();
    using workers = workersOf(cluster);
    const work = workers.run();
    await amidWork(workers);
    for (const number of [0, 1] as const) await endHost(cluster, number);
    await work;
    for (const mount of cluster.mounts) {
      await shell(`umount -l ${mount.at}`);
      await mount.mount();
    }
    const { done } = workers;
    const shown = await workers.shownAtRest();
    context.diagnostic(tellOf(shown, workers));
    holds(shown, done, done);
    await allEndEqual(cluster);
  });
});
