import type { KernelRequest } from "../../fuse/core/request.ts";
import { run, type Operation, type Task } from "./operation.ts";
import type { ClientPorts } from "./ports.ts";

type Running = { readonly task: Task; readonly pid: number; readonly endsAtAnySignal: boolean };

/** The kernel tells of a caller's first signal only; whether a later one kills it is looked at from time to time. */
const LOOK_AGAIN_MS = 500;

/**
 * The operations that answer requests of the kernel, until they end.
 *
 * Interrupts: a lock that is waited for ends with EINTR at any signal, as fcntl(2) and flock(2) say. Everything else ends
 * early only where the caller is being killed. POSIX would allow EINTR to some (open, write, fsync), but no local disk does
 * that, so programs are not written for it: git's progress timer alone (SIGALRM) would fail its open(2). signal(7) calls
 * such waits uninterruptible; NFS does the same ("killable").
 */
export class Tasks {
  readonly #running = new Map<number, Running>();
  readonly #ports: ClientPorts;

  readonly #ended: (unique: number) => void;

  /** @param ended Told of each request that has its answer. */
  constructor(ports: ClientPorts, ended: (unique: number) => void = () => {}) {
    this.#ports = ports;
    this.#ended = ended;
  }

  get count(): number {
    return this.#running.size;
  }

  /** Those that end by themselves: a lock may be waited for without end. */
  get bounded(): number {
    let count = 0;
    for (const { endsAtAnySignal } of this.#running.values()) if (!endsAtAnySignal) count += 1;
    return count;
  }

  start(request: KernelRequest, operation: Operation<void>): void {
    const { unique, pid } = request.header;
    let ended = false;
    const task = run(operation, () => {
      ended = true;
      this.#running.delete(unique);
      this.#ended(unique);
    });
    if (ended) return;
    const endsAtAnySignal = request.op === "setlk" && request.wait;
    this.#running.set(unique, { task, pid, endsAtAnySignal });
  }

  /** The caller of a request got a signal. */
  interrupt(unique: number): void {
    const running = this.#running.get(unique);
    if (running === undefined) return;
    if (running.endsAtAnySignal || this.#ports.isKilled(running.pid)) return running.task.interrupt();
    this.#ports.after(LOOK_AGAIN_MS, () => {
      if (this.#running.get(unique) === running) this.interrupt(unique);
    });
  }
}
