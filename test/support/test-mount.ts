import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunState } from "../../daemons/client/run-files.ts";
import { mountedAt, parseMountTable } from "../../daemons/core/mount-table.ts";
import { GROUP } from "./cluster-config.ts";
import type { MountReport } from "../../daemons/core/report.ts";
import type { Guard } from "./guard.ts";
import { mountReport } from "./mount-report.ts";
import { dist } from "./programs.ts";
import { type Ran, run, tryRun } from "./run.ts";
import { waitUntil } from "./wait-until.ts";

export type TestMountOptions = {
  /** An empty directory. */
  readonly at: string;
  readonly config: string;
  readonly log: string;
  /** Of its daemon: POHMELFS_RUN and what else is to be said. */
  readonly env: Readonly<Record<string, string>>;
  readonly options: readonly string[];
  readonly guard: Guard;
};

export const isMounted = (at: string): boolean =>
  mountedAt(parseMountTable(readFileSync("/proc/self/mountinfo", "utf8")), at) !== undefined;

/** One mount of a cluster. */
export class TestMount {
  readonly #options: TestMountOptions;
  #pid = 0;
  #socket = "";

  constructor(options: TestMountOptions) {
    this.#options = options;
  }

  get at(): string {
    return this.#options.at;
  }
  get log(): string {
    return this.#options.log;
  }
  /** Of its daemon; 0 before the first mount. */
  get pid(): number {
    return this.#pid;
  }

  /** Runs mount.pohmelfs, whether that succeeds or not. */
  tryMount(): Promise<Ran> {
    const { at, config, log, env, options } = this.#options;
    const words = [`config=${config}`, `log=${log}`, ...options].join(",");
    const command = [process.execPath, dist("mount.pohmelfs"), GROUP, at, "-o", words] as const;
    return tryRun(command, { env, limitMs: 60_000 });
  }

  async mount(): Promise<void> {
    const { at, env, guard } = this.#options;
    guard.mount(at);
    const { status, stderr } = await this.tryMount();
    if (status !== 0) throw new Error(`mount.pohmelfs ended with ${status}: ${stderr}`);
    const folder = join(env["POHMELFS_RUN"] ?? "", "mounts");
    const states = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as RunState);
    const state = states.find((one) => one.at === at);
    this.#pid = state?.pid ?? 0;
    this.#socket = state?.socket ?? "";
    if (this.#pid === 0) throw new Error(`no state of the mount at ${at} in ${folder}`);
    guard.process(this.#pid);
  }

  /** What its daemon says of itself. */
  report(): Promise<MountReport> {
    return mountReport(this.#socket);
  }

  /** umount(8), again while somebody still closes files there; then the daemon must end by itself. */
  async unmount(): Promise<void> {
    await waitUntil(
      `${this.at} can be unmounted`,
      async () => (await tryRun(["umount", this.at])).status === 0,
      10_000,
    );
    await waitUntil(`the daemon of ${this.at} has ended`, () => !isAlive(this.#pid), 10_000);
  }

  /** Takes it away whatever its state is. @returns Whether the gentle way was enough. */
  async remove(): Promise<boolean> {
    if (!isMounted(this.at) && !isAlive(this.#pid)) return true;
    try {
      await this.unmount();
      return true;
    } catch {
      // umount -f aborts the connection, so that whoever waits gets an error; -l takes the mount out of the tree.
      await tryRun(["umount", "-f", this.at]);
      if (isMounted(this.at)) await tryRun(["umount", "-l", this.at]);
      if (isAlive(this.#pid)) await run(["kill", "-9", String(this.#pid)]).catch(() => {});
      return false;
    }
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    // A zombie is nobody's: its parent, who may be this container's init, has not yet asked for it.
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false;
  }
}
