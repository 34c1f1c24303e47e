import { hostname } from "node:os";
import { stringify } from "yaml";
import type { Permissions } from "../../config-schema/model.ts";

export type MemberPlan = {
  readonly name: string;
  readonly port: number;
  readonly export: string;
  readonly priority?: number;
  readonly permissions?: Permissions;
};

/** What is changed of `timeouts:`, as the file writes it. */
export type TimeoutsPlan = Readonly<Record<string, string>>;

/** The group that the tests mount. */
export const GROUP = "test";

/** @returns The text of a configuration with one group, all of whose members are on this host's loopback address. */
export function clusterConfig(
  members: readonly MemberPlan[],
  timeouts: TimeoutsPlan = {},
  log: "debug" | "default" = "debug",
): string {
  const servers = members.map(({ name, port }) => [name, { host: hostname(), address: "127.0.0.1", port }]);
  const inGroup = members.map(({ name, export: path, priority = 0, permissions = "read-write" }) => [
    name,
    { export: path, priority, permissions },
  ]);
  return stringify({
    version: 1,
    servers: Object.fromEntries(servers),
    groups: { [GROUP]: { index: 1, members: Object.fromEntries(inGroup) } },
    ...(Object.keys(timeouts).length > 0 ? { timeouts } : {}),
    ...(log === "debug" ? { log: { level: "debug" } } : {}),
  });
}
