#!/usr/bin/env node
/**
 * All tests in three steps, with one sum at the end:
 *
 *     node scripts/test.mjs [pure] [sys] [mounts] [PART-OF-A-PATH…]
 *
 * pure: no system calls, run anywhere. sys (`*.sys.test.ts`): make system calls, some as root only. mounts (`test/`):
 * real mounts through /dev/fuse, one file at a time. Without a step's name all three run, one failing or not.
 * POHMELFS_NODE: another Node for tests and programs, such as that of the packages.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const FOLDERS = ["config-schema", "daemons", "packaging", "scripts", "systemd", "test"];
const MINUTE = 60_000;

/** Tests start programs with the Node that runs them. */
const node = process.env.POHMELFS_NODE ?? process.execPath;

/** Limits are for a whole file: a test that hangs must not hang the run. */
const STEPS = {
  pure: { has: (file) => !file.endsWith(".sys.test.ts") && !file.startsWith("test/"), limitMs: 5 * MINUTE },
  sys: { has: (file) => file.endsWith(".sys.test.ts") && !file.startsWith("test/"), limitMs: 5 * MINUTE },
  mounts: { has: (file) => file.startsWith("test/"), limitMs: 30 * MINUTE, atOnce: 1 },
};

function* filesBelow(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

function testFiles() {
  const present = new Set(readdirSync(root));
  return FOLDERS.filter((folder) => present.has(folder)).flatMap((folder) =>
    [...filesBelow(folder)].filter((file) => /\.test\.[cm]?[jt]s$/.test(file)),
  );
}

/** @returns The counts of scripts/test-counts.mjs, or undefined when the runner died without any. */
function runStep(name, files) {
  const step = STEPS[name];
  const scratch = mkdtempSync(join(tmpdir(), "pohmelfs-test-"));
  const report = join(scratch, "counts.json");
  try {
    const { status } = spawnSync(
      node,
      [
        "--import=tsx",
        "--test",
        `--test-concurrency=${step.atOnce ?? availableParallelism()}`,
        `--test-timeout=${step.limitMs}`,
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        `--test-reporter=${pathToFileURL(join(root, "scripts/test-counts.mjs")).href}`,
        `--test-reporter-destination=${report}`,
        ...files,
      ],
      { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
    );
    return { status, ...JSON.parse(readFileSync(report, "utf8")) };
  } catch {
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function sum(results) {
  const total = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0, duration_ms: 0 };
  for (const result of results) for (const key of Object.keys(total)) total[key] += result?.total[key] ?? 0;
  return total;
}

function printSkipped(skipped) {
  if (skipped.length === 0) return;
  const byReason = new Map();
  for (const { because } of skipped) byReason.set(because, (byReason.get(because) ?? 0) + 1);
  console.log(`\nSkipped: ${skipped.length}`);
  for (const [because, count] of byReason) console.log(`  ${count} × ${because || "no reason given"}`);
}

const wanted = process.argv.slice(2);
const chosen = Object.keys(STEPS).filter((name) => wanted.includes(name));
const steps = chosen.length > 0 ? chosen : Object.keys(STEPS);
const filters = wanted.filter((word) => !(word in STEPS));
const files = testFiles().filter((file) => filters.every((part) => relative(root, join(root, file)).includes(part)));

const results = [];
let bad = false;
for (const name of steps) {
  const own = files.filter(STEPS[name].has);
  console.log(`\n=== ${name}: ${own.length} files ===`);
  if (own.length === 0) continue;
  const result = runStep(name, own);
  if (result === undefined) console.log(`The runner of step ${name} died.`);
  if (result?.status !== 0) bad = true;
  results.push(result);
}

printSkipped(results.flatMap((result) => result?.skipped ?? []));
const failed = results.flatMap((result) => result?.failed ?? []);
if (failed.length > 0) console.log("\nFailed:");
for (const { name, file } of failed) console.log(`  ${file ? relative(root, file) : ""}: ${name}`);

const total = sum(results);
if (total.tests === 0) {
  console.log("\nNo test has run.");
  bad = true;
}
console.log(`\nAll steps (${steps.join(", ")}):`);
for (const [name, value] of Object.entries(total))
  console.log(`ℹ ${name} ${name === "duration_ms" ? Math.round(value) : value}`);
process.exitCode = bad ? 1 : 0;
