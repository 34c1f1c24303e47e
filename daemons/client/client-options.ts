import { hostname } from "node:os";
import { PERMISSION_NUMBER, type Group, type Model } from "../../config-schema/model.ts";
import { leadOf } from "../../config-schema/queries.ts";
import type { ClientOptions } from "./core/client.ts";

/**
 * What a client of a group goes by.
 *
 * @param own Where it shows the group, as its servers are told, and the options of the mount.
 */
export function clientOptions(
  model: Model,
  group: Group,
  { at, mount }: Pick<ClientOptions, "at" | "mount">,
): ClientOptions {
  const { beatMs, suspectMs, giveUpMs } = model.timeouts;
  return {
    index: group.index,
    members: group.members.map(({ server, priority, permissions }) => ({
      server: server.name,
      address: server.address,
      port: server.port,
      priority,
      permissions: PERMISSION_NUMBER[permissions],
    })),
    lead: group.members.indexOf(leadOf(group)),
    host: hostname(),
    at,
    configHash: model.hash,
    beatMs,
    suspectMs,
    giveUpMs,
    mount,
  };
}
