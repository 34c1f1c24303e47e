import { type Cluster, prepareCluster } from "../../test/support/cluster.ts";
import { dist } from "../../test/support/programs.ts";
import { tryRun } from "../../test/support/run.ts";
import type { TestMount } from "../../test/support/test-mount.ts";
import type { FileSystem } from "./file-system.ts";
import { syncDirectory } from "./sync-directory.ts";

/** After this all is ended by force. */
const LIMIT_MS = 4 * 3_600_000;

/** How long everything that was changed may take to reach both servers. */
const BARRIER_MS = 300_000;

/** What commander says of a command that a program does not have. */
const UNKNOWN_COMMAND = /unknown command/;

/** Two servers of equal priority and a mount on this machine, as in the tutorial, with all defaults. */
export class Ours implements FileSystem {
  readonly name = "ours";
  readonly #mountOptions: readonly string[];
  #cluster: Cluster | undefined;
  #hasSync = true;

  /** @param mountOptions Words of `-o`. */
  constructor(mountOptions: readonly string[] = []) {
    this.#mountOptions = mountOptions;
  }

  /** @throws Before it was started. */
  get cluster(): Cluster {
    if (this.#cluster === undefined) throw new Error("ours is not started");
    return this.#cluster;
  }

  get at(): string {
    return this.cluster.at;
  }

  /** A second mount of the same group, which is not mounted until one asks it to be. */
  get second(): TestMount {
    const [, second] = this.cluster.mounts;
    return second;
  }

  async start(): Promise<void> {
    const mountOptions = this.#mountOptions;
    this.#cluster = await prepareCluster({ mounts: 2, mountOptions, limitMs: LIMIT_MS, log: "default" });
    for (const server of this.cluster.servers) await server.start();
    await this.cluster.mounts[0].mount();
  }

  async stop(): Promise<void> {
    this.#cluster?.passed();
    await this.#cluster?.[Symbol.asyncDispose]();
    this.#cluster = undefined;
  }

  async remount(): Promise<void> {
    await this.cluster.mounts[0].unmount();
    await this.cluster.mounts[0].mount();
  }

  pids(): Promise<readonly number[]> {
    const { servers, mounts } = this.cluster;
    return Promise.resolve([...servers, ...mounts].map(({ pid }) => pid).filter((pid) => pid !== 0));
  }

  /** `pohmelfs sync`, or a program that does not have it yet: fsync(2) of the root, which waits for changes before it. */
  async barrier(): Promise<void> {
    if (this.#hasSync) {
      const command = [process.execPath, dist("pohmelfs"), "sync", this.at] as const;
      const { status, stderr } = await tryRun(command, { env: this.cluster.env, limitMs: BARRIER_MS });
      if (status === 0) return;
      if (!UNKNOWN_COMMAND.test(stderr)) throw new Error(`pohmelfs sync ended with ${status}: ${stderr}`);
      this.#hasSync = false;
    }
    await syncDirectory(this.at);
  }
}
