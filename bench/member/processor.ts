import { readdirSync, readFileSync } from "node:fs";

/** @returns Microseconds that all threads of a process that are there now have computed. */
export function processorUs(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.reduce((sum, task) => sum + ofTask(pid, task), 0) / 1_000;
}

function ofTask(pid: number, task: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1").split(" ")[0]);
  } catch {
    return 0;
  }
}

/** @returns Bytes of memory that a process takes now. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(line) * 1_024;
}
