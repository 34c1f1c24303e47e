import type { Ran } from "../../support/run.ts";
import type { Host } from "../host.ts";
import type { Lab } from "../lab.ts";

/** Three hosts, as in the tutorial: two servers that mirror each other, and one that mounts. */
export type Journey = {
  readonly lab: Lab;
  readonly servers: readonly [Host, Host];
  readonly client: Host;
};

/** A sentence, and what shows that it is true. It throws when it is not. */
export type Step = readonly [sentence: string, show: (journey: Journey) => Promise<void>];

/** Steps are taken in their order, each on what the one before left. A chapter begins with what `settle` makes. */
export type Chapter = { readonly title: string; readonly steps: readonly Step[] };

export const HOSTS = { "host-75": "192.0.2.75", "host-166": "192.0.2.166", "host-147": "192.0.2.147" };

export function journeyIn(lab: Lab): Journey {
  return { lab, servers: [lab.host("host-75"), lab.host("host-166")], client: lab.host("host-147") };
}

/** Runs a line on all hosts at once. @returns What each printed, in the order of `HOSTS`. */
export const everywhere = ({ lab }: Journey, line: string): Promise<string[]> =>
  Promise.all(lab.hosts.map((host) => host.run(line)));

/** What a command that fails says: its exit code, and all it printed, as one text. */
export async function refusal(
  host: Host,
  line: string,
): Promise<{ readonly code: number | null; readonly text: string }> {
  const { status, stdout, stderr }: Ran = await host.tryRun(line);
  return { code: status, text: `${stderr}${stdout}` };
}
