#!/usr/bin/env node
/**
 * The import rules of .dependency-cruiser.cjs, and that the tool has seen the modules at all: with a TypeScript that it
 * does not know it finds none, and then says that all is well.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const FOLDERS = ["config-schema", "daemons", "systemd", "scripts", "test", "bench", "packaging"];

/** Far fewer than there are, far more than it finds when it fails. */
const MODULES_MIN = 100;

const { stdout, status } = spawnSync(
  "node_modules/.bin/depcruise",
  ["--config", ".dependency-cruiser.cjs", "--output-type", "json", ...FOLDERS],
  { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "inherit"] },
);
if (stdout === "") process.exit(status || 1);
const { summary, modules } = JSON.parse(stdout);
for (const { rule, from, to } of summary.violations) console.error(`${from} → ${to}: ${rule.name}`);
const seen = modules.filter(({ source }) => source.endsWith(".ts")).length;
if (seen < MODULES_MIN) console.error(`only ${seen} modules were seen: the import rules have checked nothing`);
console.log(
  `imports: ${seen} modules, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} against the rules`,
);
process.exitCode = summary.error > 0 || seen < MODULES_MIN ? 1 : 0;
