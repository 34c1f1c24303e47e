import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { MountReport, SyncLeft, SyncLine } from "../core/report.ts";

/** Whoever waits at a barrier. */
export type SyncEvents = {
  /** Told again and again, until it is done. */
  left(left: SyncLeft): void;
  /** @param because Why it cannot be; empty when all is durable. */
  done(because: string): void;
};

/** What a mount's daemon can be asked. */
export type Answers = {
  report(done: (report: MountReport) => void): void;
  /** @returns Ends the wait. */
  sync(events: SyncEvents): () => void;
};

/** More is no question of ours. */
const QUESTION_BYTES_MAX = 64;

/**
 * The socket by which `pohmelfs status`, `sync` and others find a mount's daemon. The question is one line: `report` gets
 * the JSON of a {@link MountReport}; `sync` gets a {@link SyncLine} on each line, the last one tells how it ended. Then the
 * connection ends; who ends it before does not wait any more.
 */
export class ControlSocket {
  readonly #server: Server;

  constructor(path: string, answers: Answers) {
    rmSync(path, { force: true });
    this.#server = createServer((socket) => converse(socket, answers));
    this.#server.on("error", () => {});
    this.#server.listen(path);
  }

  /** Nobody can ask any more; who waits for an answer goes on waiting. */
  close(): void {
    this.#server.close();
  }
}

function converse(socket: Socket, answers: Answers): void {
  let question = "";
  socket.on("error", () => socket.destroy());
  const read = (text: string): void => {
    question += text;
    const end = question.indexOf("\n");
    if (end < 0 && question.length <= QUESTION_BYTES_MAX) return;
    socket.off("data", read);
    socket.resume();
    answer(socket, end < 0 ? "" : question.slice(0, end), answers);
  };
  socket.setEncoding("utf8").on("data", read);
}

function answer(socket: Socket, question: string, answers: Answers): void {
  switch (question) {
    case "report":
      return answers.report((found) => socket.end(JSON.stringify(found)));
    case "sync": {
      const say = (line: SyncLine): boolean => socket.write(`${JSON.stringify(line)}\n`);
      const giveUp = answers.sync({
        left: (left) => say({ left }),
        done: (because) => {
          say(because === "" ? { done: true } : { failed: because });
          socket.end();
        },
      });
      socket.once("close", giveUp);
      return;
    }
    default:
      // A newer tool asks what this daemon does not know: it gets no answer, and says so.
      socket.end();
  }
}
