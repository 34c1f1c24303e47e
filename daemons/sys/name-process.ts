import { PR_SET_NAME } from "./constants.ts";
import { libc } from "./libc.ts";
import { cstring } from "./memory.ts";

/**
 * What ps(1), pgrep(1), killall(1) and systemctl(1) call this process: else all of Node's would be `node` or `MainThread`.
 * The arguments stay as they are. To be called by the main thread.
 *
 * @param name At most 15 bytes, prctl(2).
 */
export function nameProcess(name: string): void {
  libc.prctl(PR_SET_NAME, cstring(name), 0, 0, 0);
}
