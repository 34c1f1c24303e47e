import { textOf, unitNames, wantedBy } from "../own-units.ts";
import { act, decidedElsewhere, isUp, NOTHING, type Part, renew, together, whyDown } from "./plan-parts.ts";
import type { Desired, Facts } from "./plan-types.ts";
import { unitKind } from "../unit-kinds.ts";

const RESTART = "its address, exports, groups or workers changed";

/** The servers that the file wants on this host. */
export function planServers({ units, effects }: Desired, { running }: Facts): Part {
  const servers = unitNames(units).filter((unit) => unitKind(unit) === "server");
  return together(
    servers.map((unit) => {
      const facts = running.get(unit);
      const decided = decidedElsewhere(unit, facts);
      if (facts?.masked === true) return decided;
      if (facts !== undefined && isUp(facts))
        return together([decided, renew(unit, facts, textOf(units, unit) ?? "", effects.get(unit), RESTART)]);
      const start = wantedBy(units, unit).length > 0 ? act("start", unit, whyDown(facts)) : NOTHING;
      return together([decided, start]);
    }),
  );
}

/**
 * Two servers that exchange what no two can have at once cannot be started anew one after the other: the first would find
 * what it wants still taken. Both are stopped, then started.
 *
 * @param wanted Claims by unit, as they are to be.
 */
export function untangle(part: Part, { running }: Facts, wanted: ReadonlyMap<string, readonly string[]>): Part {
  const again = part.actions.filter(({ kind, unit }) => kind === "restart" && unitKind(unit) === "server");
  const has = (unit: string): readonly string[] => running.get(unit)?.claims ?? [];
  const entangled = new Set(
    again.flatMap(({ unit }) => {
      const others = again.filter((other) => other.unit !== unit);
      const holders = others.filter((other) =>
        (wanted.get(unit) ?? []).some((claim) => has(other.unit).includes(claim)),
      );
      return holders.length === 0 ? [] : [unit, ...holders.map((other) => other.unit)];
    }),
  );
  const actions = part.actions.flatMap((action) =>
    action.kind === "restart" && entangled.has(action.unit)
      ? [
          { ...action, kind: "stop" as const },
          { ...action, kind: "start" as const },
        ]
      : [action],
  );
  return { ...part, actions };
}
