import type { Model } from "../../../../config-schema/model.ts";
import { membershipsOf } from "../../../../config-schema/queries.ts";
import type { Facts } from "../../../../systemd/core/plan/plan-types.ts";
import { serverUnitName } from "../../../../systemd/core/server-unit.ts";
import type { PlanWarning } from "./plan-warning.ts";

/** Servers that leave a directory for another one: what they hold stays behind, and nothing brings it after them. */
export function movedExports(model: Model, host: string, { running }: Facts): PlanWarning[] {
  const servers = model.servers.filter((server) => server.host === host);
  const wanted = new Set(servers.flatMap(({ name }) => membershipsOf(model, name).map(({ member }) => member.export)));
  const held = new Set([...running.values()].flatMap(({ claims = [] }) => claims));
  return servers.flatMap(({ name }): PlanWarning[] => {
    const claims = running.get(serverUnitName(name))?.claims ?? [];
    const left = claims.filter((claim) => claim.startsWith("/") && !wanted.has(claim));
    const taken = membershipsOf(model, name).filter(({ member }) => !held.has(member.export));
    const [from] = left;
    const [to] = taken;
    if (from === undefined || to === undefined) return [];
    return [
      {
        code: "export-moves",
        message: `server '${name}' leaves ${left.join(", ")} for ${taken.map(({ member }) => member.export).join(", ")}, and takes nothing with it`,
        advice: `if it is to go on with what it holds, move the directory while it is stopped: systemctl stop ${serverUnitName(name)}, mv, then apply`,
      },
    ];
  });
}
