import { CACHE_SIZES } from "./cache.ts";
import { DEFAULTS } from "./defaults.ts";
import { durationText } from "./duration.ts";
import { isMapValue, type Plain, plainAt } from "./edit/plain.ts";
import type { CacheSizes, Member, Model, Server } from "./model.ts";
import { sizeText } from "./size.ts";
import { TIMEOUTS } from "./timeouts.ts";

/**
 * What holds, in the words of the file: every key that has a default has its value.
 *
 * @param written The content of the file, drop-ins included.
 * @param model The same, loaded.
 */
export function effectiveOf(written: Plain, model: Model): Plain {
  const { port, priority, permissions } = DEFAULTS;
  const defaults = { port, priority, permissions, ...mapAt(written, "defaults"), workers: model.workers };
  const { level, file } = model.log;
  return {
    version: 1,
    defaults,
    servers: named(model.servers, (server) => ({ ...serverOf(server), ...unitAt(written, ["servers", server.name]) })),
    groups: named(model.groups, ({ name, index, members, witnesses }) => ({
      ...mapAt(written, "groups", name),
      index,
      members: Object.fromEntries(members.map((member) => [member.server.name, memberOf(member)])),
      witnesses,
    })),
    clients: named(model.clients, ({ address }) => ({ address })),
    mounts: model.mounts.map(({ group, at, on, options, automount, syncOnClose, cache }, i) => {
      const own = cache === undefined ? {} : { cache: sizesOf(cache) };
      return {
        group,
        at,
        on,
        options,
        automount,
        "sync-on-close": syncOnClose,
        ...own,
        ...unitAt(written, ["mounts", i]),
      };
    }),
    timeouts: Object.fromEntries(TIMEOUTS.map(({ key, field }) => [key, durationText(model.timeouts[field])])),
    cache: sizesOf(model.cache),
    log: file === undefined ? { level } : { level, file },
  };
}

const serverOf = ({ address, port, host }: Server): { readonly [key: string]: Plain } => ({ address, port, host });

function memberOf({ priority, permissions, export: directory }: Member): Plain {
  return { priority, permissions, export: directory };
}

/** Only what is said, or has a default that is the same on all machines. */
function sizesOf(cache: CacheSizes): Plain {
  return Object.fromEntries(
    CACHE_SIZES.flatMap(({ key, field }) => {
      const bytes = cache[field];
      return bytes === undefined ? [] : [[key, sizeText(bytes)]];
    }),
  );
}

function named<T extends { readonly name: string }>(all: readonly T[], content: (one: T) => Plain): Plain {
  return Object.fromEntries(all.map((one) => [one.name, content(one)]));
}

function mapAt(value: Plain, ...path: readonly string[]): { readonly [key: string]: Plain } {
  const found = plainAt(value, path);
  return isMapValue(found) ? found : {};
}

/** Limits of a unit have no defaults of ours. */
function unitAt(written: Plain, path: readonly (string | number)[]): { readonly [key: string]: Plain } {
  const unit = plainAt(written, [...path, "unit"]);
  return unit === undefined ? {} : { unit };
}
