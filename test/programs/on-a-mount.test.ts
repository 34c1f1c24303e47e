import { after, before, suite, test } from "node:test";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { registerPairPrograms, registerPrograms } from "./register-programs.ts";

const skip = whyNoMount() ?? false;

suite("programs on a mount", { skip }, () => {
  let cluster: Cluster | undefined;
  before(async () => {
    cluster = await startCluster({ limitMs: 900_000 });
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  registerPrograms(() => cluster?.at ?? "");
  test("both exports and the mount are equal after", { timeout: 180_000 }, async () => cluster?.endsEqual());
});

suite("programs on two mounts of one group", { skip }, () => {
  let cluster: Cluster | undefined;
  before(async () => {
    cluster = await startCluster({ mounts: 2, limitMs: 600_000 });
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  registerPairPrograms(() => [cluster?.mounts[0].at ?? "", cluster?.mounts[1].at ?? ""]);
  test("both exports and the mounts are equal after", { timeout: 60_000 }, async () => cluster?.endsEqual());
});
