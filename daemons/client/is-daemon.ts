import { readFileSync } from "node:fs";

/** @returns Whether a process is there and is a mount daemon: the number of one that has ended may be another's by now. */
export function isDaemon(pid: number): boolean {
  try {
    return /\/(pohmelfs-mountd|mount-daemon\.ts)\0/.test(readFileSync(`/proc/${pid}/cmdline`, "latin1"));
  } catch {
    return false;
  }
}
