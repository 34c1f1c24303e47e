import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../support/run.ts";
import { type Archives, archivesOfThisMachine } from "./archives.ts";

/** What stands on the hosts: a small Debian that boots, with what an administrator finds on each machine. No Node. */
const PACKAGES = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "ca-certificates",
  "iproute2",
  "iputils-ping",
  "kmod",
  "mount",
  "procps",
  "util-linux",
];

/** Nothing here needs a login on a console, or has jobs by the clock. */
const MASKED = [
  "console-getty.service",
  "getty.target",
  "getty-static.service",
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "fstrim.timer",
  "systemd-firstboot.service",
];

/** Counts up when a tree that was made by older code must not be used any more. */
const VERSION = 1;

export const cacheDirectory = (): string => join(process.env["XDG_CACHE_HOME"] ?? "/var/cache", "pohmelfs-lab");

/**
 * @returns The tree all hosts stand on, read-only. Made once, in half a minute, by mmdebstrap(1) from the archives of
 * this machine's apt; its name tells what is in it.
 * @throws When it cannot be made; the message has what mmdebstrap said.
 */
export async function baseTree(): Promise<string> {
  const archives = await archivesOfThisMachine();
  if (archives === undefined) throw new Error("apt of this machine knows no Debian");
  const contents = JSON.stringify([VERSION, archives, PACKAGES, MASKED]);
  const cache = cacheDirectory();
  const tree = join(cache, `base-${createHash("sha256").update(contents).digest("hex").slice(0, 16)}`);
  if (existsSync(tree)) return tree;
  mkdirSync(cache, { recursive: true });
  removeUnfinished(cache);
  const unfinished = join(cache, `unfinished-${process.pid}`);
  try {
    await bootstrap(archives, unfinished);
    finish(unfinished);
    renameSync(unfinished, tree);
  } catch (error) {
    // Somebody else made it at the same time: theirs is as good.
    if (!existsSync(tree)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    rmSync(`${unfinished}.conf`, { force: true });
  }
  return tree;
}

function removeUnfinished(cache: string): void {
  for (const name of readdirSync(cache)) {
    const pid = /^unfinished-(\d+)/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

async function bootstrap(archives: Archives, tree: string): Promise<void> {
  writeFileSync(`${tree}.conf`, `${archives.settings}\n`);
  const noPages = ["man", "locale", "doc"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  // pdeathsig: when the test is killed mmdebstrap stops as well, and takes away what it has made.
  await run(
    [
      ...(["setpriv", "--pdeathsig", "TERM", "mmdebstrap"] as const),
      ...["--quiet", "--variant=minbase", "--mode=root", "--format=directory"],
      ...[`--aptopt=${tree}.conf`, `--include=${PACKAGES.join(",")}`, ...noPages],
      ...[archives.suite, tree, "-"],
    ],
    { input: archives.sources, limitMs: 300_000 },
  );
}

function finish(tree: string): void {
  // Made by mmdebstrap from --dpkgopt and --aptopt; packages that are installed later keep their pages.
  for (const file of ["etc/dpkg/dpkg.cfg.d/99mmdebstrap", "etc/apt/apt.conf.d/99mmdebstrap", "etc/apt/sources.list"])
    rmSync(join(tree, file), { force: true });
  writeFileSync(join(tree, "etc/fstab"), "");
  mkdirSync(join(tree, "var/log/journal"), { recursive: true }); // so that journals outlive a reboot
  for (const unit of MASKED) {
    const link = join(tree, "etc/systemd/system", unit);
    rmSync(link, { force: true });
    symlinkSync("/dev/null", link);
  }
}
