import { mkdirSync, readdirSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { join } from "node:path";
import { run } from "../../test/support/run.ts";
import type { FileSystem } from "./file-system.ts";
import { syncDirectory } from "./sync-directory.ts";

/** The first start may install packages. */
const START_MS = 600_000;

/** Another file system, by a script of its name: see README.md for the verbs. */
export class ScriptPeer implements FileSystem {
  readonly name: string;
  readonly at: string;
  readonly #script: string;

  /** @param mounts An empty directory, in which it is mounted. */
  constructor(scripts: string, name: string, mounts: string) {
    this.name = name;
    this.at = join(mounts, name);
    this.#script = join(scripts, name);
  }

  #do(verb: string): Promise<string> {
    return run([this.#script, verb, this.at], { limitMs: START_MS });
  }

  async start(): Promise<void> {
    mkdirSync(this.at);
    await this.#do("start");
    await this.#levelPriorities();
  }

  async stop(): Promise<void> {
    await this.#do("stop");
  }

  async remount(): Promise<void> {
    await this.#do("remount");
    await this.#levelPriorities();
  }

  async pids(): Promise<readonly number[]> {
    const words = (await this.#do("pids")).split(/\s+/);
    return words.map(Number).filter((pid) => pid > 0);
  }

  /** To this process's own, which ours has, too: MooseFS gives itself -19, so that whatever else runs would slow down the others only. */
  async #levelPriorities(): Promise<void> {
    for (const pid of await this.pids()) {
      try {
        for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), getPriority());
      } catch {
        // It has just ended.
      }
    }
  }

  barrier(): Promise<void> {
    return syncDirectory(this.at);
  }
}
