import { AT_FDCWD, O_CLOEXEC, O_RDONLY } from "./constants.ts";
import { libc } from "./libc.ts";
import { addressOf, cstring } from "./memory.ts";

/** NGROUPS_MAX groups of up to 10 digits would need 700 KiB; who is in more than fit here counts as in none. */
const STATUS_BYTES = 65_536;

/** Reads /proc/PID/status, of a process or of one of its threads: proc_pid_status(5). Owns the memory for it. */
export class ProcessStatus {
  readonly #bytes = Buffer.alloc(STATUS_BYTES);
  readonly #address = addressOf(this.#bytes);

  /** @returns The text, at most 64 KiB of it; empty when there is no such process. */
  read(pid: number): string {
    const fd = libc.openat(AT_FDCWD, cstring(`/proc/${pid}/status`), O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return "";
    const length = libc.read(fd, this.#address, STATUS_BYTES);
    libc.close(fd);
    return this.#bytes.toString("latin1", 0, Math.max(0, length));
  }
}

/**
 * Whether a thread is being killed, by SIGKILL or by a signal that it does not handle: for either, the kernel makes SIGKILL
 * pending for each thread of the process (kernel/signal.c, complete_signal). It stays pending while the thread waits.
 * @param status The text of /proc/TID/status.
 */
export function isKilled(status: string): boolean {
  const mask = /^SigPnd:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  // Signal n is bit n-1: the ninth is in the third digit from the right.
  return (Number.parseInt(mask.at(-3) ?? "0", 16) & 1) !== 0;
}
