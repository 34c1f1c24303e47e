import type { Path } from "../tree.ts";

/** A value as JSON has it. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** One change of a configuration. A map or list on the way that is missing is made by `set`. */
export type Edit =
  /** Gives the value at a path, which may be new; of a list, the next item may be given. */
  | { readonly kind: "set"; readonly path: Path; readonly value: Plain }
  /** Takes a key out of its map, an item out of its list. */
  | { readonly kind: "remove"; readonly path: Path };

export const isMapValue = (value: Plain | undefined): value is { readonly [key: string]: Plain } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path; undefined when it leads nowhere. */
export function plainAt(value: Plain, path: Path): Plain | undefined {
  let at: Plain | undefined = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || Array.isArray(at) !== (typeof step === "number")) return undefined;
    at = Object.hasOwn(at, step) ? (Reflect.get(at, step) as Plain) : undefined;
  }
  return at;
}

/** What a value is after an edit: the measure of whether the text came out right. Its path must be one that works. */
export function editedPlain(value: Plain, edit: Edit): Plain {
  const [step, ...rest] = edit.path;
  if (step === undefined) return edit.kind === "set" ? edit.value : null;
  const inner = rest.length > 0 ? { ...edit, path: rest } : undefined;
  const child = plainAt(value, [step]) ?? (typeof rest[0] === "number" ? [] : {});
  const changed = inner !== undefined ? editedPlain(child, inner) : edit.kind === "set" ? edit.value : undefined;
  if (typeof step === "number") {
    const items: readonly Plain[] = Array.isArray(value) ? value : [];
    const put: readonly Plain[] = changed === undefined ? [] : [changed];
    return [...items.slice(0, step), ...put, ...items.slice(step + 1)];
  }
  const entries = isMapValue(value) ? Object.entries(value) : [];
  if (!entries.some(([key]) => key === step) && changed !== undefined)
    return Object.fromEntries([...entries, [step, changed]]);
  return Object.fromEntries(
    entries.flatMap(([key, was]) => (key !== step ? [[key, was]] : changed === undefined ? [] : [[key, changed]])),
  );
}

/** Whether two values are the same, the order of their keys too: it decides who leads among equals. */
export const samePlain = (a: Plain | undefined, b: Plain | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
