import { after, before, suite, test } from "node:test";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { registerChecks } from "./register-checks.ts";

suite("POSIX on a mount", { skip: whyNoMount() ?? false }, () => {
  let cluster: Cluster | undefined;
  before(async () => {
    cluster = await startCluster({ limitMs: 600_000 });
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  registerChecks(() => cluster?.at ?? "");
  test("both exports and the mount are equal after", { timeout: 60_000 }, async () => cluster?.endsEqual());
});
