/** What the generator is to make: the text of a file, or the target of a symbolic link. */
export type Made =
  | { readonly kind: "file"; readonly text: string }
  | { readonly kind: "link"; readonly target: string };

/** Paths within the generator's folder → what is made there. Files come before the links to them. */
export type Units = ReadonlyMap<string, Made>;

/** All of pohmelfs of this host. */
export const TARGET = "pohmelfs.target";

/** A unit, and the units that want it (systemd.unit(5), `.wants/`). */
export type Unit = {
  readonly name: string;
  readonly text: string;
  readonly wantedBy: readonly string[];
  readonly requiredBy?: readonly string[];
};

/** The files of units, then the links to them. */
export function layOut(units: readonly Unit[]): Units {
  const made = new Map<string, Made>();
  for (const { name, text } of units) made.set(name, { kind: "file", text });
  for (const { name, wantedBy, requiredBy = [] } of units) {
    const link = { kind: "link", target: `../${name}` } as const;
    for (const by of wantedBy) made.set(`${by}.wants/${name}`, link);
    for (const by of requiredBy) made.set(`${by}.requires/${name}`, link);
  }
  return made;
}
