import type { Entry, MapTree, Tree } from "./tree.ts";

/** Lists whose items of all files count together; every other list is replaced by the later file's. */
export const GATHERED: ReadonlySet<string> = new Set(["mounts"]);

/**
 * Lays a later file over an earlier one: maps are merged key by key, the `mounts` of both count, anything else is the
 * later file's. A key without a value, such as a section whose lines are all comments, changes nothing in a map.
 * Keys keep the order of their first appearance, since order decides the lead among equals.
 */
export function mergeTrees(under: Tree, over: Tree): Tree {
  return merge(under, over, "");
}

function merge(under: Tree, over: Tree, key: string): Tree {
  if (under.kind === "map" && over.kind === "map") return mergeMaps(under, over);
  if (under.kind !== "scalar" && over.kind === "scalar" && over.value === null) return under;
  if (under.kind === "list" && over.kind === "list" && GATHERED.has(key)) {
    return { kind: "list", at: under.at, items: [...under.items, ...over.items] };
  }
  return over;
}

function mergeMaps(under: MapTree, over: MapTree): MapTree {
  const entries = new Map<string, Entry>(under.entries);
  for (const [key, entry] of over.entries) {
    const before = under.entries.get(key);
    entries.set(key, before === undefined ? entry : { key: entry.key, value: merge(before.value, entry.value, key) });
  }
  return { kind: "map", at: under.at, entries };
}
