import { liesWithin } from "../../config-schema/directory.ts";
import { escapeItem } from "./escape.ts";
import type { Lines } from "./unit-text.ts";

/** What a server needs of its host. All paths are absolute and normal. */
export type Needs = {
  /** Directories in which clients' files lie; none of a witness. */
  readonly exports: readonly string[];
  /** Directories in which it writes logs. */
  readonly logs: readonly string[];
  /** Files it reads: the configuration, its own program. */
  readonly reads: readonly string[];
  /** Whether it listens below 1024. */
  readonly lowPort: boolean;
  /** Addresses that may talk to it, and it to them. */
  readonly peers: readonly string[];
  /** The system user as whom it works with files; undefined: root. */
  readonly user: string | undefined;
};

/**
 * To make files in the name of others, of every type, with every attribute: what a client's root may do, its server must
 * be able to. Left out on purpose: CAP_SYS_RESOURCE, with which nobody's quota would hold.
 */
const CAPABILITIES = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  // open_by_handle_at(2)
  "CAP_DAC_READ_SEARCH",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_MKNOD",
  "CAP_SETFCAP",
  "CAP_SETGID",
  "CAP_SETUID",
  // trusted.* and security.* attributes, xattr(7)
  "CAP_SYS_ADMIN",
];

/**
 * A server need not be root to have root's rights on files: its ids for those are set apart (setfsuid(2)), and no other can
 * be. So it cannot send signals to others' processes, or ask other programs of the host for things as root.
 */
const asUser = (user: string, capabilities: string): Lines => [
  ["User", user],
  ["AmbientCapabilities", capabilities],
  ["RemoveIPC", "yes"],
];

/** What a server does for clients: see CAPABILITIES, and docs/systemd.md for what else is left open and why. */
const WITH_FILES: Lines = [
  // Devices are made, never opened.
  ["DevicePolicy", "closed"],
  ["DeviceAllow", "char-* m"],
  ["DeviceAllow", "block-* m"],
  ["SystemCallFilter", "@system-service @pkey"],
  ["SystemCallFilter", "~@privileged @keyring @memlock @resources"],
  ["SystemCallFilter", "@chown open_by_handle_at setfsgid setfsuid setgroups"],
];

/** A witness has nothing to do with files but a configuration, and a log, that may be root's alone. */
const WITHOUT_FILES: Lines = [
  ["PrivateDevices", "yes"],
  ["RestrictSUIDSGID", "yes"],
  ["SystemCallFilter", "@system-service @pkey"],
  ["SystemCallFilter", "~@privileged @keyring @memlock @resources"],
];

const within = (paths: readonly string[], ...above: readonly string[]): boolean =>
  paths.some((path) => above.some((one) => liesWithin(path, one)));

const items = (paths: readonly string[]): string | undefined =>
  // A directory that is missing is for the server to tell of: systemd would say 226/NAMESPACE.
  paths.length === 0 ? undefined : paths.map((path) => escapeItem(path, "-")).join(" ");

/** The sandbox of a server, systemd.exec(5). It sees the host's tree, and can write in its exports only. */
export function sandbox({ exports, logs, reads, lowPort, peers, user }: Needs): Lines {
  const paths = [...exports, ...logs, ...reads];
  const atHome = within(paths, "/home", "/root", "/run/user");
  const inTmp = within(paths, "/tmp", "/var/tmp");
  const capabilities = [
    ...(exports.length > 0 ? CAPABILITIES : ["CAP_DAC_READ_SEARCH", ...(logs.length > 0 ? ["CAP_DAC_OVERRIDE"] : [])]),
    ...(lowPort ? ["CAP_NET_BIND_SERVICE"] : []),
  ];
  return [
    ...(user === undefined ? [] : asUser(user, capabilities.join(" "))),
    ["NoNewPrivileges", "yes"],
    ["CapabilityBoundingSet", capabilities.join(" ")],
    ["ProtectSystem", "strict"],
    ["ReadWritePaths", items([...exports, ...logs])],
    // What lies beneath an inaccessible directory cannot be given back.
    ["ProtectHome", atHome ? "read-only" : "yes"],
    ["PrivateTmp", inTmp ? undefined : "yes"],
    ["PrivateMounts", "yes"],
    ["ProtectProc", "invisible"],
    ["ProcSubset", "pid"],
    ["ProtectClock", "yes"],
    ["ProtectHostname", "yes"],
    ["ProtectKernelLogs", "yes"],
    ["ProtectKernelModules", "yes"],
    ["ProtectKernelTunables", "yes"],
    ["ProtectControlGroups", "yes"],
    ["KeyringMode", "private"],
    // No local sockets: the programs behind those do much for who is root, or has these capabilities.
    ["RestrictAddressFamilies", "AF_INET AF_INET6"],
    // The server asks who it is, too; here strangers do not come as far as that.
    ["IPAddressDeny", "any"],
    ["IPAddressAllow", peers.join(" ")],
    ["RestrictNamespaces", "yes"],
    ["RestrictRealtime", "yes"],
    ["LockPersonality", "yes"],
    ["UMask", "0077"],
    ["LimitNOFILE", "65536"],
    ["SystemCallArchitectures", "native"],
    ...(exports.length === 0 ? WITHOUT_FILES : WITH_FILES),
    // Node asks for more than it needs, and lives with a no, but not with SIGSYS.
    ["SystemCallErrorNumber", "EPERM"],
  ];
}
