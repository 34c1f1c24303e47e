import { HEADER } from "./unit-text.ts";
import type { Made, Units } from "./units.ts";

/** @returns The name of the unit that a path in a generator's folder is about: `a.target.wants/b.mount` is about b.mount. */
export const unitOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const isOwnFile = (made: Made): boolean => made.kind === "file" && made.text.startsWith(HEADER);

/**
 * Of what lies in systemd's generator folder, what pohmelfs-generator made: all generators write into the same one.
 *
 * @param all The whole folder.
 */
export function ownUnits(all: Units): Units {
  const own = new Set([...all].filter(([, made]) => isOwnFile(made)).map(([path]) => path));
  return new Map([...all].filter(([path]) => own.has(unitOf(path))));
}

/** @returns Text of a unit's file; undefined when there is none. */
export function textOf(units: Units, unit: string): string | undefined {
  const made = units.get(unit);
  return made?.kind === "file" ? made.text : undefined;
}

/** @returns The units that want or require a unit by a link, in the order of their names. */
export const wantedBy = (units: Units, unit: string): readonly string[] =>
  [...units.keys()]
    .flatMap((path) => {
      const [, by] = path.endsWith(`/${unit}`) ? (/^(.+)\.(?:wants|requires)\//.exec(path) ?? []) : [];
      return by === undefined ? [] : [by];
    })
    .sort();

/** The files of units, by name. */
export const unitNames = (units: Units): readonly string[] =>
  [...units].filter(([, { kind }]) => kind === "file").map(([path]) => path);
