import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that a test started and ends, with what it prints in a file. */
export class OwnProcess {
  readonly #child: ChildProcess;
  #told = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @param log File that gets what the process prints, appended. */
  static async start(
    command: readonly [string, ...string[]],
    log: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<OwnProcess> {
    const fd = openSync(log, "a");
    const [program, ...words] = command;
    const child = spawn(program, words, { stdio: ["ignore", fd, fd], env: { ...process.env, ...env } });
    closeSync(fd);
    await once(child, "spawn");
    return new OwnProcess(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get runs(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** How it ended although nobody told it to; undefined when it runs or was told. */
  get endedByItself(): string | undefined {
    if (this.runs || this.#told) return undefined;
    return this.#child.signalCode ?? `exit code ${this.#child.exitCode}`;
  }

  /** Sends a signal (SIGSTOP and SIGCONT too) and does not wait. */
  signal(signal: NodeJS.Signals): void {
    if (this.runs) this.#child.kill(signal);
  }

  /** Ends it, with SIGKILL when the signal does not do it in time. @returns Whether the signal did. */
  async stop(signal: NodeJS.Signals = "SIGTERM", limitMs = 10_000): Promise<boolean> {
    if (!this.runs) return true;
    this.#told = true;
    const ended = once(this.#child, "exit").then(() => true);
    this.#child.kill(signal);
    this.#child.kill("SIGCONT"); // a stopped process hears no other signal
    const inTime = await Promise.race([ended, sleep(limitMs, false, { ref: false })]);
    if (!inTime) this.#child.kill("SIGKILL");
    await ended;
    return inTime;
  }
}
