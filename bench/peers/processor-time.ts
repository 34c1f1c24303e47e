import { readFileSync } from "node:fs";

/** USER_HZ of Linux: what proc(5) counts in. */
const TICKS_PER_SECOND = 100;

/** @returns Milliseconds that these processes, all their threads, have computed so far; one that is gone counts 0. */
export const processorMs = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + ofOne(pid), 0);

function ofOne(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}
