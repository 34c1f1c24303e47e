import type { Plain } from "../../../../config-schema/edit/plain.ts";
import { inline, keyText } from "../../../../config-schema/edit/write-value.ts";
import type { InitHost, InitPlan } from "./init-words.ts";

/** Between the priorities of one server and the next: room for others. */
const PRIORITY_STEP = 10;

/** The tutorial's hosts, with addresses that are nobody's (RFC 5737). */
const EXAMPLE: InitPlan = {
  servers: [
    { name: "host-75", address: "192.0.2.75" },
    { name: "host-166", address: "192.0.2.166" },
  ],
  witnesses: [],
  clients: [{ name: "host-147", address: "192.0.2.147" }],
  mounts: new Map([["/opt/pohtest", ["host-147"]]]),
  group: "pohtest",
  index: 1,
  export: "/opt/pohtest",
};

const HEAD = `# yaml-language-server: $schema=/usr/share/pohmelfs/pohmelfs.schema.json
#
# What pohmelfs serves and mounts. The same file lies on every host; each host does what concerns it.
# After a change: pohmelfs check, pohmelfs plan (what it would do on this host), pohmelfs apply.
# man pohmelfs.yaml has all keys.
`;

const EXAMPLE_HEAD = `#
# This is an example: put in the names, addresses and directories of your own hosts.
`;

const EXAMPLE_TAIL = `
# What else can be said, with what holds where nothing is said:
#
# defaults: { port: 1025, priority: 0, permissions: read-write, workers: 2 }
# timeouts: { beat: 1 s, suspect: 3 s, connect: 5 s, give-up: 30 s }
# log: { level: info } # error, warning, notice, info or debug
#
# A server may have a port and a host name of its own, a member an export and permissions:
#
#   servers: { attic: { address: 198.51.100.7, port: 2025, host: rack-1 } }
#   members: { attic: { permissions: write-only, export: /backup/pohtest } } # a copy that is never read
#
# A mount may have options, be mounted when it is used first, and have limits:
#
#   - { group: pohtest, at: /mnt/x, on: [host-147], options: [ro], automount: true, unit: { memory-max: 512 MiB } }
`;

/** The configuration of a plan, or without one an example: a text with comments for those who go on from there. */
export function initText(plan?: InitPlan): string {
  if (plan === undefined) return HEAD + EXAMPLE_HEAD + sections(EXAMPLE) + EXAMPLE_TAIL;
  return HEAD + sections(plan);
}

function sections(plan: InitPlan): string {
  return [
    "version: 1",
    "",
    "servers: # one fserver each; the name is the host's, as `hostname` prints it",
    ...[...plan.servers, ...plan.witnesses].map(
      (host) => `  ${keyText(host.name)}: ${inline(serverValue(host), false)}`,
    ),
    "",
    "groups: # each is one tree, held by all its members",
    ...group(plan),
    ...(plan.clients.length === 0
      ? []
      : [
          "",
          "clients: # hosts that only mount: servers talk to no address that this file does not name",
          ...plan.clients.map(
            ({ name, address }) => `  ${keyText(name)}: ${inline({ address: address ?? null }, false)}`,
          ),
        ]),
    ...(plan.mounts.size === 0 ? [] : ["", "mounts:"]),
    ...[...plan.mounts].map(([at, on]) => `  - ${inline({ group: plan.group, at, on }, false)}`),
    "",
  ].join("\n");
}

const serverValue = ({ address = null, port }: { address?: string | null | undefined; port?: number }): Plain =>
  port === undefined ? { address } : { address, port };

function group({ group: name, index, servers, witnesses, export: directory }: InitPlan): string[] {
  const [lead] = servers;
  const member = (host: InitHost, i: number): string => {
    const priority = (servers.length - 1 - i) * PRIORITY_STEP;
    const note = host === lead && servers.length > 1 ? " # read first, and the lead" : "";
    return `      ${keyText(host.name)}: ${inline({ priority }, false)}${note}`;
  };
  const votes = inline(
    witnesses.map((host) => host.name),
    false,
  );
  return [
    `  ${keyText(name)}:`,
    `    index: ${index} # what \`idx=${index}\` and \`cfg -i ${index}\` mean`,
    `    export: ${inline(directory, false)} # where its members keep it, as plain files`,
    "    members: # the highest priority is read first",
    ...servers.map(member),
    ...(witnesses.length === 0 ? [] : [`    witnesses: ${votes} # hold no data`]),
  ];
}
