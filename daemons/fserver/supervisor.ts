import { createLog, type Log } from "../sys/log.ts";
import { notify, notifyReloading } from "../sys/notify.ts";
import { watchdogEveryMs } from "../sys/watchdog-span.ts";
import { FIRST_STATE, type ServerState, statusLine } from "./core/status-line.ts";
import { restartReasons } from "./restart-reasons.ts";
import { RunFile } from "./run-file.ts";
import type { Planned, ServerPlan } from "./server-plan.ts";
import type { ToServer } from "./server-thread.ts";

export type SupervisorPorts = {
  /** To the thread that serves. */
  send(order: ToServer): void;
  /** Reads the configuration again. */
  plan(): Planned;
};

/** An answer that took longer is worth a line. */
const SLOW_MS = 10_000;

/**
 * What the main thread does while another one serves: tells systemd how that is, sd_notify(3), has it take over a changed
 * configuration, and leaves word of it in the run folder.
 */
export class Supervisor {
  readonly #ports: SupervisorPorts;
  readonly #log: Log;
  readonly #runFile: RunFile;
  #plan: ServerPlan;
  #next: ServerPlan | undefined;
  #state: ServerState = FIRST_STATE;
  #remarks: readonly string[] = [];
  #said = "";
  #isReady = false;
  #isWanted = false;
  #askedMs: number | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(plan: ServerPlan, ports: SupervisorPorts) {
    this.#plan = plan;
    this.#ports = ports;
    this.#log = createLog(plan.log);
    this.#runFile = new RunFile(plan.server);
  }

  ready(): void {
    this.#isReady = true;
    this.#leaveWord(this.#plan);
    this.#tell("READY=1");
    const everyMs = watchdogEveryMs();
    if (everyMs !== undefined) this.#watchdog = setInterval(() => this.#look(), everyMs);
    if (this.#isWanted) this.reload();
  }

  state(state: ServerState): void {
    this.#state = state;
    this.#tell();
  }

  /** The thread, and every export, has answered: only now does systemd hear that all is well. */
  looked(): void {
    if (this.#askedMs === undefined) return;
    const waitedMs = performance.now() - this.#askedMs;
    this.#askedMs = undefined;
    notify("WATCHDOG=1");
    if (waitedMs > SLOW_MS) this.#log.warning("the server answers again", { seconds: Math.round(waitedMs / 1_000) });
  }

  /** SIGHUP: logs are opened anew, and the file is read again. */
  reload(): void {
    if (!this.#isReady) {
      // systemd takes nothing but READY=1 before; what was read at the start may be out of date when that is said.
      this.#isWanted = true;
      return;
    }
    this.#isWanted = false;
    this.#log.reopen();
    this.#ports.send({ kind: "reopenLog" });
    if (this.#plan.file === undefined) return;
    notifyReloading();
    const planned = this.#ports.plan();
    if (!planned.ok)
      return this.#keep(planned.text.split("\n"), `${this.#plan.file.path} has errors, all stays as it was`);
    const reasons = restartReasons(this.#plan, planned.plan);
    if (reasons.length > 0) {
      const what = `${reasons.join(", ")} changed: that needs a restart, all stays as it was`;
      return this.#keep([`not taken over from ${this.#plan.file.path}: ${what}`], what);
    }
    this.#next = planned.plan;
    this.#ports.send({ kind: "renew", plan: planned.plan });
  }

  /** The thread goes by the new plan. */
  renewed(): void {
    if (this.#next !== undefined) this.#plan = this.#next;
    this.#next = undefined;
    this.#remarks = [];
    this.#log.change(this.#plan.log);
    this.#leaveWord(this.#plan);
    this.#tell("READY=1");
  }

  stopping(): void {
    notify("STOPPING=1\nSTATUS=stopping");
  }

  /** @param because Why it could not start; undefined after an orderly end. */
  ended(because?: string): void {
    clearInterval(this.#watchdog);
    this.#runFile.remove();
    if (because !== undefined) notify(`STATUS=${because}`);
  }

  /** Nothing is taken over; the reader of the journal, and of the status, is told why. */
  #keep(lines: readonly string[], remark: string): void {
    for (const line of lines) this.#log.error(line);
    this.#remarks = [remark];
    this.#tell("READY=1");
  }

  #look(): void {
    if (this.#askedMs !== undefined) {
      const seconds = Math.round((performance.now() - this.#askedMs) / 1_000);
      this.#log.warning("the server does not answer: systemd will start it anew", { seconds });
      return;
    }
    this.#askedMs = performance.now();
    this.#ports.send({ kind: "look" });
  }

  #leaveWord(plan: ServerPlan): void {
    const wrong = this.#runFile.write(plan);
    if (wrong !== undefined) this.#log.warning("tools will not find this server in the run folder", { because: wrong });
  }

  /** @param news READY=1, or nothing but the status. */
  #tell(news?: string): void {
    const status = statusLine(this.#plan, this.#state, this.#remarks);
    if (!this.#isReady || (status === this.#said && news === undefined)) return;
    this.#said = status;
    notify(`${news === undefined ? "" : `${news}\n`}STATUS=${status}`);
  }
}
