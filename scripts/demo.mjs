#!/usr/bin/env node
/**
 * `npm run demo [-- --keep]`: looks whether this machine can show it, makes a fresh clone ready, then plays the
 * tutorial (scripts/demo/play.ts). Plain JavaScript, since it runs before there are any packages.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const USAGE = `Usage: npm run demo [-- --keep]

Two servers and one mount on this machine, the tutorial step by step, then a real source tree
copied in and compared. Everything is taken away at the end.

  --keep  leave it running, and say how to look at it and how to stop it`;

/** @returns What is missing to mount a file system here, and how to get it; undefined when nothing is. */
function missing() {
  if (process.platform !== "linux") return "The demo mounts a file system through Linux's FUSE; this is not Linux.";
  if (process.getuid?.() !== 0) return "The demo mounts a file system, which only root may: run 'sudo npm run demo'.";
  if (!existsSync("/dev/fuse")) {
    return (
      "The demo needs /dev/fuse, which is not here. Load the kernel's module with 'modprobe fuse';\n" +
      "in a container, give it the device: docker run --device /dev/fuse --cap-add SYS_ADMIN …"
    );
  }
  const probe = spawnSync("umount", ["--version"], { stdio: "ignore" });
  if (probe.error)
    return "The demo needs mount(8) and umount(8): install the package 'mount' (Debian) or 'util-linux'.";
  return undefined;
}

const words = process.argv.slice(2);
const unknown = words.find((word) => !["--keep", "--help", "-h"].includes(word));
if (unknown !== undefined) {
  console.error(`demo: unknown option '${unknown}'\n${USAGE}`);
  process.exit(2);
}
if (words.includes("--help") || words.includes("-h")) {
  console.log(USAGE);
  process.exit(0);
}
const lack = missing();
if (lack !== undefined) {
  console.error(lack);
  process.exit(1);
}
const { status } = spawnSync(process.execPath, [join(root, "scripts/setup.mjs"), "--build"], {
  stdio: ["ignore", "inherit", "inherit"],
});
if (status !== 0) process.exit(1);

const { register } = await import("tsx/esm/api");
register();
const { play } = await import("./demo/play.ts");
process.exitCode = await play(root, words.includes("--keep"));
