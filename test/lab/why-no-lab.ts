import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isInstalled } from "../support/programs.ts";
import { cgroupRoot } from "./cgroup.ts";

/** The directory of a lab's disks: not /tmp, which may lie in memory, or on an overlay that can bear no other. */
export const DISKS = "/var/tmp";

const PROGRAMS = ["systemd-nspawn", "mmdebstrap", "apt-get", "ip", "nft", "nsenter", "setpriv", "unshare", "tar"];

/** Tries what a host needs of the kernel, in namespaces that go with the process. */
const TRIAL = `
mkdir "$1/lower" "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" trial "$1/root"
mknod "$1/fuse" c 10 229
ip link add one type veth peer name two
ip link add switch type bridge
nft add table bridge trial`;

/** Why this machine cannot boot hosts, or undefined when it can: the reason of a skipped test. */
export function whyNoLab(): string | undefined {
  if (process.getuid?.() !== 0) return "hosts with systemd need root";
  const missing = PROGRAMS.filter((name) => !isInstalled(name));
  if (missing.length > 0) return `hosts with systemd need ${missing.join(", ")}: npm run setup -- --test`;
  if (!existsSync("/dev/fuse")) return "this machine has no /dev/fuse";
  return whyNoCgroup() ?? whyNotTried();
}

function whyNoCgroup(): string | undefined {
  const root = cgroupRoot();
  if (root === undefined) return "cgroup2 is mounted nowhere on this machine";
  try {
    accessSync(root, constants.W_OK);
    return undefined;
  } catch {
    return `${root} is read-only`;
  }
}

function whyNotTried(): string | undefined {
  const place = mkdtempSync(join(DISKS, "pohmelfs-trial-"));
  try {
    const words = ["--mount", "--net", "--propagation", "private", "sh", "-euc", TRIAL, "trial", place];
    const { status, stderr } = spawnSync("unshare", words, { encoding: "utf8", timeout: 20_000 });
    return status === 0 ? undefined : `this machine cannot boot hosts: ${stderr.trim().split("\n").at(-1)}`;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
