import type { Span } from "./source.ts";

/** A YAML file's content with the place of every value. Trees of several files merge into one (`merge.ts`). */
export type Tree = MapTree | ListTree | ScalarTree;
export type MapTree = { readonly kind: "map"; readonly at: Span; readonly entries: ReadonlyMap<string, Entry> };
export type ListTree = { readonly kind: "list"; readonly at: Span; readonly items: readonly Tree[] };
export type ScalarTree = {
  readonly kind: "scalar";
  readonly at: Span;
  readonly value: string | number | boolean | null;
};
export type Entry = { readonly key: Span; readonly value: Tree };

/** Keys and list positions from the root to a value. */
export type Path = readonly (string | number)[];

/** The content without places, as JSON would give it. */
export function plainOf(tree: Tree): unknown {
  if (tree.kind === "scalar") return tree.value;
  if (tree.kind === "list") return tree.items.map(plainOf);
  const plain = {};
  for (const [key, entry] of tree.entries) {
    // Not by assignment: a key called `__proto__` must stay a key.
    Object.defineProperty(plain, key, {
      value: plainOf(entry.value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return plain;
}

/** Where the value at a path lies; of a path that leads nowhere, its last part that exists. */
export function valueAt(tree: Tree, path: Path): Span {
  return stepsAlong(tree, path).value.at;
}

/** Where the key lies under which the value at a path stands; of a list item, the item itself. */
export function keyAt(tree: Tree, path: Path): Span {
  const { key, value } = stepsAlong(tree, path);
  return key ?? value.at;
}

function stepsAlong(tree: Tree, path: Path): { key: Span | undefined; value: Tree } {
  let key: Span | undefined;
  let value = tree;
  for (const step of path) {
    const next = value.kind === "map" ? value.entries.get(String(step)) : undefined;
    const item = value.kind === "list" ? value.items[Number(step)] : undefined;
    if (next !== undefined) [key, value] = [next.key, next.value];
    else if (item !== undefined) [key, value] = [undefined, item];
    else break;
  }
  return { key, value };
}

/** A path as people write it: `mounts[0].on`, `servers.host-75`. */
export function pathText(path: Path): string {
  return path
    .map((step) => {
      if (typeof step === "number") return `[${step}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `['${step}']`;
    })
    .join("")
    .replace(/^\./, "");
}
