import type { Attributes } from "../../../core/attributes.ts";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../../../core/attributes.ts";
import { type FileName, type Oid, version } from "../../../core/brand.ts";
import type { Time } from "../../../core/time.ts";
import { SparseFile } from "./sparse-file.ts";

/** What a directory has under a name. Places grow with each name that is made: a listing goes on by place. */
export type MemoryName = { readonly oid: Oid; readonly place: number };

/** One object in memory. */
export type Inode = {
  readonly oid: Oid;
  version: number;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  readonly rdev: number;
  atime: Time;
  mtime: Time;
  ctime: Time;
  readonly btime: Time;
  readonly target: FileName;
  readonly names: Map<FileName, MemoryName>;
  readonly data: SparseFile;
  readonly xattrs: Map<FileName, Uint8Array>;
  orphan: boolean;
};

export type NewInode = Pick<Inode, "oid" | "mode" | "uid" | "gid" | "rdev" | "target"> & { readonly time: Time };

export const newInode = ({ oid, mode, uid, gid, rdev, target, time }: NewInode): Inode => ({
  oid,
  version: 0,
  mode,
  nlink: (mode & S_IFMT) === S_IFDIR ? 2 : 1,
  uid,
  gid,
  rdev,
  atime: time,
  mtime: time,
  ctime: time,
  btime: time,
  target,
  names: new Map(),
  data: new SparseFile(),
  xattrs: new Map(),
  orphan: false,
});

export const typeOf = (inode: Inode): number => inode.mode & S_IFMT;
export const isDirectory = (inode: Inode): boolean => typeOf(inode) === S_IFDIR;
export const isFile = (inode: Inode): boolean => typeOf(inode) === S_IFREG;

function sizeOf(inode: Inode): number {
  if (isFile(inode)) return inode.data.size;
  return typeOf(inode) === S_IFLNK ? inode.target.length : 4_096 * Number(isDirectory(inode));
}

export const attributesOf = (inode: Inode): Attributes => ({
  oid: inode.oid,
  version: version(inode.version),
  mode: inode.mode,
  nlink: inode.orphan ? 0 : inode.nlink,
  uid: inode.uid,
  gid: inode.gid,
  rdev: inode.rdev,
  size: sizeOf(inode),
  blocks: inode.data.blocks * 8,
  blockSize: 4_096,
  atime: inode.atime,
  mtime: inode.mtime,
  ctime: inode.ctime,
  btime: inode.btime,
});
