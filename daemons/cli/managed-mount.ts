import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runFiles } from "../client/run-files.ts";
import { MOUNT_TYPE, mountedAt } from "../core/mount-table.ts";
import { MOUNT_EXIT } from "./core/exit-codes.ts";
import type { Started } from "./start-mount-daemon.ts";
import { readMounts } from "../client/read-mounts.ts";

/** How often the table of mounts is looked at, and every how many looks systemd is asked. */
const LOOK_MS = 100;
const LOOKS_PER_QUESTION = 5;
/** systemctl waits for systemd without end; at boot or shutdown that may be long. */
const SYSTEMCTL_MS = 5_000;

const failed = (because: string): Started => ({ code: MOUNT_EXIT.failed, because });

function ask(program: string, ...args: readonly string[]): string | undefined {
  const run = spawnSync(program, args, {
    encoding: "utf8",
    timeout: SYSTEMCTL_MS,
    env: { ...process.env, LC_ALL: "C" },
  });
  return run.status === 0 ? run.stdout.trim() : undefined;
}

/** The directory as the table of mounts has it. It may be mounted and silent, so its last part is not looked at. */
function placeOf(directory: string): string {
  const full = resolve(directory);
  try {
    return full === "/" ? full : join(realpathSync(dirname(full)), basename(full));
  } catch {
    return full;
  }
}

/** @returns The name of the service that makes the mount at a directory; undefined where there is no systemd. */
function serviceOf(at: string): string | undefined {
  return ask("systemd-escape", "--path", "--template=pohmelfs-mount@.service", "--", at);
}

function isMounted(at: string): boolean {
  return mountedAt(readMounts(), at)?.type === MOUNT_TYPE;
}

/** What the service left to be read, else what systemd knows. */
function reasonOf(at: string, service: string, state: ReadonlyMap<string, string>): string {
  try {
    return readFileSync(runFiles(at).failure, "utf8").trim();
  } catch {
    if (state.get("LoadState") === "not-found") return `there is no ${service}; run 'systemctl daemon-reload'`;
    const why = state.get("StatusText") || state.get("Result") || "it is not running";
    return `${service}: ${why}; see 'systemctl status ${service}'`;
  }
}

/** @returns Properties of a unit; undefined when systemd does not answer. */
function stateOf(service: string): ReadonlyMap<string, string> | undefined {
  const shown = ask("systemctl", "show", "-p", "LoadState,ActiveState,SubState,Result,StatusText", "--", service);
  if (shown === undefined) return undefined;
  return new Map(
    shown.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** It has failed, or is not even being started. `auto-restart`: it has failed, and will be tried again later. */
const isDown = (state: ReadonlyMap<string, string>): boolean =>
  ["failed", "inactive", "deactivating"].includes(state.get("ActiveState") ?? "") ||
  state.get("SubState") === "auto-restart";

const NO_SYSTEMD = "option 'managed' is for systemd's units; leave it out to mount without them";

/**
 * Waits until the service has mounted, or has failed. Called by systemd for a `.mount` unit whose service is not done;
 * when the mount is there before, systemd does not even call. How long that may take is the unit's TimeoutSec=.
 *
 * @param interrupted Resolves when the user gives up.
 */
export async function awaitManaged(directory: string, interrupted: Promise<void>): Promise<Started> {
  const at = placeOf(directory);
  const service = serviceOf(at);
  if (service === undefined) return failed(NO_SYSTEMD);
  const early = { over: false };
  void interrupted.then(() => {
    early.over = true;
  });
  for (let look = 0; !early.over; look += 1) {
    if (isMounted(at)) return { code: MOUNT_EXIT.ok, because: "" };
    const state = look % LOOKS_PER_QUESTION === 0 ? stateOf(service) : undefined;
    // It may have mounted between the two looks.
    if (state !== undefined && isDown(state) && !isMounted(at)) return failed(reasonOf(at, service, state));
    await sleep(LOOK_MS);
  }
  return { code: MOUNT_EXIT.interrupted, because: "interrupted" };
}

/**
 * `mount -o remount` of a mount that a service has made: the kernel takes its own words over, the daemon reads the
 * configuration again.
 *
 * @param words For mount(8).
 */
export function remountManaged(directory: string, words: readonly string[]): Started {
  const at = placeOf(directory);
  const service = serviceOf(at);
  if (service === undefined) return failed(NO_SYSTEMD);
  if (!isMounted(at)) return failed(`${at}: is not mounted`);
  if (stateOf(service)?.get("ActiveState") !== "active") {
    return failed(`${at}: was not mounted by systemd; unmount it, then mount it with the other options`);
  }
  // -i: no helper, or it would call this program again.
  const options = ["remount", ...words].join(",");
  const mounted = spawnSync("mount", ["-i", "-c", "-t", MOUNT_TYPE, "-o", options, "--", at], { encoding: "utf8" });
  if (mounted.status !== 0) return failed(mounted.stderr?.trim() || `${at}: mount(8) could not remount it`);
  if (ask("systemctl", "reload", "--", service) === undefined) return failed(`${service} could not be reloaded`);
  return { code: MOUNT_EXIT.ok, because: "" };
}
