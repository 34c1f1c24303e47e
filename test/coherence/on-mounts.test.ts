import { after, before, suite, test } from "node:test";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { registerGuarantees } from "./register-guarantees.ts";
import { allEndEqual } from "./all-end-equal.ts";

suite("between three mounts of one group", { skip: whyNoMount() ?? false }, () => {
  let cluster: Cluster | undefined;
  const at = (number: number): string => cluster?.mounts[number as 0 | 1]?.at ?? "";
  before(async () => {
    cluster = await startCluster({ mounts: 3, limitMs: 900_000 });
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  registerGuarantees(() => [at(0), at(1), at(2)]);
  test("both exports and all mounts are equal after", { timeout: 120_000 }, async () => {
    if (cluster !== undefined) await allEndEqual(cluster);
  });
});
