import { EXT4_SUPER_MAGIC, TMPFS_MAGIC, XFS_SUPER_MAGIC } from "./constants.ts";
import { libc } from "./libc.ts";
import { addressOf, readU64, viewOf } from "./memory.ts";

/** Magic numbers of statfs(2), for people. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [EXT4_SUPER_MAGIC, "ext4"],
  [XFS_SUPER_MAGIC, "xfs"],
  [0x9123683e, "btrfs"],
  [TMPFS_MAGIC, "tmpfs"],
  [0x794c7630, "overlay"],
  [0x6969, "nfs"],
  [0x65735546, "fuse"],
  [0xf2f52010, "f2fs"],
  [0x4d44, "vfat"],
  [0x2011bab0, "exfat"],
  [0x2fc12fc1, "zfs"],
  [0xff534d42, "cifs"],
  [0x01021997, "9p"],
  [0x6a656a63, "virtiofs"],
]);

/** @returns The name of the file system that an open file lies on. */
export function fileSystemName(fd: number): string {
  const bytes = Buffer.alloc(120);
  if (libc.fstatfs(fd, addressOf(bytes)) < 0) return "unknown";
  const magic = readU64(viewOf(bytes), 0);
  return NAMES.get(magic) ?? `0x${magic.toString(16)}`;
}
