import type { Attributes } from "../../core/attributes.ts";
import { ROOT_OID, version } from "../../core/brand.ts";
import type { ObjectEntry } from "./entry.ts";
import type { Stat } from "./stat.ts";

/** Names that are ours and that no client counts. */
function linksOf(entry: ObjectEntry, nlink: number): number {
  if (entry.orphan) return 0;
  // Where directories count their subdirectories (not on btrfs), the root counts `.pohmelfs`.
  return entry.oid === ROOT_OID && nlink > 2 ? nlink - 1 : nlink;
}

/** What stat(2) says of an object, with its number, its version, and the ctime that its last change was given. */
export const attributesFrom = (entry: ObjectEntry, stat: Stat): Attributes => ({
  oid: entry.oid,
  version: version(entry.version),
  mode: stat.mode,
  nlink: linksOf(entry, stat.nlink),
  uid: stat.uid,
  gid: stat.gid,
  rdev: stat.rdev,
  size: stat.size,
  blocks: stat.blocks,
  blockSize: stat.blockSize,
  atime: stat.atime,
  mtime: stat.mtime,
  ctime: { sec: entry.ctimeSec, nsec: entry.ctimeNsec },
  btime: stat.btime,
});
