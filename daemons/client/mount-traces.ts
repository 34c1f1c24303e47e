import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ControlSocket, type Answers } from "./control-socket.ts";
import type { MountPlan } from "./mount-plan.ts";
import type { RunFiles, RunState } from "./run-files.ts";

/** What `pohmelfs status` finds a mount by: a file in the run folder, and a socket that answers. */
export class MountTraces {
  readonly #files: RunFiles;
  readonly #since = new Date().toISOString();
  #socket: ControlSocket | undefined;

  constructor(files: RunFiles) {
    this.#files = files;
  }

  /**
   * Leaves them; again when the configuration has been read anew.
   *
   * @returns Why it cannot; the mount works all the same, and only status will not show it.
   */
  leave(plan: MountPlan, answers: Answers): string | undefined {
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
      this.#socket ??= new ControlSocket(socket, answers);
      // Whoever reads it finds the old one or the new one.
      writeFileSync(`${state}.new`, JSON.stringify(text));
      renameSync(`${state}.new`, state);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  remove(): void {
    this.#socket?.close();
    rmSync(this.#files.state, { force: true });
    rmSync(this.#files.socket, { force: true });
  }
}
