import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Racing, TaskName } from "./racer-process.ts";

/** What one process of a race does. `number` tells the processes apart. */
export type Runner = { readonly task: TaskName; readonly dir: string; readonly number: number; readonly count: number };

const PROGRAM = join(import.meta.dirname, "racer-process.ts");

/**
 * Starts a process for each runner and lets all go at the same time, when the last is ready.
 *
 * @returns What each task returned, in the order of the runners. @throws When one of them does.
 */
export const race = (runners: readonly Runner[]): Promise<unknown[]> => raceOf(PROGRAM, runners);

/** {@link race} with tasks of another program, which serves them with `serveTask`. */
export async function raceOf(program: string, runners: readonly object[]): Promise<unknown[]> {
  const children = runners.map((runner) => fork(program, [JSON.stringify(runner)], { execArgv: ["--import=tsx"] }));
  try {
    await Promise.all(children.map((child) => answerOf(child)));
    const results = children.map((child) => answerOf(child));
    for (const child of children) child.send("go");
    return (await Promise.all(results)).map((result) => {
      if ("failed" in result) throw new Error(result.failed);
      return "value" in result ? result.value : undefined;
    });
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

async function answerOf(child: ChildProcess): Promise<Racing> {
  const ended = once(child, "exit").then(([code, signal]): Racing => ({ failed: `ended by ${signal ?? code}` }));
  return Promise.race([once(child, "message").then(([message]) => message as Racing), ended]);
}
