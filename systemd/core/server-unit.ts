import type { Model, Server } from "../../config-schema/model.ts";
import { addressesAllowed } from "../../config-schema/queries.ts";
import { escapeItem, escapePathValue, escapeText, escapeWord } from "./escape.ts";
import { limitLines } from "./limit-lines.ts";
import { sandbox } from "./sandbox.ts";
import { serviceText } from "./service-text.ts";
import type { Lines } from "./unit-text.ts";
import { TARGET, type Unit } from "./units.ts";

/**
 * The unit of a server. Names of servers have no character that a unit's name may not have, so they stand there as they
 * are, as one types them: `systemctl status pohmelfs-server@host-75`. (`%I` would make a path of it; it is not used.)
 */
export const serverUnitName = (server: string): string => `pohmelfs-server@${server}.service`;

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));

/** What a server has to do: which groups it holds, and where; of which it is a witness. */
type Duties = {
  readonly held: readonly { readonly group: string; readonly export: string }[];
  readonly watched: readonly string[];
};

function dutiesOf(model: Model, { name }: Server): Duties {
  const held = model.groups.flatMap((group) =>
    group.members
      .filter((member) => member.server.name === name)
      .map((member) => ({ group: group.name, export: member.export })),
  );
  const watched = model.groups.filter(({ witnesses }) => witnesses.includes(name)).map((group) => group.name);
  return { held, watched };
}

/** Whether a server is a member or a witness of any group. */
export function hasDuties(model: Model, server: Server): boolean {
  const { held, watched } = dutiesOf(model, server);
  return held.length + watched.length > 0;
}

const at = ({ address, port }: Server): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

function description(server: Server, { held, watched }: Duties): string {
  const groups = [...held.map(({ group }) => group), ...watched.map((group) => `witness of ${group}`)];
  return escapeText(`pohmelfs server ${server.name} at ${at(server)}: ${groups.join(", ")}`);
}

/**
 * The service of one server, which is a member or a witness of at least one group.
 *
 * @param user The system user as whom it runs; undefined: root.
 */
export function serverUnit(
  model: Model,
  server: Server,
  { fserver: program, user }: { readonly fserver: string; readonly user: string | undefined },
): Unit {
  const duties = dutiesOf(model, server);
  const exports = duties.held.map((one) => one.export);
  // Its directory, since logrotate(8) moves the file away and the server makes a new one.
  const logs = model.log.file === undefined ? [] : [parentOf(model.log.file)];
  const peers = addressesAllowed(model);
  const unit: Lines = [
    ["Description", description(server, duties)],
    ["SourcePath", escapePathValue(model.path)],
    ["PartOf", TARGET],
    ["Wants", "network-online.target"],
    ["After", "network-online.target"],
    // Never an empty directory in place of a disk that is not there yet.
    ["RequiresMountsFor", exports.length === 0 ? undefined : exports.map((path) => escapeItem(path)).join(" ")],
    // With RestartSec=: about a minute and a half for an address or a disk that comes late, then it counts as failed.
    ["StartLimitIntervalSec", "10min"],
    ["StartLimitBurst", "40"],
  ];
  const service: Lines = [
    ["Type", "notify"],
    ["NotifyAccess", "main"],
    ["ExecStart", [program, "--config", model.path, "--name", server.name].map(escapeWord).join(" ")],
    ["ExecReload", "/bin/kill -HUP $MAINPID"],
    ["Restart", "on-failure"],
    ["RestartSec", "2s"],
    // Usage, configuration, nothing there: trying again does not help.
    ["RestartPreventExitStatus", "2 3 4"],
    // After a crash of the host, or when its index is lost, a server walks through its exports before it serves.
    ["TimeoutStartSec", "10min"],
    ["TimeoutStopSec", "30s"],
    // A disk that tries to read a bad sector may keep a server waiting for half a minute and longer.
    ["WatchdogSec", "90s"],
    // It does not answer, so it cannot end in order; and Node would write all its memory to a file.
    ["WatchdogSignal", "SIGKILL"],
    ["LimitCORE", "0"],
    // Where what runs is written down, of all servers.
    ["RuntimeDirectory", "pohmelfs/servers"],
    ["RuntimeDirectoryPreserve", "yes"],
    // By which a restart of the host is known; the sandbox hides the file that has it.
    ["Environment", "POHMELFS_BOOT_ID=%b"],
    ...limitLines(server.unit),
    ...sandbox({ exports, logs, reads: [model.path, program], lowPort: server.port < 1024, peers, user }),
  ];
  return { name: serverUnitName(server.name), text: serviceText({ Unit: unit }, service), wantedBy: [TARGET] };
}
