import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ran } from "../support/run.ts";

export type InHostOptions = {
  readonly input?: string | Buffer;
  /** Default 60 s; then it gets SIGKILL, and its status is null. */
  readonly limitMs?: number;
};

/** What root finds after a login. */
const ENVIRONMENT = [
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  ...["HOME=/root", "USER=root", "LOGNAME=root", "SHELL=/bin/bash", "LANG=C.UTF-8", "TERM=dumb"],
];

/**
 * Runs a line of bash in a host, as root after a login: in a session and a control group of the host's own, with no
 * capability that the host's PID 1 lacks.
 *
 * @param leader The host's PID 1, by its number on this machine. @param cgroup The one the host has as its root.
 */
export async function runInHost(leader: number, cgroup: string, line: string, options: InHostOptions): Promise<Ran> {
  const { input = "", limitMs = 60_000 } = options;
  const move = 'mkdir -p "$0" && echo $$ >"$0/cgroup.procs" && exec "$@"';
  const child = spawn("sh", [
    ...["-c", move, `${cgroup}/login`],
    ...["nsenter", `--target=${leader}`, "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--"],
    ...["env", "-i", "--chdir=/root", ...ENVIRONMENT],
    // It dies with nsenter, which is what a limit kills.
    ...["setsid", "setpriv", "--pdeathsig", "KILL", "--bounding-set", withoutCapabilities(leader)],
    ...["bash", "-c", line],
  ]);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  child.stdin.on("error", () => {}); // a program need not read what it is given
  child.stdin.end(input);
  const ran = (status: number | null): Ran => ({
    status,
    stdout: Buffer.concat(out).toString(),
    stderr: Buffer.concat(err).toString(),
  });
  const over = new AbortController();
  const late = sleep(limitMs, undefined, { signal: over.signal }).then(
    () => true,
    () => false,
  );
  const status = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
    // A program that hangs in a system call on a mount holds the pipes: nobody waits for it after its limit.
    late.then((isLate) => {
      if (!isLate) return;
      child.kill("SIGKILL");
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(null);
    });
  });
  return status.then(ran).finally(() => over.abort());
}

/** As setpriv(1) wants it: what this process could have and the other cannot. */
function withoutCapabilities(pid: number): string {
  const bounds = (who: number | "self"): bigint =>
    BigInt(`0x${/^CapBnd:\s*(\w+)$/m.exec(readFileSync(`/proc/${who}/status`, "utf8"))?.[1] ?? "0"}`);
  const more = bounds("self") & ~bounds(pid);
  const names = Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => ((more >> BigInt(bit)) & 1n) === 1n);
  return names.length === 0 ? "+all" : names.map((bit) => `-cap_${bit}`).join(",");
}
