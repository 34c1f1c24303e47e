import type { Model, Mount, Server } from "../../config-schema/model.ts";
import { escapePath, escapeSpecifiers, escapeWord } from "./escape.ts";

/** What the generator is to make: the text of a file, or the target of a symbolic link. */
export type Made =
  | { readonly kind: "file"; readonly text: string }
  | { readonly kind: "link"; readonly target: string };

/** Paths within the generator's folder → what is made there. */
export type Units = ReadonlyMap<string, Made>;

const header = (model: Model, body: string): string =>
  `# Made by pohmelfs-generator from ${model.path}. Do not edit.\n${body}`;

function serverUnit(model: Model, server: Server, fserver: string): string {
  return header(
    model,
    `[Unit]
Description=pohmelfs server ${escapeSpecifiers(server.name)}
SourcePath=${escapeSpecifiers(model.path)}
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
ExecStart=${[fserver, "--config", model.path, "--name", server.name].map(escapeWord).join(" ")}
Restart=on-failure
`,
  );
}

/** The ordering is written out, since systemd derives it from `_netdev` only once the mount is in the table. */
function mountUnit(model: Model, mount: Mount, servers: readonly string[]): string {
  const options = ["_netdev", `config=${model.path}`, ...mount.options].join(",");
  return header(
    model,
    `[Unit]
Description=pohmelfs group ${escapeSpecifiers(mount.group)} at ${escapeSpecifiers(mount.at)}
SourcePath=${escapeSpecifiers(model.path)}
Wants=network-online.target
After=${["network-online.target", "remote-fs-pre.target", ...servers].join(" ")}
Before=remote-fs.target

[Mount]
What=${escapeSpecifiers(mount.group)}
Where=${escapeSpecifiers(mount.at)}
Type=pohmelfs
Options=${escapeSpecifiers(options)}
`,
  );
}

const serverName = (server: Server): string => `pohmelfs-fserver@${escapePath(server.name)}.service`;

/**
 * The units of one host: a pure function of the model and the host's name.
 *
 * @param fserver Path of the program.
 */
export function makeUnits(model: Model, host: string, fserver: string): Units {
  const units = new Map<string, Made>();
  const add = (name: string, text: string, wantedBy: string): void => {
    units.set(name, { kind: "file", text });
    units.set(`${wantedBy}.wants/${name}`, { kind: "link", target: `../${name}` });
  };
  const members = new Set(model.groups.flatMap((group) => group.members.map(({ server }) => server.name)));
  const servers = model.servers.filter((server) => server.host === host && members.has(server.name));
  for (const server of servers) add(serverName(server), serverUnit(model, server, fserver), "multi-user.target");
  for (const mount of model.mounts.filter(({ on }) => on.includes(host))) {
    add(`${escapePath(mount.at)}.mount`, mountUnit(model, mount, servers.map(serverName)), "remote-fs.target");
  }
  return units;
}
