import { spawnSync } from "node:child_process";
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { readJson } from "./read-json.ts";
import { type RunState, runFiles } from "./run-files.ts";
import { MOUNT_TYPE, mountedAt } from "../core/mount-table.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { askMount } from "./ask-mount.ts";
import { isDaemon } from "./is-daemon.ts";
import { readMounts } from "./read-mounts.ts";

/** How long a mount that is already there may take to say that it is alive. */
const ANSWER_MS = 2_000;

/**
 * The directory's path without symbolic links. The last part is not looked at while something of ours is mounted there:
 * a daemon that does not answer would hold up this process for good.
 */
function canonical(directory: string): Result<string> {
  const full = resolve(directory);
  try {
    const at = full === "/" ? full : join(realpathSync(dirname(full)), basename(full));
    if (mountedAt(readMounts(), at)?.type === MOUNT_TYPE) return ok(at);
    return ok(realpathSync(at));
  } catch {
    return fail("ENOENT", `${directory}: no such directory; make it with 'mkdir -p ${directory}'`);
  }
}

/** Whether the daemon that left its state for this mount is still there. */
function hasDaemon(at: string): boolean {
  const state = readJson<RunState>(runFiles(at).state);
  return state !== undefined && isDaemon(state.pid);
}

/**
 * Looks whether something can be mounted at a directory, and clears away a mount of ours whose daemon is dead.
 *
 * @param say Told what was done.
 * @returns Its canonical path; ENOENT, ENOTDIR, or EBUSY when a mount of ours is there already.
 */
export async function prepareMountPoint(directory: string, say: (line: string) => void): Promise<Result<string>> {
  const path = canonical(directory);
  if (!path.ok) return path;
  const at = path.value;
  // Bounded: each turn takes one mount away, and another process may be adding them.
  for (let turn = 0; turn < 8 && mountedAt(readMounts(), at)?.type === MOUNT_TYPE; turn++) {
    const { source } = mountedAt(readMounts(), at) ?? { source: "" };
    const state = hasDaemon(at) ? "alive" : await askMount(at, ANSWER_MS);
    if (state === "alive") return fail("EBUSY", `${at}: '${source}' is mounted here already; see 'pohmelfs status'`);
    if (state === "silent") {
      return fail(
        "EBUSY",
        `${at}: '${source}' is mounted here already, and does not answer; 'umount -f ${at}' ends it`,
      );
    }
    say(`${at}: the mount that is here has lost its daemon; it is unmounted`);
    spawnSync("umount", ["-i", "-l", "--", at], { stdio: ["ignore", "ignore", "inherit"] });
  }
  if (!existsSync(at)) return fail("ENOENT", `${at}: no such directory; make it with 'mkdir -p ${at}'`);
  if (!statSync(at).isDirectory()) return fail("ENOTDIR", `${at}: is not a directory`);
  return ok(at);
}
