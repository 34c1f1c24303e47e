import { connect } from "node:net";
import type { SyncLeft, SyncLine } from "../../core/report.ts";

/** Bytes of one line; more is a fault. */
const LINE_BYTES_MAX = 65_536;

export type Synced =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly because: string }
  /** It ended without a word: a daemon of before, or one that has ended meanwhile. */
  | { readonly kind: "mute" }
  | { readonly kind: "timedOut" };

/**
 * Waits at the barrier of a mount's daemon.
 *
 * @param limitMs Undefined: without a limit.
 * @param progress Told what is left.
 * @returns Never rejects.
 */
export function askSync(
  socketPath: string,
  limitMs: number | undefined,
  progress: (left: SyncLeft) => void,
): Promise<Synced> {
  return new Promise((settle) => {
    let text = "";
    let timer: NodeJS.Timeout | undefined;
    const socket = connect(socketPath);
    const end = (synced: Synced): void => {
      clearTimeout(timer);
      socket.destroy();
      settle(synced);
    };
    if (limitMs !== undefined) timer = setTimeout(() => end({ kind: "timedOut" }), limitMs);
    const read = (line: SyncLine): void => {
      if ("left" in line) progress(line.left);
      else if ("done" in line) end({ kind: "done" });
      else if ("failed" in line) end({ kind: "failed", because: line.failed });
    };
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write("sync\n"));
    socket.on("data", (more: string) => {
      text += more;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      if (text.length > LINE_BYTES_MAX) end({ kind: "mute" });
      for (const line of lines) {
        try {
          read(JSON.parse(line) as SyncLine);
        } catch {
          end({ kind: "mute" });
        }
      }
    });
    socket.on("error", (error) => end({ kind: "failed", because: `its daemon cannot be asked: ${error.message}` }));
    socket.on("close", () => end({ kind: "mute" }));
  });
}
