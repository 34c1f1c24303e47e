import { resolve } from "node:path";
import type { MountReport } from "../../core/report.ts";
import { EXIT } from "../core/exit-codes.ts";
import { mountstats } from "../core/mountstats.ts";
import { findMounts } from "./find-mounts.ts";

/** `pohmelfs mountstats --json`; `version` is raised when a field changes its meaning or goes. */
type Mountstats = { readonly version: 1; readonly mounts: readonly MountReport[] };

/** How long a mount may take to tell how it is. */
const ANSWER_MS = 2_000;

/** `pohmelfs mountstats [DIR]`. */
export async function showMountstats(directory: string | undefined, json: boolean): Promise<number> {
  const at = directory === undefined ? undefined : resolve(directory);
  const mounts = (await findMounts(ANSWER_MS)).filter(({ state }) => at === undefined || state.at === at);
  if (at !== undefined && mounts.length === 0) {
    console.error(`pohmelfs: nothing of ours is mounted at ${at}`);
    return EXIT.nothingThere;
  }
  const answered = mounts.filter((mount) => mount.kind === "alive");
  const stats: Mountstats = { version: 1, mounts: answered.map(({ report }) => report) };
  if (json) process.stdout.write(`${JSON.stringify(stats, undefined, 2)}\n`);
  else process.stdout.write(answered.map(({ device, report }) => mountstats(device, report)).join(""));
  for (const { state, kind } of mounts) {
    if (kind !== "alive")
      console.error(
        `pohmelfs: ${state.at}: its daemon (pid ${state.pid}) ${kind === "dead" ? "is gone" : "does not answer"}`,
      );
  }
  if (answered.length === mounts.length) return EXIT.ok;
  return answered.length === 0 ? EXIT.failed : EXIT.partly;
}
