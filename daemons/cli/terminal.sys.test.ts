/** What a terminal shows: tables and help fit 80 columns, and nothing is coloured where it must not be. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Command } from "commander";
import { loadConfig } from "../../config-schema/load.ts";
import type { MountReport } from "../core/report.ts";
import { usageText } from "../core/usage.ts";
import { COLUMNS } from "../core/wrap.ts";
import { GENERATOR_USAGE } from "../../systemd/generator-usage.ts";
import { recordGeneration } from "./apply/generations.ts";
import { cfgCommand } from "./cfg-command.ts";
import { pohmelfsCommand } from "./commands.ts";
import { mountHelp } from "./core/mount-help.ts";
import { mountstats } from "./core/mountstats.ts";
import { planText } from "./core/apply/plan-text.ts";
import { warningsOfModel } from "./core/apply/plan-warning.ts";
import { makeStatus } from "./core/status.ts";
import { statusText } from "./core/status-text.ts";
import { flushCommand } from "./flush-command.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "pohmelfs-terminal-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const tutorial = join(root, "examples/tutorial.yaml");
const broken = join(folder, "broken.yaml");
writeFileSync(broken, "version: 1\nservers: { one: { adress: 192.0.2.1 } }\n");

process.env["POHMELFS_STATE"] = join(folder, "state");
recordGeneration(
  { file: readFileSync(tutorial), dropIns: new Map() },
  { outcome: "interrupted", because: "rollback to 12: 11 was not confirmed", changes: [] },
);

const env = { ...process.env, POHMELFS_CONFIG: tutorial, POHMELFS_RUN: join(folder, "run"), TERM: "xterm" };
const words = (program: string, args: readonly string[]): readonly string[] => [
  process.execPath,
  "--import=tsx",
  join(import.meta.dirname, `${program}.ts`),
  ...args,
];

/** What is printed on both streams. */
function printed(program: string, ...args: readonly string[]): string {
  const [node = "", ...rest] = words(program, args);
  const { stdout, stderr } = spawnSync(node, rest, { cwd: root, encoding: "utf8", env });
  return `${stdout}${stderr}`;
}

/** The same on a terminal: script(1) makes one. */
function onTerminal(more: NodeJS.ProcessEnv, program: string, ...args: readonly string[]): string | undefined {
  const command = words(program, args).join(" ");
  const script = spawnSync("script", ["-qec", command, "/dev/null"], {
    cwd: root,
    encoding: "utf8",
    env: { ...env, ...more },
    input: "",
  });
  return script.error === undefined ? script.stdout : undefined;
}

function fits(text: string, what: string): void {
  assert.notEqual(text, "", what);
  for (const line of text.split("\n")) assert.ok(line.length <= COLUMNS, `${what}: ${line.length} columns: ${line}`);
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (more) => (text += more), getOutHelpWidth: () => COLUMNS });
  command.outputHelp();
  return text;
}

test("the help of every program and command fits", () => {
  const trees = [pohmelfsCommand, cfgCommand, flushCommand].map((make) => make(() => {}));
  for (const command of trees.flatMap((tree) => [tree, ...tree.commands])) fits(helpOf(command), command.name());
  fits(usageText(GENERATOR_USAGE), "pohmelfs-generator");
  fits(mountHelp(), "mount.pohmelfs");
});

test("what the programs show of an ordinary configuration fits, and has no colour off a terminal", () => {
  const calls = [
    ["pohmelfs", "plan", "--host", "host-166"],
    ["pohmelfs", "status"],
    ["pohmelfs", "generations"],
    ["cfg", "-A", "show"],
  ] as const;
  for (const [program, ...args] of calls) {
    const text = printed(program, ...args).replaceAll(tutorial, "/etc/pohmelfs.yaml");
    fits(text, [program, ...args].join(" "));
    assert.doesNotMatch(text, /\u001b/);
  }
  assert.doesNotMatch(printed("pohmelfs", "check", broken), /\u001b/);
});

test("tables of servers and mounts that answer fit", () => {
  const loaded = loadConfig(tutorial);
  assert.ok(loaded.ok);
  const { model } = loaded;
  const session = { client: 1, host: "host-147", at: "/opt/pohtest", connected: true, applied: 5 };
  const member = { index: 1, group: "pohtest", export: "/opt/pohtest", storeId: "ab".repeat(16), run: 1, lead: true };
  const counts = {
    bytesFree: 812 * 2 ** 30,
    bytesTotal: 2 ** 40,
    objects: 3,
    leases: 0,
    locks: 0,
    changes: 2,
    reads: 1,
  };
  const report = {
    ...{ server: "host-75", software: "0.1.0", pid: 7, uptimeSeconds: 60, configHash: "", witnessOf: [] },
    members: [{ ...member, ...counts, sessions: [session] }],
  };
  const mount: MountReport = {
    ...{ group: "pohtest", index: 1, at: "/opt/pohtest", pid: 1_234_567, software: "0.1.0", transport: "kernel" },
    ...{ requests: 123_456_789, unsent: 1234, client: 1 },
    cache: {
      ...{ objects: 123_456, memoryBytes: 123_456_789, memoryBytesMax: 2 ** 30, readLeases: 123_456, writeLeases: 99 },
      ...{ dirtyChanges: 1_234, dirtyBytes: 12_345_678, dirtyBytesMax: 2 ** 26, mispredicted: 1, lateErrorCount: 12 },
      lateErrors: [{ oid: 7, path: "a/long/path/of/a/file", errno: "ENOSPC", change: "setAttributes", timeMs: 0 }],
      rescueFiles: ["/var/lib/pohmelfs/rescue/pohtest-12-2026-11-24T16-05-00-000Z.changes"],
    },
    stopped: "server host-166 at 192.0.2.166:1025 does not answer, and writes wait for it until timeouts.give-up",
    members: model.groups.flatMap(({ members }) =>
      members.map(({ server, priority }) => {
        const { name, address, port } = server;
        const said = { because: "", reads: 1, changes: 2 };
        return { server: name, address, port, active: true, priority, permissions: 3 as const, ...said };
      }),
    ),
  };
  const up = { kind: "up", report } as const;
  const answers = new Map(model.servers.map(({ name }) => [name, up]));
  const state = { at: mount.at, group: mount.group, index: mount.index, pid: mount.pid };
  fits(statusText(makeStatus(model, answers, [{ state, device: "pohtest", kind: "alive", report: mount }])), "status");
  fits(mountstats("pohtest", mount), "mountstats");
});

test("the warnings of a plan fit", () => {
  const loaded = loadConfig(tutorial);
  assert.ok(loaded.ok);
  const alone = loaded.model.groups.map((group) => ({ ...group, witnesses: [] }));
  const warnings = warningsOfModel({ ...loaded.model, groups: alone }, "host-75");
  assert.ok(warnings.length > 0);
  const view = {
    ...{ path: "/etc/pohmelfs.yaml", source: "/etc/pohmelfs.yaml", host: "host-75", isAbsent: false, isKnown: true },
    ...{ hosts: [], basis: "generation" as const, generation: 12, warnings },
    plan: { changes: [], actions: [], notes: [] },
  };
  fits(planText(view, { colour: false, diff: false }), "plan");
});

test("errors are coloured on a terminal, and not where NO_COLOR is set", (t) => {
  const coloured = onTerminal({ NO_COLOR: undefined }, "pohmelfs", "check", broken);
  if (coloured === undefined) return t.skip("script(1) is not installed");
  assert.match(coloured, /\u001b\[/);
  assert.doesNotMatch(onTerminal({ NO_COLOR: "1" }, "pohmelfs", "check", broken) ?? "", /\u001b/);
});
