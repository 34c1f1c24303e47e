import assert from "node:assert/strict";
import * as fs from "node:fs";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { settle, startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { shell } from "../support/run.ts";
import { allEndEqual } from "./all-end-equal.ts";
import type { Places } from "./guarantee.ts";
import { sees } from "./watch.ts";

const LIMIT = { timeout: 180_000 };
/** Longer than any lease lives. */
const PAUSED_MS = 8_000;
/** A lease's life, the fence, and a machine that has other things to do. */
const TAKEN_OVER_MS = 15_000;

/** Stops a mount's daemon for a while, as a machine that is paused while its kernel's clock goes on. */
async function pause(pid: number, ms = PAUSED_MS): Promise<void> {
  process.kill(pid, "SIGSTOP");
  await sleep(ms);
  process.kill(pid, "SIGCONT");
}

suite("a client that stands still for longer than its leases live", { skip: whyNoMount() ?? false }, () => {
  for (const sight of ["closed", "size", "listed"] as const) {
    test(`shows nothing older than what others had done when it was asked (${sight})`, LIMIT, async (context) => {
      await using cluster = await startCluster({ mounts: 3, limitMs: 170_000 });
      const places = cluster.mounts.map((mount) => mount.at) as unknown as Places;
      const seeing = sees(sight, places, 900, { restMs: 50 });
      await sleep(1_500);
      await pause(cluster.mounts[1].pid);
      context.diagnostic(await seeing);
      await allEndEqual(cluster);
    });
  }

  test(
    "does not keep others from what it had: they go on in bounded time, and it sees what they did",
    LIMIT,
    async (context) => {
      await using cluster = await startCluster({ mounts: 2, limitMs: 170_000 });
      const [a, b] = cluster.mounts;
      fs.writeFileSync(`${a.at}/file`, "first\n");
      fs.mkdirSync(`${a.at}/directory`);
      fs.writeFileSync(`${a.at}/directory/file`, "text");
      // What it had not sent yet nobody could go on with.
      settle(a.at);
      process.kill(a.pid, "SIGSTOP");
      const begun = performance.now();
      await shell(`cd ${b.at}; echo second >>file; mv directory moved; rm moved/file`, { limitMs: 60_000 });
      const took = performance.now() - begun;
      process.kill(a.pid, "SIGCONT");
      context.diagnostic(`others went on after ${Math.round(took)} ms`);
      assert.ok(took < TAKEN_OVER_MS);
      assert.equal(await shell(`cd ${a.at}; cat file; ls; ls moved`), "first\nsecond\nfile\nmoved\n");
      await shell(`echo third >>${a.at}/file`);
      assert.equal(fs.readFileSync(`${b.at}/file`, "latin1"), "first\nsecond\nthird\n");
      await allEndEqual(cluster);
    },
  );
});
