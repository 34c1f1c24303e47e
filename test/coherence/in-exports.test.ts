import assert from "node:assert/strict";
import * as fs from "node:fs";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { run } from "../support/run.ts";
import { allEndEqual } from "./all-end-equal.ts";
import { spread } from "./figures.ts";

const ROUNDS = 60;
/** On an idle machine it is a millisecond or two; this is for any machine that runs the tests. */
const LONGEST_MS = 2_000;

/** @returns Milliseconds until the condition holds. @throws When it does not in {@link LONGEST_MS}. */
async function until(what: string, condition: () => boolean): Promise<number> {
  const begun = performance.now();
  while (!condition()) {
    assert.ok(performance.now() - begun < LONGEST_MS, `waited ${LONGEST_MS} ms in vain until ${what}`);
    await sleep(0.2);
  }
  return performance.now() - begun;
}

const textOf = (path: string): string | undefined => {
  try {
    return fs.readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
};

suite("in the exports of the servers, with nobody asking for it", { skip: whyNoMount() ?? false }, () => {
  /** Does something on the mount, and waits until each export shows it. */
  async function shows(
    cluster: Cluster,
    act: (round: number) => void,
    isThere: (dir: string, round: number) => boolean,
  ): Promise<string> {
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      act(round);
      const members = cluster.servers.map(({ name, export: dir }) =>
        until(`${name} shows round ${round}`, () => isThere(dir, round)),
      );
      took.push(Math.max(...(await Promise.all(members))));
    }
    return spread(took);
  }

  test("what is written, named, renamed and removed on a mount is there within milliseconds", {
    timeout: 120_000,
  }, async (context) => {
    await using cluster = await startCluster();
    const { at } = cluster;
    const text = (round: number): string => `round ${round};`.repeat(1 + ((round * 91) % 900));
    const fd = fs.openSync(`${at}/open`, "w");
    const figures = {
      "a new file, closed": await shows(
        cluster,
        (round) => fs.writeFileSync(`${at}/file-${round}`, text(round)),
        (dir, round) => textOf(`${dir}/file-${round}`) === text(round),
      ),
      "a write to a file that stays open": await shows(
        cluster,
        (round) => fs.writeSync(fd, text(round), 0),
        (dir, round) => textOf(`${dir}/open`)?.startsWith(text(round)) === true,
      ),
      "a rename": await shows(
        cluster,
        (round) => fs.renameSync(`${at}/file-${round}`, `${at}/renamed-${round}`),
        (dir, round) => !fs.existsSync(`${dir}/file-${round}`) && fs.existsSync(`${dir}/renamed-${round}`),
      ),
      "an unlink": await shows(
        cluster,
        (round) => fs.unlinkSync(`${at}/renamed-${round}`),
        (dir, round) => !fs.existsSync(`${dir}/renamed-${round}`),
      ),
    };
    fs.closeSync(fd);
    for (const [what, figure] of Object.entries(figures)) context.diagnostic(`${what}: ${figure}`);
    await allEndEqual(cluster);
  });

  test("ls and cat on a server tell what echo wrote on the client", { timeout: 60_000 }, async () => {
    await using cluster = await startCluster();
    await run(["sh", "-c", `echo hello > ${cluster.at}/FILE`]);
    for (const { export: dir } of cluster.servers) {
      await until("FILE is there", () => textOf(`${dir}/FILE`) === "hello\n");
      assert.equal(await run(["cat", `${dir}/FILE`]), "hello\n");
      assert.equal(await run(["ls", dir]), "FILE\n");
    }
    await allEndEqual(cluster);
  });
});
