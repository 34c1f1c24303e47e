import { spawn } from "node:child_process";

/**
 * Asks a mount for its statistics. A mount whose daemon has died is still in the table, and gives ENOTCONN; statfs(2)
 * asks the daemon, whatever the kernel remembers. It is asked by another process, since the question may never be
 * answered, and then not even end: a thread that waits in the kernel would keep this process from ending, too.
 *
 * @param ended Called when that process is gone, perhaps long after the answer `silent`.
 * @returns `alive` also when the answer is an error: somebody gave it.
 */
export function askMount(
  at: string,
  limitMs: number,
  ended: () => void = () => {},
): Promise<"alive" | "stale" | "silent"> {
  return new Promise((settle) => {
    const asked = spawn("stat", ["--file-system", "--format=", "--", at], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, LC_ALL: "C" },
    });
    let said = "";
    const timer = setTimeout(() => {
      asked.stderr.destroy();
      asked.unref();
      settle("silent");
    }, limitMs);
    asked.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    asked.on("error", () => {
      clearTimeout(timer);
      settle("silent");
      ended();
    });
    asked.on("exit", ended);
    asked.on("close", () => {
      clearTimeout(timer);
      settle(said.includes("Transport endpoint is not connected") ? "stale" : "alive");
    });
  });
}
