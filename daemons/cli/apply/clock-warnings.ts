import { askServer } from "../status/ask-server.ts";
import { clockSkew } from "../core/clock-skew.ts";
import { indexFor } from "../core/index-for.ts";
import type { PlanWarning } from "../core/apply/plan-warning.ts";
import type { Wish } from "./wish.ts";

/** Servers that do not answer by then are not waited for. */
const ANSWER_MS = 1_500;
/** Times of files come from the clients' clocks: from here on make(1) and people are misled. */
const SKEW_MS = 2_000;

/** Asks the servers of other hosts for their time; those that do not tell are passed over. */
export async function clockWarnings({ model, host }: Wish): Promise<PlanWarning[]> {
  const others = model.servers.filter((server) => server.host !== host);
  const found = others.map(async (server): Promise<PlanWarning[]> => {
    const index = indexFor(model, server.name);
    if (index === undefined) return [];
    const begun = Date.now();
    const answer = await askServer(server, index, model.hash, ANSWER_MS);
    const time = answer.kind === "up" ? answer.report.timeMs : undefined;
    if (time === undefined) return [];
    const skewMs = clockSkew(time, begun, Date.now());
    if (Math.abs(skewMs) < SKEW_MS) return [];
    const [by, direction] = [`${(Math.abs(skewMs) / 1000).toFixed(1)} s`, skewMs > 0 ? "ahead of" : "behind"];
    return [
      {
        code: "clock-skew",
        message: `the clock of server '${server.name}' is ${by} ${direction} the clock of this host`,
        advice: "have both follow a time server: 'timedatectl set-ntp true'",
      },
    ];
  });
  return (await Promise.all(found)).flat();
}
