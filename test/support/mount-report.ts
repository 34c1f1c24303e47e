import { connect } from "node:net";
import type { MountReport } from "../../daemons/core/report.ts";

const LIMIT_MS = 10_000;

/** What a mount's daemon says of itself. @param socket Of its RunState. */
export function mountReport(socket: string): Promise<MountReport> {
  return new Promise((resolve, reject) => {
    let text = "";
    const asked = connect(socket, () => asked.write("report\n"));
    asked.setEncoding("utf8").setTimeout(LIMIT_MS, () => asked.destroy(new Error(`${socket} does not answer`)));
    asked.on("data", (more: string) => {
      text += more;
    });
    asked.on("error", reject);
    asked.on("end", () => resolve(JSON.parse(text) as MountReport));
  });
}
