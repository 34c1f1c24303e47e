import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mountedAt, parseMountTable } from "../../daemons/core/mount-table.ts";
import { freePorts } from "../../test/support/free-ports.ts";

/** The two servers of the tutorial. */
export type ServerName = "host-75" | "host-166";
export const SERVERS: readonly ServerName[] = ["host-75", "host-166"];

/** How long a server may take to listen, or to end. */
const SERVER_MS = 15_000;

/** Said to the user as it is; no bug. */
export class DemoError extends Error {}

/**
 * A folder with everything of the demo: configuration, exports, logs, mount point. Owns the processes that it starts and
 * the mount, and takes all of it away again.
 */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), "pohmelfs-demo-"));
  readonly config = join(this.folder, "pohmelfs.yaml");
  readonly mountPoint = join(this.folder, "host-147/opt/pohtest");
  readonly #programs: string;
  readonly #servers = new Map<ServerName, ChildProcess>();
  /** Being cleared: a step that is still under way must not start anything more. */
  #over = false;

  /** @param root The project. */
  constructor(root: string) {
    this.#programs = join(root, "dist");
    for (const name of SERVERS) mkdirSync(this.exportOf(name), { recursive: true });
    mkdirSync(this.mountPoint, { recursive: true });
  }

  exportOf(name: ServerName): string {
    return join(this.folder, name, "opt/pohtest");
  }

  logOf(name: ServerName): string {
    return join(this.folder, name, "pohmelfs.log");
  }

  program(name: string): string {
    return join(this.#programs, name);
  }

  async writeConfig(): Promise<string> {
    const ports = await freePorts(SERVERS.length);
    const host = hostname();
    const text = `version: 1

servers:
  host-75:  { host: ${host}, address: 127.0.0.1, port: ${ports[0]} }
  host-166: { host: ${host}, address: 127.0.0.1, port: ${ports[1]} }

groups:
  pohtest:
    index: 1
    members:
      host-75:  { priority: 10, permissions: read-write, export: ${this.exportOf("host-75")} }
      host-166: { priority: 0,  permissions: read-write, export: ${this.exportOf("host-166")} }

mounts:
  - { group: pohtest, at: ${this.mountPoint}, on: [${host}] }
`;
    writeFileSync(this.config, text);
    this.#ports = new Map(SERVERS.map((name, at) => [name, ports[at] ?? 0]));
    return text;
  }
  #ports: ReadonlyMap<ServerName, number> = new Map();

  /** Starts a server and waits until it listens. */
  async startServer(name: ServerName): Promise<void> {
    if (this.#over) throw new DemoError("the demo is over");
    const args = ["--config", this.config, "--name", name, "-l", this.logOf(name)];
    // In a group of its own: Ctrl-C is for the demo, which ends its servers in order, after the mount.
    const child = spawn(this.program("fserver"), args, { detached: true, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.on("error", (error) => {
      said += error.message;
    });
    this.#servers.set(name, child);
    const deadline = Date.now() + SERVER_MS;
    while (!(await this.#listens(name))) {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || Date.now() > deadline) {
        const log = existsSync(this.logOf(name)) ? readFileSync(this.logOf(name), "utf8") : "";
        throw new DemoError(`fserver ${name} ${ended ? "ended" : "does not listen"}:\n${said}${log}`);
      }
      await sleep(50);
    }
    // A pipe that nobody empties any more must not hold it up, nor hold up the demo's own end.
    child.stderr.destroy();
    child.unref();
  }

  #listens(name: ServerName): Promise<boolean> {
    return new Promise((settle) => {
      const socket = connect(this.#ports.get(name) ?? 0, "127.0.0.1");
      const end = (listens: boolean): void => {
        socket.destroy();
        settle(listens);
      };
      socket.on("connect", () => end(true));
      socket.on("error", () => end(false));
    });
  }

  /** Starts a program and returns at once. @returns Its exit code, when it has ended. */
  start(command: readonly [string, ...string[]], folder: string): Promise<number> {
    const [program, ...args] = command;
    const child = spawn(program, args, { cwd: folder, stdio: "ignore" });
    return new Promise((settle) => {
      child.on("error", () => settle(127));
      child.on("exit", (code) => settle(code ?? 128));
    });
  }

  async stopServer(name: ServerName, signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#servers.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((settle) => child.on("exit", () => settle()));
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), SERVER_MS);
    await ended;
    clearTimeout(timer);
    this.#servers.delete(name);
  }

  pidOf(name: ServerName): number {
    return this.#servers.get(name)?.pid ?? 0;
  }

  /** Runs a program, given as a list of words. */
  run(command: readonly [string, ...string[]], folder = this.folder): { status: number; output: string } {
    if (this.#over && command[0] !== "umount") throw new DemoError("the demo is over");
    const [program, ...args] = command;
    const env = { ...process.env, LC_ALL: "C.UTF-8", NO_COLOR: "1" };
    const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: "utf8", env });
    return { status: status ?? 1, output: `${stdout ?? ""}${stderr ?? ""}${error === undefined ? "" : error.message}` };
  }

  get isMounted(): boolean {
    return mountedAt(parseMountTable(readFileSync("/proc/self/mountinfo", "utf8")), this.mountPoint) !== undefined;
  }

  /** Unmounts; by force when it is busy and `force` says so. */
  unmount(force: boolean): { status: number; output: string } {
    const ended = this.run(["umount", this.mountPoint], "/");
    return ended.status !== 0 && force ? this.run(["umount", "-l", this.mountPoint], "/") : ended;
  }

  /** Takes everything away, whatever state it is in. */
  async clear(): Promise<void> {
    this.#over = true;
    if (this.isMounted) this.unmount(true);
    await Promise.all(SERVERS.map((name) => this.stopServer(name)));
    // Never into a mount that would not go: it would empty both exports, and more if it is another's.
    if (this.isMounted)
      throw new DemoError(`${this.mountPoint} could not be unmounted; ${this.folder} is left as it is`);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
