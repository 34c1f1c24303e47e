import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** systemctl waits for systemd, which at a shutdown has other things to do. */
const LIMIT_MS = 2_000;

/** @returns The unit that this process runs in: the last part of its cgroup, systemd.special(7). */
function ownUnit(): string | undefined {
  const line = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
  const unit = line === undefined ? undefined : basename(line);
  return unit?.endsWith(".service") === true ? unit : undefined;
}

/**
 * Whether systemd ends this service only to start it anew. To a service the two look alike; systemd's list of jobs tells
 * them apart.
 *
 * @returns False when that cannot be found out: then it is an end.
 */
export function isRestarting(): Promise<boolean> {
  const unit = ownUnit();
  if (unit === undefined) return Promise.resolve(false);
  return new Promise((settle) => {
    execFile(
      "systemctl",
      ["list-jobs", "--no-legend", "--no-pager", "--plain", "--full", "--", unit],
      { timeout: LIMIT_MS, env: { ...process.env, LC_ALL: "C" } },
      (error, stdout) => {
        // JOB UNIT TYPE STATE
        const types = stdout.split("\n").flatMap((line) => {
          const [, name, type] = line.trim().split(/\s+/);
          return name === unit && type !== undefined ? [type] : [];
        });
        settle(error === null && types.some((type) => /restart/.test(type)));
      },
    );
  });
}
