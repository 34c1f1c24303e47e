import type { LateError, SyncLeft } from "../../core/report.ts";
import { leftText } from "../../core/left-text.ts";
import { lateErrorText } from "./cache-text.ts";
import { EXIT } from "./exit-codes.ts";

/** How the barrier of one mount ended. `tooOld`: its daemon does not know barriers. */
export type SyncOutcome = "done" | "timedOut" | "failed" | "dead" | "tooOld";

export type MountSync = {
  readonly at: string;
  readonly group: string;
  readonly outcome: SyncOutcome;
  /** Why it is not done; empty when it is. */
  readonly because: string;
  readonly seconds: number;
  /** What was left when it ended, as far as it is known. */
  readonly left: SyncLeft;
  /** What failed meanwhile, or since somebody last looked: programs may not know of it. */
  readonly lateErrors: readonly LateError[];
};

/** `pohmelfs sync --json`; `version` is raised when a field changes its meaning or goes. */
export type SyncResult = { readonly version: 1; readonly ok: boolean; readonly mounts: readonly MountSync[] };

/** @returns What `pohmelfs sync` ends with. */
export function syncCode(mounts: readonly MountSync[]): number {
  const bad = mounts.filter(({ outcome, lateErrors }) => outcome !== "done" || lateErrors.length > 0);
  if (bad.length === 0) return EXIT.ok;
  if (bad.some(({ outcome }) => outcome === "timedOut")) return EXIT.timedOut;
  return bad.length < mounts.length ? EXIT.partly : EXIT.failed;
}

/** What people read of one mount; the first line fits a list of them. */
export function syncLines({ at, outcome, because, seconds, left, lateErrors }: MountSync): readonly string[] {
  const late = lateErrors.map((error) => `${at}: late error: ${lateErrorText(error)}`);
  if (outcome === "done") return [`${at}: all is on the disks of all servers (${seconds.toFixed(1)} s)`, ...late];
  const rest = outcome === "timedOut" ? `not done after ${seconds.toFixed(0)} s: ${leftText(left)}` : because;
  return [`${at}: ${rest}`, ...late];
}
