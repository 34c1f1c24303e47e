import { after, before, suite, test } from "node:test";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { exercise } from "./fsx.ts";

suite("fsx on a mount", { skip: whyNoMount() ?? false }, () => {
  let cluster: Cluster | undefined;
  const at = (number: 0 | 1): string => cluster?.mounts[number].at ?? "";
  before(async () => {
    cluster = await startCluster({ mounts: 2, limitMs: 300_000 });
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  for (const seed of [1, 2, 3]) {
    test(`seed ${seed}: 1,500 random steps leave a file as the model says`, { timeout: 120_000 }, () =>
      exercise([`${at(0)}/seed-${seed}`], { seed, steps: 1_500 }),
    );
  }
  test("seed 6: 1,500 random steps in a file of at most two pages", { timeout: 120_000 }, () =>
    exercise([`${at(0)}/small`], { seed: 6, steps: 1_500, sizeMax: 8_192 }),
  );
  test("seed 4: 1,000 random steps in a file of 4 MiB", { timeout: 120_000 }, () =>
    exercise([`${at(0)}/large`], { seed: 4, steps: 1_000, sizeMax: 4_194_304 }),
  );
  test("seed 7: 1,000 random steps on two mounts by turns", { timeout: 120_000 }, () =>
    exercise([`${at(0)}/both`, `${at(1)}/both`], { seed: 7, steps: 1_000 }),
  );
  test("both exports and the mount are equal after", { timeout: 60_000 }, async () => cluster?.endsEqual());
});
