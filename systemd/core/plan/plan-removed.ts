import { textOf, unitNames } from "../own-units.ts";
import { act, isUp, NOTHING, type Part, together } from "./plan-parts.ts";
import type { Desired, Facts } from "./plan-types.ts";
import { mountUnitNames, placeIn, unitKind } from "../unit-kinds.ts";
import { TARGET } from "../units.ts";

/**
 * Units that are ours and that the file does not want any more. Also those whose file an earlier daemon-reload has taken
 * away, and that run on.
 */
export function removedUnits({ units }: Desired, { loaded, running }: Facts): string[] {
  const gone = unitNames(loaded).filter((unit) => textOf(units, unit) === undefined);
  const left = [...running.keys()].filter((unit) => isOrphan(unit, running) && textOf(units, unit) === undefined);
  return [...new Set([...gone, ...left])].filter((unit) => running.get(unit)?.overriddenBy === undefined);
}

/** What else is called so is not ours: servers and daemons of mounts have names of their own, the others must be known. */
function isOrphan(unit: string, running: Facts["running"]): boolean {
  const kind = unitKind(unit);
  const facts = running.get(unit);
  if (facts === undefined || !(isUp(facts) || facts.active === "failed")) return false;
  if (kind === "server" || kind === "mount-service" || unit === TARGET || facts.applied === true) return true;
  return kind === "mount" && facts.byHand !== true && isUp(running.get(mountUnitNames(placeIn(unit)).service));
}

export function planRemoved(removed: readonly string[], { running }: Facts): Part {
  return together(
    removed.map((unit) => {
      const facts = running.get(unit);
      if (facts?.active === "failed") return act("reset-failed", unit, "the file does not have it any more");
      if (!isUp(facts) || facts?.byHand === true) return NOTHING;
      return act("stop", unit, "the file does not have it any more");
    }),
  );
}
