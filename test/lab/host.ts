import { type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ran } from "../support/run.ts";
import { waitUntil } from "../support/wait-until.ts";
import { boot, REBOOT } from "./boot.ts";
import { Cgroup } from "./cgroup.ts";
import type { Disk } from "./disk.ts";
import { type InHostOptions, runInHost } from "./enter.ts";
import { leaderOf } from "./leader.ts";
import type { Network } from "./network.ts";

/** Limits, after which a test fails rather than waits. */
const BOOT_MS = 90_000;
const STOP_MS = 60_000;

export type HostParts = {
  readonly name: string;
  readonly address: string;
  readonly base: string;
  readonly disk: Disk;
  readonly network: Network;
  /** Where cgroup2 is mounted, and the lab's own group below it. */
  readonly cgroupRoot: string;
  readonly labGroup: string;
};

/** A Debian machine with systemd as PID 1, its own disk, network, and processes. What it does not say is in `console`. */
export class Host {
  readonly name: string;
  readonly address: string;
  readonly #parts: HostParts;
  readonly #cgroup: Cgroup;
  #process: ChildProcess | undefined;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.address = parts.address;
    this.#cgroup = new Cgroup(join(parts.cgroupRoot, parts.labGroup, parts.name));
  }

  get isOn(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** All that the host has printed on its console, of all boots. */
  get console(): string {
    return readFileSync(join(this.#parts.disk.path, "console"), "utf8");
  }

  /** Switches it on and waits until it has booted: each service that the boot waits for has started, or failed to. */
  async start(): Promise<void> {
    const { name, address, network, base, disk, labGroup } = this.#parts;
    if (this.isOn) throw new Error(`${name} is on`);
    await this.#cgroup.end();
    this.#cgroup.make();
    const namespace = await network.plug(name, address);
    this.#process = await boot({ base, disk, name, namespace, cgroup: join("/", labGroup, name) });
    await this.#waitUntilUp();
  }

  /** A clean power-off. @returns How long it took, in ms. */
  async stop(): Promise<number> {
    const since = performance.now();
    await this.#end("systemctl poweroff");
    return performance.now() - since;
  }

  /** A clean reboot, until all is up again. @returns How long it took to go down, in ms. */
  async reboot(): Promise<number> {
    const since = performance.now();
    const code = await this.#end("systemctl reboot");
    const down = performance.now() - since;
    if (code !== REBOOT) throw new Error(`${this.name} ended with ${code} in place of a reboot\n${this.#lastWords()}`);
    await this.start();
    return down;
  }

  /** A power cut: nothing is heard of it any more, and all its processes are gone. The disk stays. */
  async kill(): Promise<void> {
    await this.#parts.network.unplug(this.name);
    await this.#cgroup.end();
    if (this.isOn && this.#process !== undefined) await once(this.#process, "exit");
  }

  /** Runs a line of bash as root. */
  async tryRun(line: string, options: InHostOptions = {}): Promise<Ran> {
    const leader = leaderOf(this.#cgroup.path);
    if (leader === undefined) throw new Error(`${this.name} is off`);
    return runInHost(leader, join(this.#cgroup.path, "payload"), line, options);
  }

  /** @returns stdout. @throws When the line does not end with 0; the message has what it printed. */
  async run(line: string, options: InHostOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await this.tryRun(line, options);
    if (status === 0) return stdout;
    const how = status === null ? "did not end in time" : `ended with ${status}`;
    throw new Error(`[root@${this.name} ~]# ${line}\n${how}\n${stderr.slice(-3000)}${stdout.slice(-3000)}`);
  }

  /** Copies a file or a directory of this machine, of 256 MiB at most, to a path of the host, whose parent is made. */
  async push(source: string, path: string): Promise<void> {
    const pack = ["-C", dirname(source), "-cf", "-", "--", basename(source)];
    const { status, stdout, stderr } = spawnSync("tar", pack, { maxBuffer: 256 * 1024 * 1024 });
    if (status !== 0) throw new Error(`cannot pack ${source}: ${stderr}`);
    await this.run(
      `set -e; rm -rf '${path}'; mkdir -p '${path}.part'; tar -C '${path}.part' --no-same-owner -xpf -
       mv '${path}.part/${basename(source)}' '${path}'; rmdir '${path}.part'`,
      { input: stdout },
    );
  }

  async write(path: string, text: string): Promise<void> {
    await this.run(`mkdir -p '${dirname(path)}' && cat >'${path}'`, { input: text });
  }

  async read(path: string): Promise<string> {
    return this.run(`cat '${path}'`);
  }

  async #end(command: string): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || !this.isOn) throw new Error(`${this.name} is off`);
    const over = once(child, "exit").then(([code]) => code as number | null);
    await this.tryRun(command, { limitMs: 10_000 }); // itself ended by what it asks for, in the middle of an answer
    const inTime = await Promise.race([over, sleep(STOP_MS, "late" as const, { ref: false })]);
    if (inTime === "late") throw new Error(`${this.name} did not go down in ${STOP_MS} ms\n${this.#lastWords()}`);
    await this.#parts.network.unplug(this.name);
    return inTime;
  }

  async #waitUntilUp(): Promise<void> {
    let state = "";
    const isUp = async (): Promise<boolean> => {
      if (!this.isOn) throw new Error(`${this.name} stopped while it booted\n${this.#lastWords()}`);
      if (leaderOf(this.#cgroup.path) === undefined) return false;
      // Early in the boot systemd does not answer, or nsenter meets a host that is not there yet.
      // "is-system-running" would wait for services as well that systemd tries again and again.
      const { stdout } = await this.tryRun("systemctl is-active default.target", { limitMs: 10_000 });
      state = stdout.trim();
      return state === "active";
    };
    await waitUntil(`${this.name} is up`, isUp, BOOT_MS).catch((error: unknown) => {
      throw new Error(`${this.name} is not up (${state}): ${error}\n${this.#lastWords()}`);
    });
  }

  #lastWords(): string {
    return this.console.slice(-3000);
  }
}
