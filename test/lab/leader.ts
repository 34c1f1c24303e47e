import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @returns The number, on this machine, of the PID 1 in a host's control group; undefined when none runs yet. */
export function leaderOf(cgroup: string): number | undefined {
  for (const group of ["payload/init.scope", "payload"]) {
    for (const pid of read(join(cgroup, group, "cgroup.procs")).split("\n")) {
      // Number here, and number in the host: proc(5), status.
      const numbers = /^NSpid:\s*(.*)$/m.exec(pid === "" ? "" : read(`/proc/${pid}/status`))?.[1]?.split(/\s+/);
      if (numbers?.length === 2 && numbers[1] === "1") return Number(pid);
    }
  }
  return undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
