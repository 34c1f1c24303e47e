import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import type { Disk } from "./disk.ts";

/** systemd-nspawn(1) ends with it when the host asks for a reboot. */
export const REBOOT = 133;

/**
 * In a mount namespace of its own, so that the machine sees no mount. nspawn wants a cgroup2 at /sys/fs/cgroup, which a
 * machine with both versions has elsewhere, and writes below /run/systemd, where a machine with systemd has its own.
 * $1 base tree, $2 the host's disk, $3 its control group below the root of all.
 */
const PREPARE = `
# The copy of a mount would keep it, and the daemon that waits for its end, alive for as long as the host.
umount -a -i -l -c -t fuse.pohmelfs || true
if test "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs; then
  umount -R -l /sys/fs/cgroup || true
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
mkdir -p /run/systemd
mount -t tmpfs -o mode=755 tmpfs /run/systemd
mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" host "$2/root"
echo $$ >"/sys/fs/cgroup$3/cgroup.procs"
shift 3
exec env -i PATH="$PATH" TERM=dumb "$@"`;

export type BootOptions = {
  readonly base: string;
  readonly disk: Disk;
  /** Below the root of all control groups, as `/lab/host`. */
  readonly cgroup: string;
  readonly name: string;
  readonly namespace: string;
};

/** Starts the host's processes and does not wait. The process ends when the host is off or goes for a reboot. */
export async function boot({ base, disk, cgroup, name, namespace }: BootOptions): Promise<ChildProcess> {
  const machine = [
    ...["systemd-nspawn", "--quiet", "--settings=no", "--register=no", "--keep-unit", "--boot"],
    ...[`--directory=${disk.path}/root`, `--machine=${name}`, `--hostname=${name}`, `--uuid=${disk.machineId}`],
    `--network-namespace-path=${namespace}`,
    // As on a real machine: links and routes; files by handle, which nspawn's own filter has not.
    ...["--capability=CAP_NET_ADMIN", "--system-call-filter=open_by_handle_at"],
    ...["--resolv-conf=off", "--timezone=off", "--link-journal=no", "--console=read-only"],
    `--bind=${disk.path}/fuse:/dev/fuse`,
    ...disk.fileSystems.map(([from, to]) => `--bind=${from}:${to}`),
  ];
  const console = openSync(`${disk.path}/console`, "a");
  const words = ["--mount", "--propagation", "private", "sh", "-euc", PREPARE, "boot", base, disk.path, cgroup];
  const child = spawn("unshare", [...words, ...machine], {
    stdio: ["ignore", console, console],
    detached: true, // a ^C is for the test alone, that takes the hosts away in its order
    cwd: "/",
  });
  closeSync(console);
  await once(child, "spawn");
  return child;
}
