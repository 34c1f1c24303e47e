import { resolve } from "node:path";
import { isDaemon } from "../../client/is-daemon.ts";
import type { RunState } from "../../client/run-files.ts";
import type { LateError, SyncLeft } from "../../core/report.ts";
import { openProgress, type Progress } from "../apply/progress.ts";
import { EXIT } from "../core/exit-codes.ts";
import { SyncBar } from "../core/sync-bar.ts";
import { syncCode, syncLines, type MountSync, type SyncOutcome, type SyncResult } from "../core/sync-result.ts";
import { askDaemon, readStates } from "../status/find-mounts.ts";
import { askSync } from "./ask-sync.ts";

/** How long a daemon may take to tell what it knows of late errors. */
const REPORT_MS = 2_000;

export type SyncOptions = {
  /** Where it is mounted, or what lies below; undefined: all mounts of this machine. */
  readonly directory: string | undefined;
  /** Undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
  readonly json: boolean;
};

/** `pohmelfs sync`. @returns What it ends with: see {@link syncCode}. */
export async function syncMounts({ directory, timeoutMs, json }: SyncOptions): Promise<number> {
  const all = readStates().sort((a, b) => (a.at < b.at ? -1 : 1));
  const states = directory === undefined ? all : mountOf(all, resolve(directory));
  if (directory !== undefined && states.length === 0) {
    console.error(`pohmelfs: nothing of ours is mounted at ${resolve(directory)}`);
    return EXIT.nothingThere;
  }
  const progress = openProgress(json);
  const mounts = await Promise.all(states.map((state) => syncMount(state, timeoutMs, progress)));
  progress.end();
  const code = syncCode(mounts);
  if (json) {
    const result: SyncResult = { version: 1, ok: code === EXIT.ok, mounts };
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    return code;
  }
  for (const mount of mounts) {
    const [first = "", ...late] = syncLines(mount);
    if (mount.outcome === "done") process.stdout.write(`${first}\n`);
    else console.error(`pohmelfs: ${first}`);
    for (const line of late) console.error(`pohmelfs: ${line}`);
  }
  return code;
}

/** The mount that a path lies in: mounts may lie in one another. */
function mountOf(states: readonly RunState[], path: string): RunState[] {
  const holding = states.filter(({ at }) => path === at || path.startsWith(at === "/" ? "/" : `${at}/`));
  return holding.sort((a, b) => b.at.length - a.at.length).slice(0, 1);
}

async function syncMount(
  { at, group, pid, socket }: RunState,
  timeoutMs: number | undefined,
  progress: Progress,
): Promise<MountSync> {
  const began = performance.now();
  let left: SyncLeft = { changes: 0, bytes: 0, members: [] };
  const ended = (outcome: SyncOutcome, because = "", lateErrors: readonly LateError[] = []): MountSync => {
    const seconds = Math.round(performance.now() - began) / 1_000;
    return { at, group, outcome, because, seconds, left, lateErrors };
  };
  if (!isDaemon(pid)) return ended("dead", `its daemon (pid ${pid}) is gone; 'umount ${at}', then mount again`);
  const before = (await askDaemon(socket, REPORT_MS))?.cache?.lateErrorCount ?? 0;
  const bar = new SyncBar(at);
  const synced = await askSync(socket, timeoutMs, (now) => {
    left = now;
    progress.now(bar.line(now, performance.now()));
  });
  if (synced.kind === "timedOut") return ended("timedOut", "it took too long");
  if (synced.kind === "failed") return ended("failed", synced.because);
  if (synced.kind === "mute" && !isDaemon(pid)) return ended("dead", `its daemon (pid ${pid}) has ended meanwhile`);
  if (synced.kind === "mute")
    return ended("tooOld", "its daemon is of a version that does not know this; mount it anew");
  left = { changes: 0, bytes: 0, members: [] };
  const cache = (await askDaemon(socket, REPORT_MS))?.cache;
  const since = Math.max(0, (cache?.lateErrorCount ?? 0) - before);
  return ended("done", "", since === 0 ? [] : (cache?.lateErrors.slice(-since) ?? []));
}
