/**
 * What of the configuration a running daemon uses, as digests: who compares those of a file with those of what runs knows
 * whether a daemon has to be told of a change, and whether it has to be started anew.
 */
import { createHash } from "node:crypto";
import { canonicalAddress } from "./address.ts";
import type { Effect, MountEffect } from "./effect.ts";
import type { Group, Model, Mount, Server } from "./model.ts";
import { addressesAllowed, groupOf, leadOf, membershipsOf } from "./queries.ts";

export type { Effect, MountEffect };

const DIGITS = 16;

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** Keys in the order of their code units, so that equal values are equal texts. */
const canonical = (value: Plain): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const digest = (value: Plain): string => createHash("sha256").update(canonical(value)).digest("hex").slice(0, DIGITS);

const where = ({ name, address, port }: Server): Plain => ({
  name,
  address: canonicalAddress(address) ?? address,
  port,
});

const leadNameOf = (group: Group): string => leadOf(group).server.name;

/** What every daemon uses, and can take over while it runs. */
const common = ({ hash, timeouts, log }: Model): { readonly [key: string]: Plain } => ({
  config: Buffer.from(hash).toString("hex"),
  timeouts,
  log: { level: log.level, file: log.file ?? null },
});

const policy = ({ members }: Group): Plain =>
  members.map(({ server, priority, permissions }) => ({ server: server.name, priority, permissions }));

/** @param name A server of the model. One that is not there has the effect of nothing. */
export function serverEffect(model: Model, name: string): Effect {
  const server = model.servers.find((one) => one.name === name);
  if (server === undefined) return { restart: digest(null), reload: digest(null) };
  const held = membershipsOf(model, name);
  const watched = model.groups.filter(({ witnesses }) => witnesses.includes(name));
  const restart = digest({
    server: where(server),
    holds: held.map(({ group, member }) => ({
      name: group.name,
      index: group.index,
      export: member.export,
      lead: leadNameOf(group),
    })),
    watches: watched.map((group) => ({ name: group.name, index: group.index })),
    workers: model.workers,
  });
  const reload = digest({
    ...common(model),
    allowed: addressesAllowed(model),
    groups: [...held.map(({ group }) => group), ...watched].map((group) => ({
      index: group.index,
      members: policy(group),
    })),
  });
  return { restart, reload };
}

/** fstab(5), systemd.mount(5), mount(8): words that no daemon gets to see. They act through the units alone. */
const isForOthers = (option: string): boolean =>
  /^(x-|comment=|(no)?(fail|auto)$|no(user|owner|group)$|comment$|_netdev$)/.test(option);

/** What a mount that runs can take over of how much it keeps at hand. */
const keeping = ({ cache }: Model, mount: Mount): Plain => ({
  ...cache,
  ...mount.cache,
  syncOnClose: mount.syncOnClose,
});

/** @param mount Of this model. */
export function mountEffect(model: Model, mount: Mount): MountEffect {
  const group = groupOf(model, mount.group);
  const place = {
    group: mount.group,
    index: group?.index ?? null,
    at: mount.at,
    options: mount.options.filter((option) => !isForOthers(option)),
  };
  return {
    remount: digest(place),
    restart: digest({
      ...place,
      members: group?.members.map(({ server }) => where(server)) ?? null,
      lead: group === undefined ? null : leadNameOf(group),
    }),
    reload: digest({
      ...common(model),
      members: group === undefined ? null : policy(group),
      keeping: keeping(model, mount),
    }),
  };
}
