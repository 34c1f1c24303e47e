import { readFileSync } from "node:fs";
import { fail, ok, type Result } from "../../core/result.ts";
import { LOCK_EX, LOCK_NB } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf } from "../../sys/memory.ts";
import { openFile, readText } from "./own-folder.ts";

/** How long a killed process may take to go: one of its threads may still wait for the disk. */
const DYING_MS = 5_000;
const LOOK_AGAIN_MS = 20;

/**
 * Takes the lock of an export for as long as the descriptor is open: one process works on it at a time. flock(2): the
 * kernel lets go of it however the process ends.
 *
 * @returns EBUSY with who has it.
 */
export function takeLock(folder: number): Result<number> {
  const opened = openFile(folder, "lock");
  if (!opened.ok) return opened;
  const fd = opened.value;
  const idle = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; libc.flock(fd, LOCK_EX | LOCK_NB) < 0; waited += LOOK_AGAIN_MS) {
    const pid = holderOf(folder);
    if (pid === undefined || !isDying(pid) || waited >= DYING_MS) {
      libc.close(fd);
      return fail("EBUSY", pid === undefined ? "another fserver has it" : `fserver with pid ${pid} has it`);
    }
    Atomics.wait(idle, 0, 0, LOOK_AGAIN_MS);
  }
  const text = Buffer.from(`${process.pid}\n`);
  libc.ftruncate(fd, 0);
  libc.pwrite(fd, addressOf(text), text.length, 0);
  return ok(fd);
}

function holderOf(folder: number): number | undefined {
  const text = readText(folder, "lock");
  const pid = text.ok && text.value !== undefined ? Number.parseInt(text.value, 10) : Number.NaN;
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

/** Whether a process was killed already, and only has not let go of all yet: proc_pid_stat(5), a dead first thread. */
function isDying(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return /[ZX]/.test(stat[stat.lastIndexOf(")") + 2] ?? "");
  } catch {
    return true;
  }
}
