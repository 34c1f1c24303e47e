import * as fs from "node:fs";
import { exercise } from "../fsx/fsx.ts";
import { flock, LOCK_EX, LOCK_UN, RENAME_NOREPLACE, rename } from "../support/system.ts";
import { lock } from "../support/system-locks.ts";
import type { Runner } from "./race.ts";

/** One process of a race: says that it is ready, waits for the word, does its task, says what came of it. */
export type Racing = { readonly ready: true } | { readonly value: unknown } | { readonly failed: string };

type Task = (runner: Runner) => unknown;

/** @returns Whether `act` succeeded; false when it failed with one of the codes, which losers of a race get. */
function won(codes: readonly string[], act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** @returns Those of the numbers for which this process won. */
const winning = (codes: readonly string[], act: (runner: Runner, number: number) => unknown): Task => {
  return (runner) => numbers(runner.count).filter((number) => won(codes, () => act(runner, number)));
};

/** Adds 1 to a number in a file `count` times, each time between `take` and `release`. */
const counting =
  (take: (fd: number) => void, release: (fd: number) => void): Task =>
  ({ dir, count }) => {
    for (let done = 0; done < count; done++) {
      const fd = fs.openSync(`${dir}/counter`, "r+");
      take(fd);
      const into = Buffer.alloc(20);
      const value = Number(into.toString("latin1", 0, fs.readSync(fd, into, 0, 20, 0)));
      fs.writeSync(fd, String(value + 1), 0);
      release(fd);
      fs.closeSync(fd);
    }
  };

const tasks = {
  append: ({ dir, number, count }) => {
    const fd = fs.openSync(`${dir}/log`, "a");
    for (let line = 0; line < count; line++) fs.writeSync(fd, `${number} ${String(line).padStart(6, "0")}\n`);
    fs.closeSync(fd);
  },
  create: winning(["EEXIST"], ({ dir, number }, at) =>
    fs.writeFileSync(`${dir}/name-${at}`, String(number), { flag: "wx" }),
  ),
  mkdir: winning(["EEXIST"], ({ dir }, at) => fs.mkdirSync(`${dir}/directory-${at}`)),
  unlink: winning(["ENOENT"], ({ dir }, at) => fs.unlinkSync(`${dir}/name-${at}`)),
  rmdir: winning(["ENOENT"], ({ dir }, at) => fs.rmdirSync(`${dir}/directory-${at}`)),
  take: winning(["ENOENT"], ({ dir, number }, at) =>
    fs.renameSync(`${dir}/name-${at}`, `${dir}/taken-${number}-${at}`),
  ),
  replace: winning([], ({ dir, number }, at) => {
    fs.writeFileSync(`${dir}/mine-${number}`, `${number} ${at}`);
    fs.renameSync(`${dir}/mine-${number}`, `${dir}/target`);
  }),
  occupy: winning(["EEXIST"], ({ dir, number }, at) => {
    fs.writeFileSync(`${dir}/mine-${number}`, String(number));
    rename(`${dir}/mine-${number}`, `${dir}/name-${at}`, RENAME_NOREPLACE);
  }),
  link: winning(["EEXIST"], ({ dir, number }, at) => fs.linkSync(`${dir}/source-${number}`, `${dir}/name-${at}`)),
  countWithRecordLocks: counting(
    (fd) => lock(fd, "process", { type: "write", start: 0, length: 0 }, true),
    (fd) => lock(fd, "process", { type: "unlock", start: 0, length: 0 }),
  ),
  countWithFileLocks: counting(
    (fd) => flock(fd, LOCK_EX),
    (fd) => flock(fd, LOCK_UN),
  ),
  countWithLockFiles: ({ dir, count }) => {
    for (let done = 0; done < count; done++) {
      while (!won(["EEXIST"], () => fs.closeSync(fs.openSync(`${dir}/lock`, "wx"))));
      const value = Number(fs.readFileSync(`${dir}/counter`, "latin1"));
      fs.writeFileSync(`${dir}/counter`, String(value + 1));
      fs.unlinkSync(`${dir}/lock`);
    }
  },
  churn: ({ dir, number, count }) => {
    for (let at = 0; at < count; at++) {
      fs.mkdirSync(`${dir}/${number}-${at}`);
      fs.writeFileSync(`${dir}/${number}-${at}/file`, `text ${number} ${at}`);
      fs.renameSync(`${dir}/${number}-${at}/file`, `${dir}/${number}-${at}/renamed`);
      if (at % 2 === 1) fs.rmSync(`${dir}/${number}-${at}`, { recursive: true });
    }
  },
  exercise: ({ dir, number, count }) => exercise([`${dir}/fsx-${number}`], { seed: number, steps: count }),
  acknowledge: ({ dir, count }) => {
    for (let at = 0; at < count; at++) {
      fs.writeFileSync(`${dir}/new`, `text ${at}`.repeat(1 + (at % 50) * 20));
      fs.renameSync(`${dir}/new`, `${dir}/kept-${at}`);
      if (at >= 20) fs.unlinkSync(`${dir}/kept-${at - 20}`);
      fs.appendFileSync(`${dir}/log`, `${at}\n`);
      fs.chmodSync(`${dir}/log`, 0o600 + (at % 64));
    }
  },
  removeTree: ({ dir }) => fs.rmSync(`${dir}/tree`, { recursive: true, force: true, maxRetries: 5 }),
} satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;

function answer(message: Racing): void {
  process.send?.(message);
}

/** What the program of a process does that `race.ts` has started: one task, when it gets the word. */
export function serveTask<Own extends { readonly task: string; readonly number: number }>(
  all: Readonly<Record<string, (runner: Own) => unknown>>,
): void {
  const runner = JSON.parse(process.argv[2] ?? "") as Own;
  process.once("message", () => {
    Promise.resolve(runner)
      .then((own) => all[own.task]?.(own))
      .then((value) => answer({ value: value ?? null }))
      .catch((error: unknown) =>
        answer({
          failed: `${runner.task} ${runner.number}: ${error instanceof Error ? error.message : String(error)}`,
        }),
      );
  });
  answer({ ready: true });
}

// Acts at load when it is the program of a process that was forked; an import for its types does nothing.
if (process.send !== undefined && process.argv[1] === import.meta.filename) serveTask(tasks);
