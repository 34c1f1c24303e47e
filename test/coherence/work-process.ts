import { serveTask } from "../programs/racer-process.ts";
import { doStep, stepsOf, syncPath } from "./numbered-work.ts";
import { Register } from "./register.ts";

/** A process that makes numbered changes and says how far it is. */
export const WORK_PROGRAM = import.meta.filename;

export type Working = {
  readonly task: "work";
  readonly number: number;
  readonly dir: string;
  readonly seed: number;
  readonly count: number;
  /** Local files, see `Register`: how many changes have returned, and how many had when fsync returned last. */
  readonly done: string;
  readonly synced: string;
};

const SYNC_EACH = 25;

/** @returns How many steps it has done; less than all when one failed, as after the end of the mount's daemon. */
function work({ dir, seed, count, done, synced }: Working): number {
  using saysDone = new Register(done);
  using saysSynced = new Register(synced);
  for (const [at, step] of stepsOf(seed, count).entries()) {
    try {
      doStep(dir, step);
      saysDone.say(at + 1);
      if (at % SYNC_EACH === SYNC_EACH - 1) {
        syncPath(dir);
        saysSynced.say(at + 1);
      }
    } catch {
      return at;
    }
  }
  return count;
}

// Acts at load when it is the program of a process that was forked; an import for its types does nothing.
if (process.send !== undefined && process.argv[1] === import.meta.filename) serveTask<Working>({ work });
