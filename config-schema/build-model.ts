import { cacheSizesOf } from "./cache.ts";
import { DEFAULTS } from "./defaults.ts";
import { normalDirectory } from "./directory.ts";
import type { ConfigFile, Unit } from "./generated/config-file.ts";
import type { CacheSizes, Group, Member, Model, Server, UnitLimits } from "./model.ts";
import { timeoutsOf } from "./timeouts.ts";
import { unitLimitsOf } from "./unit-limits.ts";

/**
 * Completes a file that has passed all checks. The result is frozen.
 * @param path Of the main file.
 * @param hash SHA-256 of the texts.
 */
export function buildModel(file: ConfigFile, path: string, hash: Uint8Array): Model {
  const servers = Object.entries(file.servers).map(([name, server]): Server => {
    const { address, host = name, port = file.defaults?.port ?? DEFAULTS.port, unit } = server;
    return { name, host, address, port, ...limits(unit) };
  });
  const { level = DEFAULTS.logLevel, file: logFile } = file.log ?? {};
  return deepFreeze({
    path,
    hash,
    servers,
    groups: Object.entries(file.groups).map(([name, group]): Group => {
      const { index, witnesses = [] } = group;
      return { name, index, members: membersOf(file, group, servers), witnesses };
    }),
    clients: Object.entries(file.clients ?? {}).map(([name, { address }]) => ({ name, address })),
    mounts: (file.mounts ?? []).map((mount) => {
      const { group, at, on, options = [], automount = false, "sync-on-close": syncOnClose = false } = mount;
      const place = normalDirectory(at);
      return { group, at: place, on, options, automount, syncOnClose, ...cacheOf(mount.cache), ...limits(mount.unit) };
    }),
    timeouts: timeoutsOf(file.timeouts ?? {}),
    cache: { ...DEFAULTS.cache, ...cacheSizesOf(file.cache) },
    log: logFile === undefined ? { level } : { level, file: normalDirectory(logFile) },
    workers: file.defaults?.workers ?? DEFAULTS.workers,
  });
}

/** No key when nothing is said. */
function cacheOf(written: ConfigFile["cache"]): { cache?: CacheSizes } {
  const cache = cacheSizesOf(written);
  return Object.keys(cache).length === 0 ? {} : { cache };
}

/** No key when there are none. */
function limits(written: Unit | undefined): { unit?: UnitLimits } {
  const unit = unitLimitsOf(written);
  return unit === undefined ? {} : { unit };
}

function membersOf(file: ConfigFile, group: ConfigFile["groups"][string], servers: readonly Server[]): Member[] {
  const { priority: defaultPriority = DEFAULTS.priority, permissions: defaultPermissions = DEFAULTS.permissions } =
    file.defaults ?? {};
  return Object.entries(group.members).flatMap(([name, member]) => {
    const server = servers.find((candidate) => candidate.name === name);
    const directory = member?.export ?? group.export;
    // Both are there: the checks saw to it.
    if (server === undefined || directory === undefined) return [];
    const { priority = defaultPriority, permissions = defaultPermissions } = member ?? {};
    return [{ server, export: normalDirectory(directory), priority, permissions }];
  });
}

function deepFreeze<T>(value: T): T {
  // A typed array with elements cannot be frozen.
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
