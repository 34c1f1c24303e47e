import assert from "node:assert/strict";
import { closeSync, cpSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Permissions } from "../../config-schema/model.ts";
import { clusterConfig, type MemberPlan, type TimeoutsPlan } from "./cluster-config.ts";
import { compareTrees, differencesText } from "./compare-trees.ts";
import { compareXattrs } from "./compare-xattrs.ts";
import { freePorts } from "./free-ports.ts";
import { type Guard, startGuard } from "./guard.ts";
import { run, shell, tryRun } from "./run.ts";
import { TestMount } from "./test-mount.ts";
import { TestServer } from "./test-server.ts";
import { temporaryDirectory } from "./temporary.ts";

export type ServerWish = {
  readonly priority?: number;
  readonly permissions?: Permissions;
  /** Default: a new directory. */
  readonly export?: string;
};

export type ClusterOptions = {
  /** Default two, of equal priority, read-write. */
  readonly servers?: readonly ServerWish[];
  /** Mounts of the group, each with a daemon of its own. Default 1. */
  readonly mounts?: number;
  readonly mountOptions?: readonly string[];
  readonly timeouts?: TimeoutsPlan;
  /**
   * Nothing newer of FUSE is used than this minor version of its protocol has, as with an older kernel: 34 is that of Linux
   * 5.15. Default: what POHMELFS_FUSE_MINOR says, or all.
   */
  readonly fuseMinor?: number;
  /** What daemons log: "debug" (as tests do when nothing is said), or what a configuration without `log:` gives. */
  readonly log?: "debug" | "default";
  /** After this all is ended by force, whatever the test does. Default 100 seconds. */
  readonly limitMs?: number;
};

/**
 * Servers and mounts on this machine, for one test:
 *
 *     await using cluster = await startCluster({ mounts: 2 });
 *     …
 *     await cluster.endsEqual();
 *
 * A test ends with `endsEqual` or `passed`; without either, what the daemons logged is kept and its place printed.
 */
export interface Cluster extends AsyncDisposable {
  /** Everything of it lies here. */
  readonly directory: string;
  readonly config: string;
  readonly servers: readonly [TestServer, TestServer, ...TestServer[]];
  readonly mounts: readonly [TestMount, TestMount, ...TestMount[]];
  /** Of the first mount. */
  readonly at: string;
  /** Environment of our programs that are to see this cluster's mounts only. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts all servers, then mounts all mounts. */
  start(): Promise<void>;
  /** Puts an ext4 file system of its own under a server's export; before the start. */
  giveDisk(server: TestServer, mebibytes: number): Promise<void>;
  /**
   * Unmounts, then compares all exports with the first, after the mount itself is compared with it. No change may have
   * come to something else than its application was told.
   * @param except Names at the root that may differ.
   */
  endsEqual(except?: readonly string[]): Promise<void>;
  /** Says that the test has passed and no logs are wanted. */
  passed(): void;
}

const LOG_LINES_SHOWN = 40;

class RunningCluster implements Cluster {
  readonly directory: string;
  readonly config: string;
  readonly servers: Cluster["servers"];
  readonly mounts: Cluster["mounts"];
  readonly env: Readonly<Record<string, string>>;
  readonly #guard: Guard;
  readonly #disks: string[] = [];
  #passed = false;

  constructor(directory: string, members: readonly MemberPlan[], options: ClusterOptions) {
    const { mounts = 1, mountOptions = [], timeouts = {}, limitMs = 100_000, log: level = "debug" } = options;
    this.directory = directory;
    this.config = join(directory, "pohmelfs.yaml");
    writeFileSync(this.config, clusterConfig(members, timeouts, level));
    const minor = options.fuseMinor ?? process.env["POHMELFS_FUSE_MINOR"];
    const older = minor === undefined ? {} : { POHMELFS_FUSE_MINOR: String(minor) };
    this.env = { POHMELFS_RUN: join(directory, "run"), ...older };
    this.#guard = startGuard(directory, limitMs);
    const guard = this.#guard;
    const log = (name: string): string => join(directory, "logs", `${name}.log`);
    this.servers = members.map(
      (plan) => new TestServer({ plan, config: this.config, log: log(plan.name), guard, env: this.env }),
    ) as unknown as Cluster["servers"];
    this.mounts = Array.from({ length: mounts }, (_, number) => {
      const at = join(directory, `mount-${number + 1}`);
      mkdirSync(at);
      const name = `mount-${number + 1}`;
      const { env } = this;
      return new TestMount({ at, config: this.config, log: log(name), env, options: mountOptions, guard });
    }) as unknown as Cluster["mounts"];
  }

  get at(): string {
    return this.mounts[0].at;
  }

  async start(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.start()));
    for (const mount of this.mounts) await mount.mount();
  }

  async giveDisk(server: TestServer, mebibytes: number): Promise<void> {
    const image = `${server.export}.img`;
    this.#guard.mount(server.export);
    this.#disks.push(server.export);
    await shell(
      `truncate -s ${mebibytes}M ${image}; mkfs.ext4 -q -m 0 ${image}; mount -o loop ${image} ${server.export}
       rmdir ${server.export}/lost+found`,
    );
  }

  async endsEqual(except: readonly string[] = []): Promise<void> {
    const [first, ...others] = this.servers;
    for (const mount of this.mounts) settle(mount.at);
    mustEqual(`${first.name} and the mount`, first.export, this.at, except);
    for (const mount of this.mounts) {
      const { cache } = await mount.report();
      assert.equal(cache?.mispredicted, 0, `what ${mount.at} had told was not what came: ${JSON.stringify(cache)}`);
    }
    for (const mount of this.mounts) await mount.unmount();
    for (const other of others) mustEqual(`${first.name} and ${other.name}`, first.export, other.export, except);
    for (const { name, endedByItself } of this.servers) {
      assert.equal(endedByItself, undefined, `fserver ${name} ended by itself`);
    }
    this.passed();
  }

  passed(): void {
    this.#passed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const complaints: string[] = [];
    for (const mount of this.mounts) {
      if (!(await mount.remove())) complaints.push(`${mount.at} had to be unmounted by force`);
    }
    for (const server of this.servers) {
      if (!(await server.stop())) complaints.push(`fserver ${server.name} did not end at SIGTERM`);
    }
    for (const disk of this.#disks) await tryRun(["umount", disk]);
    if (this.#guard.wasLate()) complaints.push("the time limit passed: everything was ended by force");
    await this.#guard[Symbol.asyncDispose]();
    if (!this.#passed || complaints.length > 0) this.#keepLogs(complaints);
    // Never through a mount that is still there.
    await run(["rm", "-rf", "--one-file-system", this.directory]);
    assert.deepEqual(complaints, []);
  }

  #keepLogs(complaints: readonly string[]): void {
    const kept = mkdtempSync(join(tmpdir(), "pohmelfs-failed-"));
    cpSync(join(this.directory, "logs"), kept, { recursive: true });
    cpSync(this.config, join(kept, basename(this.config)));
    const lines = [`what the daemons of this test logged is in ${kept}`, ...complaints];
    for (const { log } of [...this.servers, ...this.mounts]) lines.push(`--- ${basename(log)}`, ...tail(log));
    console.error(lines.join("\n"));
  }
}

/** When it returns, all that was done on the mount before is on the members: they get changes in the client's order. */
export function settle(at: string): void {
  const fd = openSync(at, "r");
  fsyncSync(fd);
  closeSync(fd);
}

function mustEqual(what: string, left: string, right: string, except: readonly string[]): void {
  const options = { ignoreAtRoot: [".pohmelfs", ...except] };
  const differences = differencesText(compareTrees(left, right, options).differences);
  assert.equal(differences, "", `${what} differ`);
  assert.deepEqual(compareXattrs(left, right), [], `xattrs of ${what} differ`);
}

function tail(path: string): string[] {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-LOG_LINES_SHOWN);
  } catch {
    return ["(none)"];
  }
}

async function planMembers(directory: string, wishes: readonly ServerWish[]): Promise<MemberPlan[]> {
  const names = ["one", "two", "three", "four"];
  const ports = await freePorts(wishes.length);
  return wishes.map((wish, at) => {
    const path = wish.export ?? join(directory, `export-${names[at]}`);
    if (wish.export === undefined) mkdirSync(path);
    return { ...wish, name: names[at] ?? `server-${at}`, port: ports[at] ?? 0, export: path };
  });
}

/** Makes the directories and the configuration, and starts nothing. */
export async function prepareCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { path } = temporaryDirectory("cluster");
  mkdirSync(join(path, "logs"));
  mkdirSync(join(path, "run"));
  return new RunningCluster(path, await planMembers(path, options.servers ?? [{}, {}]), options);
}

/** Returns when all servers accept connections and all mounts answer. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await prepareCluster(options);
  try {
    await cluster.start();
    return cluster;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}
