import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync, closeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import { GROUP } from "./cluster-config.ts";
import { DescriptorSocket } from "./descriptor-socket.ts";
import { dist } from "./programs.ts";
import { tryRun } from "./run.ts";
import { isMounted } from "./test-mount.ts";
import { waitUntil } from "./wait-until.ts";

/** What systemd does for a service with a store of descriptors: it listens all the time. */
const LISTEN_MS = 5;

/**
 * A mount's daemon as a service, and what keeps its descriptor: a small systemd. Whoever uses the mount must be another
 * process: this one has to go on while nobody answers.
 */
export class Keeper implements AsyncDisposable {
  readonly at: string;
  readonly log: string;
  readonly #cluster: Cluster;
  readonly #env: Readonly<Record<string, string>>;
  readonly #socketPath: string;
  readonly #socket: DescriptorSocket;
  readonly #listening: NodeJS.Timeout;
  readonly #stored = new Map<string, number>();
  #heard: string[] = [];
  #daemon: ChildProcess | undefined;

  /** @param name Of the directory, in that of the cluster. */
  constructor(cluster: Cluster, env: Readonly<Record<string, string>> = {}, name = "service") {
    this.#cluster = cluster;
    this.#env = env;
    this.at = join(cluster.directory, name);
    this.log = join(cluster.directory, "logs", `${name}.log`);
    this.#socketPath = join(cluster.directory, `${name}.notify`);
    this.#socket = new DescriptorSocket(this.#socketPath);
    this.#listening = setInterval(() => this.#listen(), LISTEN_MS);
  }

  /** How many descriptors are kept. */
  get stored(): number {
    return this.#stored.size;
  }

  get pid(): number {
    return this.#daemon?.pid ?? 0;
  }

  said(): string {
    return readFileSync(this.log, "utf8");
  }

  #listen(): void {
    for (let next = this.#socket.receive(); next !== undefined; next = this.#socket.receive()) {
      const name = /^FDNAME=(.*)$/m.exec(next.text)?.[1] ?? "";
      if (/^FDSTOREREMOVE=1$/m.test(next.text)) this.#forget(name);
      else if (/^FDSTORE=1$/m.test(next.text)) this.#keep(name, next.fds);
      else this.#heard.push(next.text);
    }
  }

  #keep(name: string, fds: readonly number[]): void {
    const [fd] = fds;
    if (fd === undefined) return;
    if (this.#stored.has(name)) closeSync(fd);
    else this.#stored.set(name, fd);
  }

  #forget(name: string): void {
    const fd = this.#stored.get(name);
    if (fd !== undefined) closeSync(fd);
    this.#stored.delete(name);
  }

  /** Starts the daemon, with what is kept, and waits until it says READY=1. */
  async start(): Promise<void> {
    const words = [dist("pohmelfs-mountd"), "--config", this.#cluster.config, "--at", this.at, "-o", "_netdev", GROUP];
    const names = [...this.#stored.keys()].join(":");
    const listen = `LISTEN_PID=$$ LISTEN_FDS=${this.#stored.size} LISTEN_FDNAMES=${names}`;
    const log = openSync(this.log, "a");
    this.#heard = [];
    // The number of a process is known to the process itself, so a shell sets it and becomes the daemon.
    this.#daemon = spawn("/bin/sh", ["-c", `${listen} exec "$@"`, "sh", process.execPath, ...words], {
      stdio: ["ignore", "ignore", log, ...this.#stored.values()],
      env: { ...process.env, ...this.#cluster.env, ...this.#env, NOTIFY_SOCKET: this.#socketPath },
    });
    closeSync(log);
    await waitUntil("the daemon is ready", () => this.#heard.includes("READY=1"), 30_000);
  }

  /** kill -9, and at once the next one, as with Restart=on-failure. */
  async crash(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, "exit");
    daemon.kill("SIGKILL");
    await ended;
  }

  /** Unmounts, and waits for the daemon's end. */
  async unmount(): Promise<void> {
    const daemon = this.#daemon;
    const ended = daemon === undefined ? undefined : once(daemon, "exit");
    await waitUntil(
      `${this.at} can be unmounted`,
      async () => (await tryRun(["umount", this.at])).status === 0,
      10_000,
    );
    if (daemon?.exitCode === null) await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    clearInterval(this.#listening);
    // Whoever waits in the kernel gets an error now.
    for (const name of [...this.#stored.keys()]) this.#forget(name);
    this.#socket[Symbol.dispose]();
    await sleep(10);
    if (isMounted(this.at)) await tryRun(["umount", "-l", this.at]);
  }
}
