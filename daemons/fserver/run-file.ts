import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { serverRunFile, type ServerRunState } from "../core/server-run-state.ts";
import type { ServerPlan } from "./server-plan.ts";

const RUN_FOLDER = "/run/pohmelfs";

/** What a server leaves behind while it runs, for tools of its own host. Nothing of a server without a configuration. */
export class RunFile {
  readonly #path: string;
  readonly #since = new Date().toISOString();

  constructor(server: string, folder = process.env["POHMELFS_RUN"] ?? RUN_FOLDER) {
    this.#path = serverRunFile(folder, server);
  }

  /** @returns Why it could not be written; the server goes on without it. */
  write({ server, address, port, members, file }: ServerPlan): string | undefined {
    if (file === undefined) return undefined;
    const state: ServerRunState = {
      name: server,
      pid: process.pid,
      address,
      port,
      groups: members.map((member) => ({ name: member.group, index: member.index, export: member.export })),
      effect: file.effect,
      config: file.path,
      since: this.#since,
    };
    const fresh = `${this.#path}.new`;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(fresh, `${JSON.stringify(state, undefined, 2)}\n`);
      // Whatever the umask: anyone may look.
      chmodSync(dirname(this.#path), 0o755);
      chmodSync(fresh, 0o644);
      renameSync(fresh, this.#path);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  remove(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // It names a process that is gone, which its readers check.
    }
  }
}
