import type { Lines } from "./unit-text.ts";

/**
 * The sandbox of a mount's daemon, systemd.exec(5). Nothing in it gives the daemon a mount namespace of its own: the host
 * would not see what it mounts. That leaves out most of what Protect*= and Private*= do.
 */
export const MOUNT_SANDBOX: Lines = [
  ["NoNewPrivileges", "yes"],
  // mount(2); and a mount point that lies in somebody's own directory, which root without these may not enter.
  ["CapabilityBoundingSet", "CAP_SYS_ADMIN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH"],
  ["DevicePolicy", "closed"],
  ["DeviceAllow", "/dev/fuse rw"],
  ["KeyringMode", "private"],
  ["LockPersonality", "yes"],
  ["ProtectClock", "yes"],
  ["ProtectHostname", "yes"],
  ["RemoveIPC", "yes"],
  ["RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"],
  ["RestrictNamespaces", "yes"],
  ["RestrictRealtime", "yes"],
  ["RestrictSUIDSGID", "yes"],
  ["SystemCallArchitectures", "native"],
  ["SystemCallFilter", "@system-service @mount @pkey"],
  // Node asks for more than it needs, and lives with a no, but not with SIGSYS.
  ["SystemCallErrorNumber", "EPERM"],
];
