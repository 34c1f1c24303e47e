import { S_IFDIR } from "../../core/attributes.ts";
import type { Oid } from "../../core/brand.ts";
import { ERRNO } from "../../core/errno.ts";
import type { ObjectEntry } from "./entry.ts";
import type { Identity } from "./identity.ts";
import type { Objects } from "./objects.ts";
import type { Room } from "./room.ts";
import type { Stat } from "./stat.ts";
import type { StoreEvent } from "./store-event.ts";

/** An export as it is open: what all that works on it shares. */
export type Disk = {
  readonly root: number;
  /** Which mount the export is of; what else is mounted below it is not ours. */
  readonly mount: number;
  readonly orphans: number;
  readonly drift: number;
  readonly objects: Objects;
  readonly room: Room;
  readonly identity: Identity;
  /** The one answer of statx(2), overwritten by the next. */
  readonly stat: Stat;
  /** Tells names in `.pohmelfs/drift` apart: the run, and a count. */
  readonly run: number;
  driftCount: number;
  /** Numbers of the orphans. */
  readonly orphaned: Set<Oid>;
  /** Numbers below it may have been given out; a higher one in an xattr is none of ours. */
  readonly isGiven: (oid: Oid) => boolean;
  /**
   * After the host went down, the index knows all that was durable. What it does not know reached the disk, but not the
   * journal: nobody was promised it, it counts as drift.
   */
  surplus: boolean;
  readonly event: (event: StoreEvent) => void;
};

/** A directory to make or remove names in. @returns Its descriptor, or -errno. */
export function directoryFd(disk: Disk, oid: Oid): number {
  const entry = disk.objects.get(oid);
  if (entry === undefined) return -ERRNO.ESTALE.number;
  if (entry.type !== S_IFDIR) return -ERRNO.ENOTDIR.number;
  // Nothing can be made in a directory that was removed, though it is open somewhere: fs/namei.c, IS_DEADDIR.
  return entry.orphan ? -ERRNO.ENOENT.number : disk.objects.open.any(entry);
}

/** The name that an orphan has in `.pohmelfs/orphans`. */
export const orphanName = (entry: ObjectEntry): string => entry.oid.toString(16);
