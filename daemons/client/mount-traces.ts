import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname } from "node:path";
import type { MountReport } from "../core/report.ts";
import type { MountPlan } from "./mount-plan.ts";
import type { RunFiles, RunState } from "./run-files.ts";

/** What `pohmelfs status` finds a mount by: a file in the run folder, and a socket that answers with a report. */
export class MountTraces {
  readonly #files: RunFiles;
  readonly #since = new Date().toISOString();
  #server: Server | undefined;

  constructor(files: RunFiles) {
    this.#files = files;
  }

  /**
   * Leaves them; again when the configuration has been read anew.
   *
   * @param report Called for each that asks.
   * @returns Why it cannot; the mount works all the same, and only status will not show it.
   */
  leave(plan: MountPlan, report: (done: (report: MountReport) => void) => void): string | undefined {
    const { at, group, client, effect, config } = plan;
    const { state, socket } = this.#files;
    const text: RunState = {
      at,
      group,
      index: client.index,
      pid: process.pid,
      socket,
      effect,
      config,
      since: this.#since,
    };
    try {
      mkdirSync(dirname(state), { recursive: true, mode: 0o755 });
      this.#listen(report);
      // Whoever reads it finds the old one or the new one.
      writeFileSync(`${state}.new`, JSON.stringify(text));
      renameSync(`${state}.new`, state);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  #listen(report: (done: (report: MountReport) => void) => void): void {
    if (this.#server !== undefined) return;
    rmSync(this.#files.socket, { force: true });
    this.#server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => report((found) => socket.end(JSON.stringify(found))));
    });
    this.#server.on("error", () => {});
    this.#server.listen(this.#files.socket);
  }

  remove(): void {
    this.#server?.close();
    rmSync(this.#files.state, { force: true });
    rmSync(this.#files.socket, { force: true });
  }
}
