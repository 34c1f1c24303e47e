/**
 * Every request of the kernel, once: its number and name in linux/fuse.h, the structure that its body begins with, what
 * follows that, how it may be answered, and how it becomes a value. Decoder, tests and the reference in the README
 * come from here. INIT is not among them: `negotiate` answers it before there is a session.
 */
import type { FileName, Oid } from "../../core/brand.ts";
import type { Layout } from "./layout.ts";
import { type Memory, readI64, readU64 } from "./memory.ts";
import type { Reply } from "./reply.ts";
import { FATTR, type Header, type KernelRequest, type LockRequest } from "./request.ts";
import * as s from "./structures.ts";

/** The opcode of INIT. */
export const INIT = 26;

/** A request's bytes: the body's structure begins at `at`, what follows it at `tail` and ends before `end`. */
export type Body = {
  readonly memory: Memory;
  readonly at: number;
  readonly tail: number;
  readonly end: number;
  readonly name: FileName;
  readonly name2: FileName;
};

export type Opcode = {
  readonly number: number;
  /** As in linux/fuse.h, without FUSE_. */
  readonly name: string;
  /** The protocol's minor version that brought it. */
  readonly since: number;
  readonly structure: Layout;
  /** What follows the structure: so many NUL-terminated names, or bytes that the structure counts. */
  readonly tail: 0 | 1 | 2 | "bytes";
  /** Kinds of replies besides `error`; none: it is never answered. */
  readonly replies: readonly Reply["kind"][];
  /** @returns undefined where the bytes contradict each other. */
  readonly decode: (header: Header, body: Body) => KernelRequest | undefined;
};

const u32 = (b: Body, offset: number): number => b.memory.view.getUint32(b.at + offset, true);
const u64 = (b: Body, offset: number): number => readU64(b.memory.view, b.at + offset);
const time = (b: Body, sec: number, nsec: number) => ({ sec: readI64(b.memory.view, b.at + sec), nsec: u32(b, nsec) });
/** The kernel's hash of a file table or an open file: opaque, so kept as its 8 bytes. */
const owner = (b: Body, offset: number): string => b.memory.bytes.toString("latin1", b.at + offset, b.at + offset + 8);
/** Node and handle numbers in requests are those that the daemon gave out, so safe integers: what is not is refused. */
const node = (value: number): Oid => value as Oid;

/** linux/fuse.h: FUSE_LK_FLOCK, FUSE_GETATTR_FH, FUSE_FSYNC_FDATASYNC. */
const FLAG = 1;

const GETATTR = s.GETATTR_IN.at;
const STATX = s.STATX_IN.at;
const SETATTR = s.SETATTR_IN.at;
const MKNOD = s.MKNOD_IN.at;
const MKDIR = s.MKDIR_IN.at;
const CREATE = s.CREATE_IN.at;
const READ = s.READ_IN.at;
const WRITE = s.WRITE_IN.at;
const LOCK = s.LOCK_IN.at;
const FALLOCATE = s.FALLOCATE_IN.at;
const COPY = s.COPY_FILE_RANGE_IN.at;

const decodeSetattr: Opcode["decode"] = (header, b) => {
  const valid = u32(b, SETATTR.valid);
  return {
    header,
    op: "setattr",
    valid,
    fh: valid & FATTR.fh ? u64(b, SETATTR.fh) : undefined,
    mode: u32(b, SETATTR.mode),
    uid: u32(b, SETATTR.uid),
    gid: u32(b, SETATTR.gid),
    size: u64(b, SETATTR.size),
    atime: time(b, SETATTR.atime, SETATTR.atimeNsec),
    mtime: time(b, SETATTR.mtime, SETATTR.mtimeNsec),
    ctime: time(b, SETATTR.ctime, SETATTR.ctimeNsec),
  };
};

const decodeWrite: Opcode["decode"] = (header, b) => {
  const size = u32(b, WRITE.size);
  if (size !== b.end - b.tail) return undefined;
  return {
    header,
    op: "write",
    fh: u64(b, WRITE.fh),
    offset: u64(b, WRITE.offset),
    writeFlags: u32(b, WRITE.writeFlags),
    flags: u32(b, WRITE.flags),
    data: b.memory.bytes.subarray(b.tail, b.end),
  };
};

/** @param ext Whether SETXATTR_EXT was negotiated. */
const decodeSetxattr =
  (ext: boolean): Opcode["decode"] =>
  (header, b) => {
    const size = u32(b, s.SETXATTR_IN.at.size);
    const value = b.memory.bytes.indexOf(0, b.tail) + 1;
    if (value === 0 || value + size !== b.end) return undefined;
    return {
      header,
      op: "setxattr",
      name: b.memory.bytes.toString("latin1", b.tail, value - 1) as FileName,
      // A copy: at most 64 KiB (limits.h XATTR_SIZE_MAX), and rare.
      value: Uint8Array.prototype.slice.call(b.memory.bytes, value, b.end),
      flags: u32(b, s.SETXATTR_IN.at.flags),
      setxattrFlags: ext ? u32(b, s.SETXATTR_EXT_IN.at.setxattrFlags) : 0,
    };
  };

const decodeBatchForget: Opcode["decode"] = (header, b) => {
  const count = u32(b, s.BATCH_FORGET_IN.at.count);
  if (count * s.FORGET_ONE.bytes !== b.end - b.tail) return undefined;
  const forgets = [];
  for (let at = b.tail; at < b.end; at += s.FORGET_ONE.bytes) {
    forgets.push({
      node: node(readU64(b.memory.view, at + s.FORGET_ONE.at.node)),
      nlookup: readU64(b.memory.view, at + s.FORGET_ONE.at.nlookup),
    });
  }
  return { header, op: "batchForget", forgets };
};

const lock = (b: Body): LockRequest => ({
  fh: u64(b, LOCK.fh),
  owner: owner(b, LOCK.owner),
  start: u64(b, LOCK.start),
  end: u64(b, LOCK.end),
  type: u32(b, LOCK.type),
  pid: u32(b, LOCK.pid),
  flock: (u32(b, LOCK.flags) & FLAG) !== 0,
});

const decodeReaddir =
  (plus: boolean): Opcode["decode"] =>
  (header, b) => ({
    header,
    op: "readdir",
    fh: u64(b, READ.fh),
    offset: u64(b, READ.offset),
    size: u32(b, READ.size),
    plus,
  });

const decodeCopy =
  (wide: boolean): Opcode["decode"] =>
  (header, b) => ({
    header,
    op: "copyFileRange",
    fhIn: u64(b, COPY.fhIn),
    offsetIn: u64(b, COPY.offsetIn),
    nodeOut: node(u64(b, COPY.nodeOut)),
    fhOut: u64(b, COPY.fhOut),
    offsetOut: u64(b, COPY.offsetOut),
    length: u64(b, COPY.length),
    wide,
  });

const decodeRelease: Opcode["decode"] = (header, b) => ({
  header,
  op: "release",
  fh: u64(b, s.RELEASE_IN.at.fh),
  flags: u32(b, s.RELEASE_IN.at.flags),
  releaseFlags: u32(b, s.RELEASE_IN.at.releaseFlags),
  owner: owner(b, s.RELEASE_IN.at.owner),
});

const decodeFsync =
  (op: "fsync" | "fsyncdir"): Opcode["decode"] =>
  (header, b) => ({
    header,
    op,
    fh: u64(b, s.FSYNC_IN.at.fh),
    dataOnly: (u32(b, s.FSYNC_IN.at.flags) & FLAG) !== 0,
  });

const opcode = (
  number: number,
  name: string,
  since: number,
  [structure, tail, replies]: readonly [Layout, Opcode["tail"], Opcode["replies"]],
  decode: Opcode["decode"],
): Opcode => ({ number, name, since, structure, tail, replies, decode });

/** SETXATTR before SETXATTR_EXT. */
export const SETXATTR_SHORT = opcode(21, "SETXATTR", 0, [s.SETXATTR_IN, "bytes", ["empty"]], decodeSetxattr(false));

export const OPCODES: readonly Opcode[] = [
  opcode(1, "LOOKUP", 0, [s.NOTHING, 1, ["entry", "negative"]], (header, b) => ({
    header,
    op: "lookup",
    name: b.name,
  })),
  opcode(2, "FORGET", 0, [s.FORGET_IN, 0, []], (header, b) => ({
    header,
    op: "forget",
    nlookup: u64(b, s.FORGET_IN.at.nlookup),
  })),
  opcode(3, "GETATTR", 0, [s.GETATTR_IN, 0, ["attributes"]], (header, b) => ({
    header,
    op: "getattr",
    fh: u32(b, GETATTR.flags) & FLAG ? u64(b, GETATTR.fh) : undefined,
  })),
  opcode(4, "SETATTR", 0, [s.SETATTR_IN, 0, ["attributes"]], decodeSetattr),
  opcode(5, "READLINK", 0, [s.NOTHING, 0, ["data"]], (header) => ({ header, op: "readlink" })),
  opcode(6, "SYMLINK", 0, [s.NOTHING, 2, ["entry"]], (header, b) => ({
    header,
    op: "symlink",
    name: b.name,
    target: b.name2,
  })),
  opcode(8, "MKNOD", 0, [s.MKNOD_IN, 1, ["entry"]], (header, b) => ({
    header,
    op: "mknod",
    name: b.name,
    mode: u32(b, MKNOD.mode),
    rdev: u32(b, MKNOD.rdev),
    umask: u32(b, MKNOD.umask),
  })),
  opcode(9, "MKDIR", 0, [s.MKDIR_IN, 1, ["entry"]], (header, b) => ({
    header,
    op: "mkdir",
    name: b.name,
    mode: u32(b, MKDIR.mode),
    umask: u32(b, MKDIR.umask),
  })),
  opcode(10, "UNLINK", 0, [s.NOTHING, 1, ["empty"]], (header, b) => ({ header, op: "unlink", name: b.name })),
  opcode(11, "RMDIR", 0, [s.NOTHING, 1, ["empty"]], (header, b) => ({ header, op: "rmdir", name: b.name })),
  opcode(12, "RENAME", 0, [s.RENAME_IN, 2, ["empty"]], (header, b) => ({
    header,
    op: "rename",
    name: b.name,
    newParent: node(u64(b, s.RENAME_IN.at.newParent)),
    newName: b.name2,
    flags: 0,
  })),
  opcode(13, "LINK", 0, [s.LINK_IN, 1, ["entry"]], (header, b) => ({
    header,
    op: "link",
    from: node(u64(b, s.LINK_IN.at.from)),
    name: b.name,
  })),
  opcode(14, "OPEN", 0, [s.OPEN_IN, 0, ["opened"]], (header, b) => ({
    header,
    op: "open",
    flags: u32(b, s.OPEN_IN.at.flags),
    openFlags: u32(b, s.OPEN_IN.at.openFlags),
  })),
  opcode(15, "READ", 0, [s.READ_IN, 0, ["data"]], (header, b) => ({
    header,
    op: "read",
    fh: u64(b, READ.fh),
    offset: u64(b, READ.offset),
    size: u32(b, READ.size),
    flags: u32(b, READ.flags),
  })),
  opcode(16, "WRITE", 0, [s.WRITE_IN, "bytes", ["written"]], decodeWrite),
  opcode(17, "STATFS", 0, [s.NOTHING, 0, ["statfs"]], (header) => ({ header, op: "statfs" })),
  opcode(18, "RELEASE", 0, [s.RELEASE_IN, 0, ["empty"]], decodeRelease),
  opcode(20, "FSYNC", 0, [s.FSYNC_IN, 0, ["empty"]], decodeFsync("fsync")),
  opcode(21, "SETXATTR", 0, [s.SETXATTR_EXT_IN, "bytes", ["empty"]], decodeSetxattr(true)),
  opcode(22, "GETXATTR", 0, [s.GETXATTR_IN, 1, ["data", "xattrSize"]], (header, b) => ({
    header,
    op: "getxattr",
    name: b.name,
    size: u32(b, s.GETXATTR_IN.at.size),
  })),
  opcode(23, "LISTXATTR", 0, [s.GETXATTR_IN, 0, ["data", "xattrSize"]], (header, b) => ({
    header,
    op: "listxattr",
    size: u32(b, s.GETXATTR_IN.at.size),
  })),
  opcode(24, "REMOVEXATTR", 0, [s.NOTHING, 1, ["empty"]], (header, b) => ({ header, op: "removexattr", name: b.name })),
  opcode(25, "FLUSH", 0, [s.FLUSH_IN, 0, ["empty"]], (header, b) => ({
    header,
    op: "flush",
    fh: u64(b, s.FLUSH_IN.at.fh),
    owner: owner(b, s.FLUSH_IN.at.owner),
  })),
  opcode(27, "OPENDIR", 0, [s.OPEN_IN, 0, ["opened"]], (header, b) => ({
    header,
    op: "opendir",
    flags: u32(b, s.OPEN_IN.at.flags),
  })),
  opcode(28, "READDIR", 0, [s.READ_IN, 0, ["data"]], decodeReaddir(false)),
  opcode(29, "RELEASEDIR", 0, [s.RELEASE_IN, 0, ["empty"]], (header, b) => ({
    header,
    op: "releasedir",
    fh: u64(b, s.RELEASE_IN.at.fh),
  })),
  opcode(30, "FSYNCDIR", 0, [s.FSYNC_IN, 0, ["empty"]], decodeFsync("fsyncdir")),
  opcode(31, "GETLK", 7, [s.LOCK_IN, 0, ["lock"]], (header, b) => ({ header, op: "getlk", lock: lock(b) })),
  opcode(32, "SETLK", 7, [s.LOCK_IN, 0, ["empty"]], (header, b) => ({
    header,
    op: "setlk",
    lock: lock(b),
    wait: false,
  })),
  opcode(33, "SETLKW", 7, [s.LOCK_IN, 0, ["empty"]], (header, b) => ({
    header,
    op: "setlk",
    lock: lock(b),
    wait: true,
  })),
  opcode(34, "ACCESS", 3, [s.ACCESS_IN, 0, ["empty"]], (header, b) => ({
    header,
    op: "access",
    mask: u32(b, s.ACCESS_IN.at.mask),
  })),
  opcode(35, "CREATE", 3, [s.CREATE_IN, 1, ["created"]], (header, b) => ({
    header,
    op: "create",
    name: b.name,
    flags: u32(b, CREATE.flags),
    mode: u32(b, CREATE.mode),
    umask: u32(b, CREATE.umask),
    openFlags: u32(b, CREATE.openFlags),
  })),
  opcode(36, "INTERRUPT", 7, [s.INTERRUPT_IN, 0, []], (header, b) => ({
    header,
    op: "interrupt",
    target: readUnique(b.memory.view, b.at),
  })),
  opcode(37, "BMAP", 8, [s.BMAP_IN, 0, []], (header) => ({ header, op: "bmap" })),
  opcode(38, "DESTROY", 8, [s.NOTHING, 0, []], (header) => ({ header, op: "destroy" })),
  opcode(39, "IOCTL", 11, [s.IOCTL_IN, "bytes", []], (header, b) => ({
    header,
    op: "ioctl",
    command: u32(b, s.IOCTL_IN.at.command),
  })),
  opcode(40, "POLL", 11, [s.POLL_IN, 0, []], (header) => ({ header, op: "poll" })),
  opcode(42, "BATCH_FORGET", 16, [s.BATCH_FORGET_IN, "bytes", []], decodeBatchForget),
  opcode(43, "FALLOCATE", 19, [s.FALLOCATE_IN, 0, ["empty"]], (header, b) => ({
    header,
    op: "fallocate",
    fh: u64(b, FALLOCATE.fh),
    offset: u64(b, FALLOCATE.offset),
    length: u64(b, FALLOCATE.length),
    mode: u32(b, FALLOCATE.mode),
  })),
  opcode(44, "READDIRPLUS", 21, [s.READ_IN, 0, ["data"]], decodeReaddir(true)),
  opcode(45, "RENAME2", 23, [s.RENAME2_IN, 2, ["empty"]], (header, b) => ({
    header,
    op: "rename",
    name: b.name,
    newParent: node(u64(b, s.RENAME2_IN.at.newParent)),
    newName: b.name2,
    flags: u32(b, s.RENAME2_IN.at.flags),
  })),
  opcode(46, "LSEEK", 24, [s.LSEEK_IN, 0, ["offset"]], (header, b) => ({
    header,
    op: "lseek",
    fh: u64(b, s.LSEEK_IN.at.fh),
    offset: u64(b, s.LSEEK_IN.at.offset),
    whence: u32(b, s.LSEEK_IN.at.whence),
  })),
  opcode(47, "COPY_FILE_RANGE", 28, [s.COPY_FILE_RANGE_IN, 0, ["written"]], decodeCopy(false)),
  // The name is "/": the kernel gives the name of a dentry that has none yet (fs/fuse/dir.c, fuse_tmpfile).
  opcode(51, "TMPFILE", 37, [s.CREATE_IN, 1, ["created"]], (header, b) => ({
    header,
    op: "tmpfile",
    flags: u32(b, CREATE.flags),
    mode: u32(b, CREATE.mode),
    umask: u32(b, CREATE.umask),
  })),
  opcode(52, "STATX", 39, [s.STATX_IN, 0, ["statx"]], (header, b) => ({
    header,
    op: "statx",
    fh: u32(b, STATX.flags) & FLAG ? u64(b, STATX.fh) : undefined,
    mask: u32(b, STATX.mask),
  })),
  // As 47, with a 64-bit answer.
  opcode(53, "COPY_FILE_RANGE_64", 45, [s.COPY_FILE_RANGE_IN, 0, ["written"]], decodeCopy(true)),
];

/**
 * The number of a request, without bit 63, which marks a repetition (FUSE_UNIQUE_RESEND). The kernel counts up from 0
 * for each connection, so it stays a safe integer.
 */
export function readUnique(view: DataView, at: number): number {
  return (view.getUint32(at + 4, true) & 0x7fff_ffff) * 0x1_0000_0000 + view.getUint32(at, true);
}
