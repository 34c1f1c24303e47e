import { mkdirSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { isInstalled, whyNoMount } from "../support/programs.ts";
import { allAreEqual, allEndEqual } from "./all-end-equal.ts";
import { STRESSES, type Stressed } from "./stress.ts";

/** Of each kind of work alone. */
const ALONE_SECONDS = 3;
/** Of all kinds at once: `COHERENCE_SECONDS=3600` for an hour, with a look at everything each minute. */
const TOGETHER_SECONDS = Number(process.env["COHERENCE_SECONDS"] ?? 0);
/**
 * Not part of the everyday run: while every lease goes to and fro, a walk of the whole tree by another mount may not come to
 * its end in two minutes (nothing wrong is seen meanwhile).
 */
const WHY_NOT_TOGETHER = "COHERENCE_SECONDS says for how long; walks may take minutes meanwhile";
const ROUND_SECONDS = 60;
const SEED = Number(process.env["COHERENCE_SEED"] ?? 1);
/** For what is done before and after the work. */
const REST_MS = 300_000;

suite("work on several mounts at once", { skip: whyNoMount() ?? false }, () => {
  let cluster: Cluster | undefined;
  before(async () => {
    const limitMs = TOGETHER_SECONDS * 2_000 + 900_000;
    cluster = await startCluster({ mounts: 3, limitMs, log: TOGETHER_SECONDS > ROUND_SECONDS ? "default" : "debug" });
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  function stressed(name: string, mounts: number, seconds: number, seed: number): Stressed {
    const [roots, local] = [(cluster?.mounts ?? []).slice(0, mounts), `${cluster?.directory}/${name}`];
    mkdirSync(local);
    mkdirSync(`${roots[0]?.at}/${name}`);
    return { dirs: roots.map(({ at }) => `${at}/${name}`), local, seconds, seed };
  }

  for (const mounts of [2, 3]) {
    for (const [at, [name, { needs, run }]] of Object.entries(STRESSES).entries()) {
      const skip = needs !== undefined && !isInstalled(needs) ? `${needs} is not installed` : false;
      test(`${mounts} mounts: ${name}`, { timeout: REST_MS, skip }, async (context) => {
        const below = `alone-${mounts}-${at}`;
        context.diagnostic(await run(stressed(below, mounts, ALONE_SECONDS, SEED)));
        if (cluster !== undefined) allAreEqual(cluster, below);
      });
    }
  }

  const skip = TOGETHER_SECONDS > 0 ? false : WHY_NOT_TOGETHER;
  test("3 mounts: all of it at once", { timeout: TOGETHER_SECONDS * 2_000 + REST_MS, skip }, async (context) => {
    const wanted = Object.entries(STRESSES).filter(([, { needs }]) => needs === undefined || isInstalled(needs));
    const rounds = Math.ceil(TOGETHER_SECONDS / ROUND_SECONDS);
    for (let round = 0; round < rounds; round++) {
      const works = wanted.map(([name, { run }], at) =>
        run(stressed(`round-${round}-${at}`, 3, TOGETHER_SECONDS / rounds, SEED + round)).then(
          (told) => `${name}: ${told}`,
        ),
      );
      for (const { status, ...result } of await Promise.allSettled(works)) {
        if (status === "rejected") throw (result as PromiseRejectedResult).reason;
        context.diagnostic((result as PromiseFulfilledResult<string>).value);
      }
      if (cluster !== undefined) allAreEqual(cluster);
    }
  });

  test("both exports and all mounts are equal after", { timeout: REST_MS }, async () => {
    if (cluster !== undefined) await allEndEqual(cluster);
  });
});
