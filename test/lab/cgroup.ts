import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../support/wait-until.ts";

/**
 * @returns Where the whole tree of control groups of version 2 is mounted: on a machine that has both versions that is
 * not /sys/fs/cgroup. Undefined when it is nowhere. Fields as in proc(5), mountinfo.
 */
export function cgroupRoot(): string | undefined {
  for (const line of readFileSync("/proc/self/mountinfo", "utf8").split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , root, mountPoint] = before.split(" ");
    if (after.startsWith("cgroup2 ") && root === "/") return mountPoint;
  }
  return undefined;
}

/** One control group, made when first asked for, with all below it. Linux: Documentation/admin-guide/cgroup-v2.rst. */
export class Cgroup {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  make(): void {
    mkdirSync(this.path, { recursive: true });
  }

  /** Whether a process is in it or below. */
  isPopulated(): boolean {
    const events = join(this.path, "cgroup.events");
    return existsSync(events) && readFileSync(events, "utf8").includes("populated 1");
  }

  /** SIGKILL to all processes in it and below; the group itself goes too. @throws When they do not die in 20 s. */
  async end(): Promise<void> {
    if (!existsSync(this.path)) return;
    writeFileSync(join(this.path, "cgroup.kill"), "1");
    await waitUntil(`the processes of ${this.path} have died`, () => !this.isPopulated(), 20_000);
    this.#remove(this.path);
  }

  #remove(path: string): void {
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) this.#remove(join(path, entry.name));
    rmdirSync(path);
  }
}
