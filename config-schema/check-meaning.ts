import { checkAddresses } from "./checks/addresses.ts";
import { checkCache } from "./checks/cache.ts";
import { checkDirectories } from "./checks/directories.ts";
import { type Found, factsOf } from "./checks/facts.ts";
import { checkGroups } from "./checks/groups.ts";
import { checkMounts } from "./checks/mounts.ts";
import { checkTimeouts } from "./checks/timeouts.ts";
import { checkUnits } from "./checks/units.ts";
import { type Diagnostic, diagnosticAt } from "./diagnostic.ts";
import type { Draft } from "./draft.ts";
import { positionOf } from "./source.ts";
import { keyAt, type Tree, valueAt } from "./tree.ts";

const CHECKS = [checkAddresses, checkGroups, checkDirectories, checkMounts, checkTimeouts, checkCache, checkUnits];

/** What no schema can say: how the parts of the file fit together. */
export function checkMeaning(tree: Tree, draft: Draft): Diagnostic[] {
  const facts = factsOf(draft);
  return CHECKS.flatMap((check) => check(facts)).map((found) => locate(tree, found));
}

function locate(tree: Tree, found: Found): Diagnostic {
  const span = found.show === "key" ? keyAt(tree, found.path) : valueAt(tree, found.path);
  return diagnosticAt(span, {
    ...found,
    hint: [...(found.hint ? [found.hint] : []), ...otherPlace()].join("; ") || undefined,
  });

  function otherPlace(): string[] {
    if (found.other === undefined) return [];
    const other = keyAt(tree, found.other);
    if (other.source === span.source && other.start === span.start) return [];
    const { line } = positionOf(other.source, other.start);
    return [other.source === span.source ? `see line ${line}` : `see ${other.source.path}:${line}`];
  }
}
