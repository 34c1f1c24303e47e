import { type Edit, isMapValue, type Plain, samePlain } from "./plain.ts";

/**
 * Takes the replacement of a map by a map, or a list by a list, apart into changes of what differs, so that the rest stays
 * as it is written.
 *
 * @param was Undefined when there is nothing yet.
 * @returns Undefined when it is best replaced whole.
 */
export function smallerEdits(was: Plain | undefined, { path, value }: Edit & { kind: "set" }): Edit[] | undefined {
  if (Array.isArray(was) && Array.isArray(value)) return ofLists(was, value, path);
  if (isMapValue(value) && Object.keys(value).length > 0 && was === null) {
    return Object.entries(value).map(([key, item]) => ({ kind: "set", path: [...path, key], value: item }));
  }
  if (!isMapValue(was) || !isMapValue(value)) return undefined;
  const kept = Object.keys(was).filter((key) => Object.hasOwn(value, key));
  const added = Object.keys(value).filter((key) => !Object.hasOwn(was, key));
  if (kept.length === 0 || !samePlain([...kept, ...added], Object.keys(value))) return undefined;
  return [
    ...Object.keys(was)
      .filter((key) => !Object.hasOwn(value, key))
      .map((key): Edit => ({ kind: "remove", path: [...path, key] })),
    ...[...kept, ...added].map((key): Edit => ({ kind: "set", path: [...path, key], value: value[key] ?? null })),
  ];
}

function ofLists(was: readonly Plain[], value: readonly Plain[], path: Edit["path"]): Edit[] | undefined {
  if (was.length === 0 || value.length === 0) return undefined;
  if (value.length >= was.length) return value.map((item, i) => ({ kind: "set", path: [...path, i], value: item }));
  // Shorter: only when items were just taken out.
  const gone: number[] = [];
  let at = 0;
  for (const [i, item] of was.entries()) {
    if (samePlain(item, value[at])) at++;
    else gone.push(i);
  }
  return at === value.length ? gone.reverse().map((i) => ({ kind: "remove", path: [...path, i] })) : undefined;
}
