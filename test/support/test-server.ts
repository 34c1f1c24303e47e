import { connect } from "node:net";
import type { MemberPlan } from "./cluster-config.ts";
import type { Guard } from "./guard.ts";
import { OwnProcess } from "./own-process.ts";
import { dist } from "./programs.ts";
import { waitUntil } from "./wait-until.ts";

export type TestServerOptions = {
  readonly plan: MemberPlan;
  readonly config: string;
  readonly log: string;
  readonly guard: Guard;
  readonly env: NodeJS.ProcessEnv;
};

/** One fserver of a cluster, which can be stopped and started again on the same port and export. */
export class TestServer {
  readonly #options: TestServerOptions;
  #process: OwnProcess | undefined;

  constructor(options: TestServerOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.plan.name;
  }
  get export(): string {
    return this.#options.plan.export;
  }
  get port(): number {
    return this.#options.plan.port;
  }
  get log(): string {
    return this.#options.log;
  }
  get pid(): number {
    return this.#process?.pid ?? 0;
  }
  /** As {@link OwnProcess.endedByItself}. */
  get endedByItself(): string | undefined {
    return this.#process?.endedByItself;
  }

  /** Returns when it accepts connections. @throws When it ends instead, or takes more than 20 s. */
  async start(): Promise<void> {
    const { plan, config, log, guard, env } = this.#options;
    const command = [process.execPath, dist("fserver"), "--config", config, "--name", plan.name] as const;
    const started = await OwnProcess.start(command, log, env);
    this.#process = started;
    guard.process(started.pid);
    const accepts = async (): Promise<boolean> => {
      if (!started.runs) throw new Error(`fserver ${plan.name} ended at start: ${started.endedByItself}; see ${log}`);
      return answers(plan.port);
    };
    await waitUntil(`fserver ${plan.name} accepts connections`, accepts, 20_000);
  }

  /** @param signal SIGKILL for a crash. @returns Whether it ended within 10 s of the signal. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<boolean> {
    return (await this.#process?.stop(signal)) ?? true;
  }

  /** SIGSTOP: the process is there and says nothing. SIGCONT ends it. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#process?.signal(signal);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (result: boolean) => () => {
      socket.destroy();
      resolve(result);
    };
    socket.on("connect", end(true));
    socket.on("error", end(false));
  });
}
