/**
 * The structures of linux/fuse.h as of 7.45, with the names that this project gives to their fields. `_` fields are
 * padding or not used. Those that grew with the protocol did so before 7.23, the least that is spoken here, but for
 * SETXATTR's, which a feature decides.
 */
import { layout } from "./layout.ts";

export const IN_HEADER = layout({
  length: "u32",
  opcode: "u32",
  unique: "u64",
  node: "u64",
  uid: "u32",
  gid: "u32",
  pid: "u32",
  /** Extensions at the end of the request, in units of 8 bytes; 0 (padding) before 7.38. */
  extensionWords: "u16",
  _: "u16",
});
export const OUT_HEADER = layout({ length: "u32", error: "u32", unique: "u64" });

export const NOTHING = layout({});
export const INIT_IN = layout({ major: "u32", minor: "u32", maxReadahead: "u32", flags: "u32" });
/** Since 7.36; 44 bytes more of it are unused. */
export const INIT_EXT_IN = layout({ ...INIT_IN.fields, flags2: "u32" });
export const INIT_OUT = layout({
  major: "u32",
  minor: "u32",
  maxReadahead: "u32",
  flags: "u32",
  maxBackground: "u16",
  congestionThreshold: "u16",
  maxWrite: "u32",
  timeGranularity: "u32",
  maxPages: "u16",
  mapAlignment: "u16",
  flags2: "u32",
  maxStackDepth: "u32",
  requestTimeout: "u16",
  _: 22,
});

export const FORGET_IN = layout({ nlookup: "u64" });
export const BATCH_FORGET_IN = layout({ count: "u32", _: "u32" });
export const FORGET_ONE = layout({ node: "u64", nlookup: "u64" });
export const GETATTR_IN = layout({ flags: "u32", _: "u32", fh: "u64" });
export const STATX_IN = layout({ flags: "u32", _: "u32", fh: "u64", statxFlags: "u32", mask: "u32" });
export const SETATTR_IN = layout({
  valid: "u32",
  _: "u32",
  fh: "u64",
  size: "u64",
  lockOwner: "u64",
  atime: "u64",
  mtime: "u64",
  ctime: "u64",
  atimeNsec: "u32",
  mtimeNsec: "u32",
  ctimeNsec: "u32",
  mode: "u32",
  _4: "u32",
  uid: "u32",
  gid: "u32",
  _5: "u32",
});
export const MKNOD_IN = layout({ mode: "u32", rdev: "u32", umask: "u32", _: "u32" });
export const MKDIR_IN = layout({ mode: "u32", umask: "u32" });
export const RENAME_IN = layout({ newParent: "u64" });
export const RENAME2_IN = layout({ newParent: "u64", flags: "u32", _: "u32" });
export const LINK_IN = layout({ from: "u64" });
export const OPEN_IN = layout({ flags: "u32", openFlags: "u32" });
export const CREATE_IN = layout({ flags: "u32", mode: "u32", umask: "u32", openFlags: "u32" });
export const READ_IN = layout({
  fh: "u64",
  offset: "u64",
  size: "u32",
  readFlags: "u32",
  lockOwner: "u64",
  flags: "u32",
  _: "u32",
});
export const WRITE_IN = layout({
  fh: "u64",
  offset: "u64",
  size: "u32",
  writeFlags: "u32",
  lockOwner: "u64",
  flags: "u32",
  _: "u32",
});
export const RELEASE_IN = layout({ fh: "u64", flags: "u32", releaseFlags: "u32", owner: "u64" });
export const FLUSH_IN = layout({ fh: "u64", _: "u32", _2: "u32", owner: "u64" });
export const FSYNC_IN = layout({ fh: "u64", flags: "u32", _: "u32" });
/** Without SETXATTR_EXT (7.33) only the first 8 bytes. */
export const SETXATTR_IN = layout({ size: "u32", flags: "u32" });
export const SETXATTR_EXT_IN = layout({ ...SETXATTR_IN.fields, setxattrFlags: "u32", _: "u32" });
export const GETXATTR_IN = layout({ size: "u32", _: "u32" });
export const LOCK_IN = layout({
  fh: "u64",
  owner: "u64",
  start: "u64",
  end: "u64",
  type: "u32",
  pid: "u32",
  flags: "u32",
  _: "u32",
});
export const ACCESS_IN = layout({ mask: "u32", _: "u32" });
export const INTERRUPT_IN = layout({ target: "u64" });
export const BMAP_IN = layout({ block: "u64", blockSize: "u32", _: "u32" });
export const IOCTL_IN = layout({
  fh: "u64",
  flags: "u32",
  command: "u32",
  argument: "u64",
  inSize: "u32",
  outSize: "u32",
});
export const POLL_IN = layout({ fh: "u64", kernelHandle: "u64", flags: "u32", events: "u32" });
export const FALLOCATE_IN = layout({ fh: "u64", offset: "u64", length: "u64", mode: "u32", _: "u32" });
export const LSEEK_IN = layout({ fh: "u64", offset: "u64", whence: "u32", _: "u32" });
export const COPY_FILE_RANGE_IN = layout({
  fhIn: "u64",
  offsetIn: "u64",
  nodeOut: "u64",
  fhOut: "u64",
  offsetOut: "u64",
  length: "u64",
  flags: "u64",
});

export const ATTRIBUTES = layout({
  ino: "u64",
  size: "u64",
  blocks: "u64",
  atime: "u64",
  mtime: "u64",
  ctime: "u64",
  atimeNsec: "u32",
  mtimeNsec: "u32",
  ctimeNsec: "u32",
  mode: "u32",
  nlink: "u32",
  uid: "u32",
  gid: "u32",
  rdev: "u32",
  blockSize: "u32",
  flags: "u32",
});
export const ENTRY_OUT = layout({
  node: "u64",
  generation: "u64",
  entryValid: "u64",
  attributesValid: "u64",
  entryValidNsec: "u32",
  attributesValidNsec: "u32",
  attributes: ATTRIBUTES.bytes,
});
export const ATTRIBUTES_OUT = layout({ valid: "u64", validNsec: "u32", _: "u32", attributes: ATTRIBUTES.bytes });
export const STATX = layout({
  mask: "u32",
  blockSize: "u32",
  attributes: "u64",
  nlink: "u32",
  uid: "u32",
  gid: "u32",
  mode: "u16",
  _0: "u16",
  ino: "u64",
  size: "u64",
  blocks: "u64",
  attributesMask: "u64",
  // Each time is a signed 64-bit second, 32 bits of nanoseconds, 32 bits reserved.
  atime: 16,
  btime: 16,
  ctime: 16,
  mtime: 16,
  rdevMajor: "u32",
  rdevMinor: "u32",
  devMajor: "u32",
  devMinor: "u32",
  _2: 112,
});
export const STATX_OUT = layout({ valid: "u64", validNsec: "u32", flags: "u32", _: 16, statx: STATX.bytes });
export const OPEN_OUT = layout({ fh: "u64", openFlags: "u32", backing: "u32" });
export const CREATE_OUT = layout({ entry: ENTRY_OUT.bytes, open: OPEN_OUT.bytes });
export const WRITE_OUT = layout({ size: "u32", _: "u32" });
export const COPY_FILE_RANGE_OUT = layout({ copied: "u64" });
export const STATFS_OUT = layout({
  blocks: "u64",
  blocksFree: "u64",
  blocksAvailable: "u64",
  files: "u64",
  filesFree: "u64",
  blockSize: "u32",
  nameMax: "u32",
  fragmentSize: "u32",
  _: "u32",
  _2: 24,
});
export const GETXATTR_OUT = layout({ size: "u32", _: "u32" });
export const LOCK_OUT = layout({ start: "u64", end: "u64", type: "u32", pid: "u32" });
export const LSEEK_OUT = layout({ offset: "u64" });
export const DIRENT = layout({ ino: "u64", offset: "u64", nameLength: "u32", type: "u32" });
export const DIRENT_PLUS = layout({ entry: ENTRY_OUT.bytes, dirent: DIRENT.bytes });

export const NOTIFY_INODE_OUT = layout({ node: "u64", offset: "u64", length: "u64" });
export const NOTIFY_ENTRY_OUT = layout({ parent: "u64", nameLength: "u32", flags: "u32" });
export const NOTIFY_DELETE_OUT = layout({ parent: "u64", child: "u64", nameLength: "u32", _: "u32" });
