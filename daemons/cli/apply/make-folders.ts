import { existsSync, mkdirSync } from "node:fs";
import { liesWithin } from "../../../config-schema/directory.ts";
import { membersOnHost, mountsOnHost } from "../../../config-schema/queries.ts";
import { mountedAt } from "../../core/mount-table.ts";
import { fstabPlaces } from "./fstab-places.ts";
import type { Wish } from "./wish.ts";
import { readMounts } from "../../client/read-mounts.ts";

export type MadeFolder = { readonly path: string; readonly what: "export" | "mount point"; readonly because?: string };

/**
 * Makes the directories that the file names and that are not there: exports, and places to mount at. Not where a disk of
 * /etc/fstab belongs that is not mounted: it would be made on another one.
 *
 * @returns What was made, or was not, and why.
 */
export function makeFolders({ model, host }: Wish): MadeFolder[] {
  const table = readMounts();
  const wanted = [
    ...membersOnHost(model, host).map(({ member }) => ({ path: member.export, what: "export" as const })),
    ...mountsOnHost(model, host).map(({ at }) => ({ path: at, what: "mount point" as const })),
  ];
  return wanted.flatMap(({ path, what }): MadeFolder[] => {
    // What is mounted is there, and is not to be asked: its daemon may not answer.
    if (table.some(({ at, type }) => type.startsWith("fuse") && liesWithin(path, at)) || existsSync(path)) return [];
    const disk = fstabPlaces().find(
      (place) => place !== "/" && liesWithin(path, place) && mountedAt(table, place) === undefined,
    );
    if (disk !== undefined) return [{ path, what, because: `${disk} of /etc/fstab is not mounted` }];
    try {
      mkdirSync(path, { recursive: true });
      return [{ path, what }];
    } catch (error) {
      return [{ path, what, because: (error as Error).message }];
    }
  });
}
