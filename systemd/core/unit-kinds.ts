/** What a unit of ours is for; `other` are the target, and what keeps copies or tells of errors. */
export type UnitKind = "server" | "mount" | "automount" | "mount-service" | "other";

const PATTERNS: readonly (readonly [RegExp, UnitKind])[] = [
  [/^pohmelfs-server@.+\.service$/, "server"],
  [/^pohmelfs-mount@.+\.service$/, "mount-service"],
  [/\.automount$/, "automount"],
  [/\.mount$/, "mount"],
];

export const unitKind = (unit: string): UnitKind => PATTERNS.find(([pattern]) => pattern.test(unit))?.[1] ?? "other";

/** @param unit Any of the three units of a mount. @returns The path in all of their names, escaped. */
export const placeIn = (unit: string): string =>
  unit.replace(/^pohmelfs-mount@/, "").replace(/\.(mount|automount|service)$/, "");

/** The three units of one mount. */
export const mountUnitNames = (place: string) =>
  ({ mount: `${place}.mount`, automount: `${place}.automount`, service: `pohmelfs-mount@${place}.service` }) as const;
