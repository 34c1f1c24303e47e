import { notify } from "../sys/notify.ts";
import { askMount } from "./ask-mount.ts";

export type WatchdogOptions = {
  readonly at: string;
  readonly everyMs: number;
  /**
   * Asks the thread that answers the kernel, by way of all that it does.
   * @returns Once it has answered: whether a server is there that could answer a question of the kernel.
   */
  readonly askThread: () => Promise<boolean>;
};

/**
 * Tells systemd that the mount works, after it has been seen to: the thread has answered, and the kernel's own question
 * (statfs) has gone through it. While no server can be reached such a question would wait for one, and is not asked: that
 * is no reason to start the daemon anew.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #timer: NodeJS.Timeout;
  /** One that waits in the kernel may never end; there is never a second one. */
  #isAsking = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), options.everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const hasServer = await this.#options.askThread();
    if (hasServer && !(await this.#mountAnswers())) return;
    notify("WATCHDOG=1");
  }

  async #mountAnswers(): Promise<boolean> {
    if (this.#isAsking) return false;
    this.#isAsking = true;
    const { at, everyMs } = this.#options;
    const answer = await askMount(at, everyMs, () => {
      this.#isAsking = false;
    });
    return answer !== "silent";
  }
}
