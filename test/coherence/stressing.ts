export type StressTask = "fileUnderLock" | "fileInStripes" | "renames" | "appends" | "mix";

/** What one process of `stress-process.ts` does. */
export type Stressing = {
  readonly task: StressTask;
  /** Tells the processes of one task apart, from 0 on; `count` of them. */
  readonly number: number;
  readonly count: number;
  /** On a mount; the same directory for all processes of a task. */
  readonly dir: string;
  /** The same on a local file system. */
  readonly local: string;
  readonly seconds: number;
  readonly seed: number;
};

/** The kernel looks up and uses once more, and may lose that race, too; told, since it is to become rare. */
export const ESTALE = -116;

/** Calls that succeeded, and those that ended with ESTALE. */
export type Done = { readonly done: number; readonly stale: number };
