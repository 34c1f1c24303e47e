import { liesWithin } from "../../config-schema/directory.ts";
import { escapeItem } from "./escape.ts";
import type { Lines } from "./unit-text.ts";

/** What a server needs of its host. All paths are absolute and normal. */
export type Needs = {
  /** Directories in which it writes. */
  readonly writes: readonly string[];
  /** Files it reads: the configuration, its own program. */
  readonly reads: readonly string[];
  /** Whether it listens below 1024. */
  readonly lowPort: boolean;
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

const within = (paths: readonly string[], ...above: readonly string[]): boolean =>
  paths.some((path) => above.some((one) => liesWithin(path, one)));

/**
 * The sandbox of a server, systemd.exec(5). It sees the host's tree, and can write in its exports only.
 *
 * What is missing, and why: MemoryDenyWriteExecute= kills Node. RestrictSUIDSGID= and PrivateDevices= would forbid
 * clients to make such files. ProcSubset=pid hides random/boot_id, by which a restart of the host is known. PrivateUsers=
 * takes away every owner but root. IPAddressAllow= would leave a stranger without the server's answer why.
 */
export function sandbox({ writes, reads, lowPort }: Needs): Lines {
  const paths = [...writes, ...reads];
  const atHome = within(paths, "/home", "/root", "/run/user");
  const inTmp = within(paths, "/tmp", "/var/tmp");
  return [
    ["NoNewPrivileges", "yes"],
    ["CapabilityBoundingSet", [...CAPABILITIES, ...(lowPort ? ["CAP_NET_BIND_SERVICE"] : [])].join(" ")],
    ["ProtectSystem", "strict"],
    // A directory that is missing is for the server to tell of: systemd would say 226/NAMESPACE.
    ["ReadWritePaths", writes.map((path) => escapeItem(path, "-")).join(" ")],
    // What lies beneath an inaccessible directory cannot be given back.
    ["ProtectHome", atHome ? "read-only" : "yes"],
    ["PrivateTmp", inTmp ? undefined : "yes"],
    ["PrivateMounts", "yes"],
    ["ProtectProc", "invisible"],
    ["ProtectClock", "yes"],
    ["ProtectHostname", "yes"],
    ["ProtectKernelLogs", "yes"],
    ["ProtectKernelModules", "yes"],
    ["ProtectKernelTunables", "yes"],
    ["ProtectControlGroups", "yes"],
    // Devices are made, never opened.
    ["DevicePolicy", "closed"],
    ["DeviceAllow", "char-* m"],
    ["DeviceAllow", "block-* m"],
    ["RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"],
    ["RestrictNamespaces", "yes"],
    ["RestrictRealtime", "yes"],
    ["LockPersonality", "yes"],
    ["UMask", "0077"],
    ["LimitNOFILE", "65536"],
    ["SystemCallArchitectures", "native"],
    ["SystemCallFilter", "@system-service @pkey open_by_handle_at"],
    ["SystemCallFilter", "~@keyring @memlock @resources"],
    // Node asks for more than it needs, and lives with a no, but not with SIGSYS.
    ["SystemCallErrorNumber", "EPERM"],
  ];
}
