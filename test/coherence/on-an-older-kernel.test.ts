import { after, before, suite, test } from "node:test";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { allEndEqual } from "./all-end-equal.ts";
import { afterNames } from "./guarantees/names.ts";
import { registerGuarantees } from "./register-guarantees.ts";

/** Of Linux 5.15. What it lacks that is used where it is there: all names forgotten at once, repeated requests, STATX. */
const FUSE_MINOR = 34;
/** These take the longest, and what they show is shown by others. */
const LONG = /replaces a|makes directories/;

/** All others as well: `POHMELFS_FUSE_MINOR=34 node --import tsx --test test/coherence/on-mounts.test.ts`. */
const some = Object.fromEntries(Object.entries(afterNames).filter(([name]) => !LONG.test(name)));

suite("between three mounts that use nothing newer than Linux 5.15 has", { skip: whyNoMount() ?? false }, () => {
  let cluster: Cluster | undefined;
  const at = (number: number): string => cluster?.mounts[number as 0 | 1]?.at ?? "";
  before(async () => {
    cluster = await startCluster({ mounts: 3, limitMs: 300_000, fuseMinor: FUSE_MINOR });
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  registerGuarantees(() => [at(0), at(1), at(2)], some);
  test("both exports and all mounts are equal after", { timeout: 120_000 }, async () => {
    if (cluster !== undefined) await allEndEqual(cluster);
  });
});
