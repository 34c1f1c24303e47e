/**
 * What has to be done so that a host does what the file says: a pure function of the file's units and of what runs.
 */
import { unitNames } from "../own-units.ts";
import { changesOf } from "./plan-changes.ts";
import { planMounts } from "./plan-mounts.ts";
import { act, isUp, NOTHING, type Part, together } from "./plan-parts.ts";
import { planRemoved, removedUnits } from "./plan-removed.ts";
import { planServers, untangle } from "./plan-servers.ts";
import type { Action, Change, Desired, Facts, Plan } from "./plan-types.ts";
import { placeIn, type UnitKind, unitKind } from "../unit-kinds.ts";
import { TARGET } from "../units.ts";

/**
 * @param claims By server unit: what it is to have that no two can have at once.
 * @returns A plan without actions when all is as the file says.
 */
export function planFor(
  desired: Desired,
  facts: Facts,
  claims: ReadonlyMap<string, readonly string[]> = new Map(),
): Plan {
  const removed = removedUnits(desired, facts);
  const changes = changesOf(desired, facts, removed);
  const part = together([
    planRemoved(removed, facts),
    planReload(changes, desired, facts),
    untangle(planServers(desired, facts), facts, claims),
    planMounts(desired, facts),
    planTarget(desired, facts),
  ]);
  return { changes, actions: inOrder(part.actions), notes: part.notes };
}

function planReload(changes: readonly Change[], { units }: Desired, { running }: Facts): Part {
  if (changes.some(({ diff }) => diff !== "")) return act("daemon-reload", "", "they change");
  const stale = unitNames(units).some((unit) => running.get(unit)?.needsReload === true);
  // Of generated units too: SourcePath= names the file.
  return !stale ? NOTHING : act("daemon-reload", "", "the file or a drop-in was changed");
}

function planTarget({ units }: Desired, { running }: Facts): Part {
  return !units.has(TARGET) || isUp(running.get(TARGET)) ? NOTHING : act("start", TARGET, "it is not reached");
}

/** Who uses a thing goes before it and comes after it, and finds it as it is to be. */
const ORDER: readonly (readonly [Action["kind"], UnitKind])[] = [
  ["stop", "mount"],
  ["stop", "automount"],
  ["stop", "mount-service"],
  ["stop", "server"],
  ["stop", "other"],
  ["daemon-reload", "other"],
  ...(["mount", "automount", "mount-service", "server", "other"] as const).map(
    (kind) => ["reset-failed", kind] as const,
  ),
  ["reload", "server"],
  ["restart", "server"],
  ["start", "server"],
  ["reload", "mount-service"],
  ["restart", "mount-service"],
  ["start", "automount"],
  ["start", "mount"],
  ["start", "other"],
];

/** How deep a directory lies: of two mounts, one within the other, the outer one comes first. */
const depth = (unit: string): number => placeIn(unit).split("-").length;

function inOrder(actions: readonly Action[]): Action[] {
  const rank = ({ kind, unit }: Action): readonly [number, number] => [
    ORDER.findIndex(([what, about]) => what === kind && about === unitKind(unit)),
    kind === "stop" ? -depth(unit) : depth(unit),
  ];
  return [...actions].sort((a, b) => {
    const [one, other] = [rank(a), rank(b)];
    return one[0] - other[0] || one[1] - other[1] || (a.unit < b.unit ? -1 : 1);
  });
}
