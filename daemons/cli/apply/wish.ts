import type { Effect, MountEffect } from "../../../config-schema/effect.ts";
import { mountEffect, serverEffect } from "../../../config-schema/effects.ts";
import type { Model, Server } from "../../../config-schema/model.ts";
import { membershipsOf } from "../../../config-schema/queries.ts";
import { escapePath } from "../../../systemd/core/escape.ts";
import type { Desired } from "../../../systemd/core/plan/plan-types.ts";
import { serverUnitName } from "../../../systemd/core/server-unit.ts";
import { mountUnitNames } from "../../../systemd/core/unit-kinds.ts";
import { unitsFor } from "../../../systemd/core/units-for.ts";
import { whichHost } from "../../../systemd/core/which-host.ts";
import { programsBeside } from "../../../systemd/programs.ts";
import { endpoint } from "../core/mountstats.ts";

/** What a configuration asks of one host. */
export type Wish = {
  readonly model: Model;
  /** As the file has it. */
  readonly host: string;
  /** The file has this host. */
  readonly isKnown: boolean;
  readonly desired: Desired;
  /** By unit of a server: what no two can have at once. */
  readonly claims: ReadonlyMap<string, readonly string[]>;
  /** What the file asks for and no unit can do. */
  readonly problems: readonly string[];
};

/** What no two servers of a host can have at once. */
export const claimsOf = (server: Pick<Server, "address" | "port">, exports: readonly string[]): readonly string[] => [
  endpoint(server.address, server.port),
  ...exports,
];

/** @param hostname As the kernel has it, or as the file has it. */
export function wishOf(model: Model, hostname: string): Wish {
  const host = whichHost(model, hostname);
  const { units, problems } = unitsFor(model, host, { programs: programsBeside(import.meta.url) });
  const servers = model.servers.filter((server) => server.host === host);
  const mounts = model.mounts.filter(({ on }) => on.includes(host));
  const effects = new Map<string, Effect | MountEffect>([
    ...servers.map(({ name }) => [serverUnitName(name), serverEffect(model, name)] as const),
    ...mounts.map((mount) => [mountUnitNames(escapePath(mount.at)).service, mountEffect(model, mount)] as const),
  ]);
  const claims = new Map(
    servers.map((server) => {
      const exports = membershipsOf(model, server.name).map(({ member }) => member.export);
      return [serverUnitName(server.name), claimsOf(server, exports)] as const;
    }),
  );
  const isKnown = servers.length > 0 || mounts.length > 0 || model.clients.some(({ name }) => name === host);
  return { model, host, isKnown, desired: { units, effects }, claims, problems };
}
