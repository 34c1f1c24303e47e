import { type ChildProcess, spawn } from "node:child_process";

/**
 * Another process that takes a whole lab away when its standard input ends: that is when the lab is closed, and when
 * the process that opened it has died, however it died. So nothing is ever left, and the work is written down once.
 *
 * $1 control group of all hosts, $2 what the names of the network namespaces begin with, $3 directory of the disks.
 * Mounts live in namespaces of the hosts' processes and go with these.
 */
const SCRIPT = `
cat >/dev/null
n=0
while grep -qs "populated 1" "$1/cgroup.events" && test $n -lt 200; do
  echo 1 2>/dev/null >"$1/cgroup.kill"; n=$((n+1)); sleep 0.05
done
find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
for namespace in /run/netns/"$2"*; do
  test -e "$namespace" && ip netns del "\${namespace##*/}"
done
rm -rf --one-file-system "$3"
test ! -e "$1" && test ! -e "$3"`;

export interface CleanUp {
  /** Takes the lab away. @throws When something is left. */
  now(): Promise<void>;
}

/** Starts the process. It is in a session of its own, so that a ^C leaves it to do its work. */
export function cleanUpAfter(cgroup: string, namespaces: string, directory: string): CleanUp {
  const child = spawn("sh", ["-c", SCRIPT, "clean-up", cgroup, namespaces, directory], {
    stdio: ["pipe", "ignore", "inherit"],
    detached: true,
    cwd: "/",
  });
  child.stdin.on("error", () => {});
  return { now: () => ended(child) };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const judge = (code: number | null): void =>
      code === 0 ? resolve() : reject(new Error("something of the lab could not be taken away"));
    if (child.exitCode !== null) return judge(child.exitCode);
    child.on("exit", judge);
    child.stdin?.end();
  });
}
