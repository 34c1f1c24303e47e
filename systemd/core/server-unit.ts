import type { Model, Server } from "../../config-schema/model.ts";
import { escapeItem, escapePathValue, escapeText, escapeWord } from "./escape.ts";
import { sandbox } from "./sandbox.ts";
import { limitLines } from "./limit-lines.ts";
import { serviceText } from "./service-text.ts";
import type { Lines } from "./unit-text.ts";
import { TARGET, type Unit } from "./units.ts";

/**
 * The unit of a server. Names of servers have no character that a unit's name may not have, so they stand there as they
 * are, as one types them: `systemctl status pohmelfs-server@host-75`. (`%I` would make a path of it; it is not used.)
 */
export const serverUnitName = (server: string): string => `pohmelfs-server@${server}.service`;

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));

/** A server's memberships: which groups it holds, and where. */
type Held = readonly { readonly group: string; readonly export: string }[];

export function heldBy(model: Model, server: Server): Held {
  return model.groups.flatMap(({ name, members }) =>
    members
      .filter((member) => member.server.name === server.name)
      .map((member) => ({ group: name, export: member.export })),
  );
}

const at = ({ address, port }: Server): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/**
 * The service of one server, which is a member of at least one group.
 *
 * @param program Path of `fserver`.
 */
export function serverUnit(model: Model, server: Server, program: string): Unit {
  const held = heldBy(model, server);
  const exports = held.map((one) => one.export);
  // Its directory, since logrotate(8) moves the file away and the server makes a new one.
  const logs = model.log.file === undefined ? [] : [parentOf(model.log.file)];
  const unit: Lines = [
    [
      "Description",
      escapeText(`pohmelfs server ${server.name} at ${at(server)}: ${held.map(({ group }) => group).join(", ")}`),
    ],
    ["SourcePath", escapePathValue(model.path)],
    ["PartOf", TARGET],
    ["Wants", "network-online.target"],
    ["After", "network-online.target"],
    // Never an empty directory in place of a disk that is not there yet.
    ["RequiresMountsFor", exports.map((path) => escapeItem(path)).join(" ")],
    // With RestartSec=: about a minute and a half for an address or a disk that comes late, then it counts as failed.
    ["StartLimitIntervalSec", "10min"],
    ["StartLimitBurst", "40"],
  ];
  const service: Lines = [
    ["Type", "notify"],
    ["NotifyAccess", "main"],
    ["ExecStart", [program, "--config", model.path, "--name", server.name].map(escapeWord).join(" ")],
    ["Restart", "on-failure"],
    ["RestartSec", "2s"],
    // Usage, configuration, nothing there: trying again does not help.
    ["RestartPreventExitStatus", "2 3 4"],
    // After a crash of the host, or when its index is lost, a server walks through its exports before it serves.
    ["TimeoutStartSec", "10min"],
    ["TimeoutStopSec", "30s"],
    ...limitLines(server.unit),
    ...sandbox({ writes: [...exports, ...logs], reads: [model.path, program], lowPort: server.port < 1024 }),
  ];
  return { name: serverUnitName(server.name), text: serviceText({ Unit: unit }, service), wantedBy: [TARGET] };
}
