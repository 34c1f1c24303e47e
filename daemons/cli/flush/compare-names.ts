import type { Attributes } from "../../core/attributes.ts";
import type { Oid } from "../../core/brand.ts";
import type { Listed } from "./list-at.ts";

/** How one name of a directory differs between this server and the others. */
export type NameDifference =
  /** This server alone has it, made by hand. */
  | { readonly kind: "new"; readonly name: string }
  /** All others have it, and here it is gone; or here lies something else, made by hand. */
  | { readonly kind: "removed" | "replaced"; readonly name: string; readonly theirs: Attributes }
  /** An object that all others have by one name of the same directory, and this server by another, or by both. */
  | { readonly kind: "renamed" | "linked"; readonly name: string; readonly before: string; readonly oid: Oid }
  | { readonly kind: "unclear"; readonly name: string; readonly because: string };

const UNCLEAR = "the other servers differ, too: make it so that they agree";
const FROM_ELSEWHERE = "it was moved here from another directory, or linked: put it back, and do it on a client";

/**
 * Compares what a directory holds. Renames come first, then what is gone or replaced, then what is new.
 *
 * @param onDisk All names that lie there on this server.
 * @param own Those that were made through the system.
 */
export function compareNames(onDisk: ReadonlySet<string>, own: Listed, others: readonly Listed[]): NameDifference[] {
  const [first] = others;
  const all = new Set([...onDisk, ...others.flatMap((other) => [...other.keys()])]);
  const moves: NameDifference[] = [];
  const losses: NameDifference[] = [];
  const news: NameDifference[] = [];
  /** Names that are explained by a rename. */
  const explained = new Set<string>();
  for (const name of own.keys()) {
    const oid = own.get(name)?.oid;
    const theirs = others.map((other) => other.get(name)?.oid);
    if (oid === undefined || theirs.every((their) => their === oid)) continue;
    const before = first === undefined ? undefined : nameOf(first, oid);
    const isSettled = before !== undefined && others.every((other) => other.get(before)?.oid === oid);
    if (!isSettled || theirs.some((their) => their !== undefined)) {
      moves.push({ kind: "unclear", name, because: FROM_ELSEWHERE });
    } else if (!onDisk.has(before)) {
      moves.push({ kind: "renamed", name, before, oid });
      explained.add(before);
    } else if (own.get(before)?.oid === oid) moves.push({ kind: "linked", name, before, oid });
    else moves.push({ kind: "unclear", name, because: FROM_ELSEWHERE });
  }
  for (const name of all) {
    if (own.has(name) || explained.has(name)) continue;
    const theirs = others.map((other) => other.get(name));
    const [one] = theirs;
    if (
      one === undefined ? theirs.some((their) => their !== undefined) : theirs.some((their) => their?.oid !== one.oid)
    )
      losses.push({ kind: "unclear", name, because: UNCLEAR });
    else if (one !== undefined) losses.push({ kind: onDisk.has(name) ? "replaced" : "removed", name, theirs: one });
    else news.push({ kind: "new", name });
  }
  return [...moves, ...losses, ...news];
}

function nameOf(listed: Listed, oid: Oid): string | undefined {
  for (const [name, attributes] of listed) if (attributes.oid === oid) return name;
  return undefined;
}
