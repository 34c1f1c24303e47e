import { GATHERED } from "../merge.ts";
import type { Path, Tree } from "../tree.ts";
import type { Edit } from "./plain.ts";

/** One of several files, and the path there: items of lists that are gathered from all files have other numbers. */
export type Place = { readonly file: number; readonly path: Path };

/**
 * In which files an edit is to be done.
 *
 * @param trees Of all files, the main one first; undefined is an empty file.
 * @param edit Its path is that of the files laid over each other.
 */
export function placesFor(trees: readonly (Tree | undefined)[], edit: Edit): Place[] {
  const places = trees.map((tree, file) => placeIn(trees, tree, file, edit.path));
  if (edit.kind === "remove") {
    const having = places.filter(({ known, path }) => known === path.length);
    return having.length > 0 ? having : [deepest(places)];
  }
  return [deepest(places)];
}

type Known = Place & { readonly known: number };

/** The last file that has the whole; else the first that has most of the way to it. */
function deepest(places: readonly Known[]): Known {
  const most = Math.max(...places.map(({ known }) => known));
  const having = places.filter(({ known }) => known === most);
  const isWhole = having.some(({ known, path }) => known === path.length);
  return (isWhole ? having.at(-1) : having[0]) ?? { file: 0, path: [], known: 0 };
}

function placeIn(trees: readonly (Tree | undefined)[], tree: Tree | undefined, file: number, path: Path): Known {
  const [section, item, ...rest] = path;
  if (typeof section !== "string" || typeof item !== "number" || !GATHERED.has(section)) {
    return { file, path, known: stepsKnown(tree, path) };
  }
  const countIn = (one: Tree | undefined): number => {
    const list = one?.kind === "map" ? one.entries.get(section)?.value : undefined;
    return list?.kind === "list" ? list.items.length : 0;
  };
  const before = trees.slice(0, file).reduce((sum, one) => sum + countIn(one), 0);
  const after = trees.slice(file + 1).reduce((sum, one) => sum + countIn(one), 0);
  const own = item - before;
  // A new item comes behind all others: in the last file that has any.
  const isMine = own >= 0 && (own < countIn(tree) || (own === countIn(tree) && after === 0 && countIn(tree) > 0));
  if (!isMine) return { file, path: own < 0 ? path : [section, own, ...rest], known: stepsKnown(tree, [section]) };
  return { file, path: [section, own, ...rest], known: Math.max(1.5, stepsKnown(tree, [section, own, ...rest])) };
}

function stepsKnown(tree: Tree | undefined, path: Path): number {
  let known = 0;
  let at = tree;
  for (const step of path) {
    at =
      at?.kind === "map"
        ? at.entries.get(String(step))?.value
        : at?.kind === "list"
          ? at.items[Number(step)]
          : undefined;
    if (at === undefined) break;
    known += 1;
  }
  return known;
}
