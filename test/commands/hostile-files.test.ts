/** A sample of the wrong files of systemd/hostile-files.sys.test.ts, through the programs that people and systemd start. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { parseConfig } from "../../config-schema/parse-config.ts";
import { harmedFile } from "../../config-schema/testing/harmed-file.ts";
import { HAND_MADE } from "../../systemd/testing/hand-made-files.ts";
import { dist } from "../support/programs.ts";
import { tryRun } from "../support/run.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const SEED = 2012;
const RIGHT = `version: 1
servers:
  host-75: { address: 192.0.2.75 }
  host-166: { address: 192.0.2.166 }
groups:
  pohtest:
    index: 1
    export: /opt/pohtest
    members:
      host-75: { priority: 10 }
      host-166: {}
`;

const harmed = fc
  .sample(harmedFile([RIGHT]), { seed: SEED, numRuns: 20 })
  .map(({ text }) => text)
  .filter((text) => !parseConfig("f", text).ok);
const handMade = [
  "random bytes",
  "a billion laughs",
  "an INI file",
  "maps, two thousand deep",
  "zeros after a power cut",
];

const sample = [...harmed.slice(0, 5), ...handMade.map((name) => HAND_MADE[name] ?? "")];

test("check, plan and generator end with their codes, name a line, and show no stack", async () => {
  using directory = temporaryDirectory("hostile");
  const config = join(directory.path, "pohmelfs.yaml");
  const units = join(directory.path, "units");
  mkdirSync(units);
  const env = { POHMELFS_CONFIG: config, POHMELFS_STATE: join(directory.path, "state") };
  const calls = [
    ["pohmelfs", "check"],
    ["pohmelfs", "plan", "--host", "host-75"],
    ["pohmelfs-generator", "--dry-run", "--config", config, "--host", "host-75", units],
  ] as const;
  for (const content of sample) {
    writeFileSync(config, content);
    const ran = calls.map(([program, ...words]) => tryRun([process.execPath, dist(program), ...words], { env }));
    for (const [i, { status, stdout, stderr }] of (await Promise.all(ran)).entries()) {
      const what = `${calls[i]?.join(" ")} of ${JSON.stringify(content.toString().slice(0, 500))}: ${stderr.slice(0, 500)}`;
      assert.ok(status === 3 || (status === 1 && i === 2), `${status}: ${what}`);
      assert.match(stderr, /pohmelfs\.yaml:[0-9]+:[0-9]+: error: /, what);
      assert.doesNotMatch(stderr + stdout, /\n {4}at /, what);
      assert.doesNotMatch(stdout, /\[Service\]/, what);
    }
  }
});
