import { basename, dirname, join, resolve } from "node:path";
import { realpathSync } from "node:fs";
import { liesWithin } from "../../../config-schema/directory.ts";
import type { Group, Member, Model } from "../../../config-schema/model.ts";

/** What a path of this machine is in the export of one of its servers. */
export type InExport = {
  readonly group: Group;
  /** The server that has the export. */
  readonly member: Member;
  /** Names below the export; none: its root. As bytes, one a character. */
  readonly names: readonly string[];
};

/**
 * Finds the export in which a path lies.
 *
 * @param here Host name and addresses of this machine.
 * @returns Undefined when it lies in none.
 */
export function exportOf(model: Model, path: string, here: ReadonlySet<string>): InExport | undefined {
  const full = realPlace(path);
  for (const group of model.groups) {
    for (const member of group.members) {
      if (!here.has(member.server.host) && !here.has(member.server.address)) continue;
      const root = realPlace(member.export);
      if (!liesWithin(full, root)) continue;
      const below = full === root ? "" : full.slice(root === "/" ? 1 : root.length + 1);
      const names = Buffer.from(below).toString("latin1").split("/");
      return { group, member, names: below === "" ? [] : names };
    }
  }
  return undefined;
}

/** Without symbolic links on the way there; what the path itself is does not matter. */
function realPlace(path: string): string {
  const full = resolve(path);
  try {
    return full === "/" ? full : join(realpathSync(dirname(full)), basename(full));
  } catch {
    return full;
  }
}
