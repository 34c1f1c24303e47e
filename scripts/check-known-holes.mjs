#!/usr/bin/env node
/**
 * Whether a package that programs load has a known hole (`npm audit`). A registry that does not answer the question is
 * no fault of the project: that is said, and passes.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { stdout, status } = spawnSync(
  "npm",
  ["audit", "--omit=dev", "--json", "--fetch-retries=0", "--fetch-timeout=20000"],
  {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
    stdio: ["ignore", "pipe", "ignore"],
  },
);

/** @returns {{ vulnerabilities: Record<string, { severity: string }> } | undefined} */
function answer() {
  try {
    const read = JSON.parse(stdout);
    return read.vulnerabilities === undefined ? undefined : read;
  } catch {
    return undefined;
  }
}

const found = answer();
if (found === undefined) {
  console.log("known holes: the registry does not answer npm audit; not checked");
} else {
  for (const [name, { severity }] of Object.entries(found.vulnerabilities)) console.error(`${name}: ${severity}`);
  console.log(`known holes: in ${Object.keys(found.vulnerabilities).length} of npm's packages that programs load`);
  process.exitCode = status === 0 ? 0 : 1;
}
