import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadConfig } from "../config-schema/load.ts";
import { makeCurrent, recordGeneration, setOutcome } from "../daemons/cli/apply/generations.ts";
import { type FoundMount, makeStatus } from "../daemons/cli/core/status.ts";
import type { MountReport, ServerReport } from "../daemons/core/report.ts";
import { misfits, readShapes } from "./json-shapes.ts";
import { allPrograms } from "./manual/all-programs.ts";
import { withCommands } from "./manual/program-words.ts";

/** Commands that show no state: they change something and say in words what they did, or show text. */
const STATELESS = ["confirm", "diff", "init", "rollback", "set"].map((name) => `pohmelfs ${name}`);
/** What it prints when all is done needs systemd. */
const NOT_HERE = ["pohmelfs apply", "flush"];

const root = join(import.meta.dirname, "..");
const shapes = readShapes(readFileSync(join(root, "docs/json.md"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "pohmelfs-json-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const good = join(folder, "pohmelfs.yaml");
// Nothing listens at these ports of this machine.
const tutorial = readFileSync(join(root, "examples/tutorial.yaml"), "utf8");
writeFileSync(good, tutorial.replace("192.0.2.75", "127.0.0.1, port: 9").replace("192.0.2.166", "127.0.0.1, port: 10"));
const ofThisHost = join(folder, "of-this-host.yaml");
writeFileSync(ofThisHost, readFileSync(good, "utf8").replace("port: 9 }", `port: 9, host: ${hostname()} }`));
const broken = join(folder, "broken.yaml");
writeFileSync(broken, "version: 1\nservers: { one: { adress: 192.0.2.1 } }\n");
const example = join(root, "examples/two-sites.yaml");

const state = join(folder, "state");
process.env["POHMELFS_STATE"] = state;
const kept = { outcome: "partly", because: "apply", changes: ["started pohmelfs-server@host-75.service"] } as const;
const generation = recordGeneration({ file: readFileSync(good), dropIns: new Map() }, kept);
setOutcome(generation, "partly", { failures: ["it failed"] });
makeCurrent(generation);

/** What a program prints with `--json`. */
function printed(...args: readonly string[]): unknown {
  const env = {
    ...process.env,
    POHMELFS_CONFIG: good,
    POHMELFS_RUN: join(folder, "run"),
    POHMELFS_STATE: state,
  };
  const words = ["--import=tsx", join(root, "daemons/cli/pohmelfs.ts"), ...args, "--json"];
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: "utf8", env });
  assert.notEqual(stdout, "", `${args.join(" ")}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Section of the page → calls whose output it describes. They need neither servers nor mounts. */
const CALLS: readonly (readonly [section: string, ...args: string[]])[] = [
  ["pohmelfs check", "check", example],
  ["pohmelfs check", "check", broken],
  ["pohmelfs get", "get", "--config", example],
  ["pohmelfs get", "get", "version", "--config", example],
  ["pohmelfs get", "get", "log.level", "--effective"],
  ["pohmelfs status", "status"],
  ["pohmelfs mountstats", "mountstats"],
  ["pohmelfs sync", "sync"],
  ["pohmelfs plan", "plan", "--host", "host-75"],
  ["pohmelfs plan --all", "plan", "--all"],
  ["pohmelfs wait", "wait", "--timeout", "1s", "--config", ofThisHost],
  ["pohmelfs generations", "generations"],
  ["When there is nothing to tell", "plan", "--config", broken],
  ["When there is nothing to tell", "wait", "--config", broken],
];

for (const [section, ...args] of CALLS) {
  test(`pohmelfs ${args.map((word) => word.replace(/^.*\//, "")).join(" ")} --json is as docs/json.md has it`, () => {
    assert.deepEqual(misfits(shapes, section, printed(...args)), []);
  });
}

test("pohmelfs apply --dry-run --json is a plan with a field more", () => {
  const { dryRun, ...plan } = printed("apply", "--dry-run") as Record<string, unknown>;
  assert.equal(dryRun, true);
  assert.deepEqual(misfits(shapes, "pohmelfs plan", plan), []);
});

test("every command that shows a state has --json, a section in docs/json.md, and a call in this test", () => {
  const [pohmelfs] = allPrograms();
  assert.ok(pohmelfs);
  const leaves = withCommands(pohmelfs).filter(({ commands }) => commands.length === 0);
  const called = new Set<string>(CALLS.map(([section]) => section));
  for (const { name, options } of leaves) {
    const hasJson = options.some(({ names }) => names.includes("--json"));
    assert.ok(hasJson || STATELESS.includes(name), `${name} has no --json`);
    if (hasJson)
      assert.ok(
        shapes.has(name) && (called.has(name) || NOT_HERE.includes(name)),
        `docs/json.md or this test lacks ${name}`,
      );
  }
  for (const section of shapes.keys()) {
    const isCommand = leaves.some(({ name }) => section === name || section.startsWith(`${name} --`));
    assert.ok(isCommand || !section.startsWith("pohmelfs"), `docs/json.md describes '${section}', which is no command`);
  }
});

const session = { client: 1, host: "host-147", at: "/opt/pohtest", connected: true, applied: 5 };
const server: ServerReport = {
  server: "host-75",
  software: "0.1.0",
  pid: 7,
  uptimeSeconds: 60,
  configHash: "",
  witnessOf: [],
  members: [
    {
      index: 1,
      group: "pohtest",
      export: "/opt/pohtest",
      storeId: "ab".repeat(16),
      run: 1,
      lead: true,
      bytesFree: 5,
      bytesTotal: 10,
      objects: 3,
      leases: 0,
      locks: 0,
      changes: 2,
      reads: 1,
      sessions: [session],
    },
  ],
};
const mount: MountReport = {
  group: "pohtest",
  index: 1,
  at: "/opt/pohtest",
  pid: 9,
  software: "0.1.0",
  transport: "kernel",
  requests: 1234,
  unsent: 0,
  stopped: "",
  client: 1,
  members: [
    {
      server: "host-75",
      address: "192.0.2.75",
      port: 1025,
      active: true,
      priority: 10,
      permissions: 3,
      because: "",
      reads: 4,
      changes: 2,
    },
  ],
  cache: {
    ...{ objects: 1, memoryBytes: 500, memoryBytesMax: 2 ** 26, readLeases: 1, writeLeases: 0, mispredicted: 0 },
    ...{ dirtyChanges: 0, dirtyBytes: 0, dirtyBytesMax: 2 ** 26, lateErrorCount: 1, rescueFiles: ["/r/1.changes"] },
    lateErrors: [{ oid: 7, path: "a/b", errno: "ENOSPC", change: "write", timeMs: 0 }],
  },
};

test("the status of servers and mounts that answer is as docs/json.md has it", () => {
  const loaded = loadConfig(join(root, "examples/tutorial.yaml"));
  assert.ok(loaded.ok);
  const run = { at: mount.at, group: mount.group, index: mount.index, pid: mount.pid };
  const found: FoundMount = { state: run, device: "pohtest", kind: "alive", report: mount };
  const status = makeStatus(loaded.model, new Map([["host-75", { kind: "up", report: server }]]), [found]);
  assert.deepEqual(misfits(shapes, "pohmelfs status", status), []);
  assert.ok(status.groups[0]?.members[0]?.active);
});

test("the report of a mount that answers is as docs/json.md has it", () => {
  assert.deepEqual(misfits(shapes, "pohmelfs mountstats", { version: 1, mounts: [mount] }), []);
});
