#!/usr/bin/env node
/** Whether every generated file is in step with what it is made from: runs each `scripts/make-*.ts --check`. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const scripts = dirname(fileURLToPath(import.meta.url));
const makers = readdirSync(scripts).filter((name) => /^make-[a-z-]+\.ts$/.test(name));

let bad = 0;
for (const maker of makers) {
  const args = ["--import", "tsx", join("scripts", maker)];
  const { status } = spawnSync(process.execPath, [...args, "--check"], { cwd: join(scripts, ".."), stdio: "inherit" });
  if (status === 0) continue;
  bad += 1;
  console.error(`not in step: run 'node ${args.join(" ")}'`);
}
console.log(`generated files: ${makers.length} makers, ${bad} not in step`);
process.exitCode = bad > 0 || makers.length === 0 ? 1 : 0;
