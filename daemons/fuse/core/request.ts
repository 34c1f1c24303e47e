/**
 * What the kernel asks, decoded: linux/fuse.h, `struct fuse_in_header` and the structure of each opcode.
 *
 * `data` of a write is a view of the transport's buffer: see `Transport.keep`.
 */
import type { FileName, Oid } from "../../core/brand.ts";
import type { Time } from "../../core/time.ts";

export type Header = {
  /** The kernel's number of the request, without bit 63. */
  readonly unique: number;
  /** Bit 63: a repetition after RESEND, perhaps done already. */
  readonly resent: boolean;
  readonly node: Oid;
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  /** From the CREATE_SUPP_GROUP extension: the one supplementary group that equals the parent's. */
  readonly suppGroup: number | undefined;
};

/** Lock ranges: `end` is 2^53-1 where the kernel says 2^63-1. `owner` is 8 opaque bytes as latin1, usable as a map key. */
export type LockRequest = {
  readonly fh: number;
  readonly owner: string;
  readonly start: number;
  readonly end: number;
  /** 0 read, 1 write, 2 unlock. */
  readonly type: number;
  readonly pid: number;
  readonly flock: boolean;
};

/** FATTR_* of linux/fuse.h. */
export const FATTR = {
  mode: 1,
  uid: 2,
  gid: 4,
  size: 8,
  atime: 16,
  mtime: 32,
  fh: 64,
  atimeNow: 128,
  mtimeNow: 256,
  lockOwner: 512,
  ctime: 1024,
  killSuidGid: 2048,
} as const;

export type Operation =
  | { readonly op: "lookup"; readonly name: FileName }
  | { readonly op: "forget"; readonly nlookup: number }
  | { readonly op: "batchForget"; readonly forgets: readonly { readonly node: Oid; readonly nlookup: number }[] }
  /** fh undefined where the kernel named none. */
  | { readonly op: "getattr"; readonly fh: number | undefined }
  | { readonly op: "statx"; readonly fh: number | undefined; readonly mask: number }
  | {
      readonly op: "setattr";
      readonly valid: number;
      readonly fh: number | undefined;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly size: number;
      readonly atime: Time;
      readonly mtime: Time;
      readonly ctime: Time;
    }
  | { readonly op: "readlink" }
  | { readonly op: "symlink"; readonly name: FileName; readonly target: FileName }
  | {
      readonly op: "mknod";
      readonly name: FileName;
      readonly mode: number;
      readonly rdev: number;
      readonly umask: number;
    }
  | { readonly op: "mkdir"; readonly name: FileName; readonly mode: number; readonly umask: number }
  | { readonly op: "unlink"; readonly name: FileName }
  | { readonly op: "rmdir"; readonly name: FileName }
  /** RENAME (flags 0) and RENAME2. */
  | {
      readonly op: "rename";
      readonly name: FileName;
      readonly newParent: Oid;
      readonly newName: FileName;
      readonly flags: number;
    }
  /** The header's node is the new parent. */
  | { readonly op: "link"; readonly from: Oid; readonly name: FileName }
  | { readonly op: "open"; readonly flags: number; readonly openFlags: number }
  | {
      readonly op: "create";
      readonly name: FileName;
      readonly flags: number;
      readonly mode: number;
      readonly umask: number;
      readonly openFlags: number;
    }
  | { readonly op: "tmpfile"; readonly flags: number; readonly mode: number; readonly umask: number }
  | { readonly op: "read"; readonly fh: number; readonly offset: number; readonly size: number; readonly flags: number }
  | {
      readonly op: "write";
      readonly fh: number;
      readonly offset: number;
      readonly writeFlags: number;
      readonly flags: number;
      /** A view of the transport's buffer, gone when the handler returns unless kept. */
      readonly data: Uint8Array;
    }
  | { readonly op: "statfs" }
  | {
      readonly op: "release";
      readonly fh: number;
      readonly flags: number;
      readonly releaseFlags: number;
      readonly owner: string;
    }
  | { readonly op: "releasedir"; readonly fh: number }
  | { readonly op: "fsync"; readonly fh: number; readonly dataOnly: boolean }
  | { readonly op: "fsyncdir"; readonly fh: number; readonly dataOnly: boolean }
  | { readonly op: "flush"; readonly fh: number; readonly owner: string }
  | {
      readonly op: "setxattr";
      readonly name: FileName;
      readonly value: Uint8Array;
      readonly flags: number;
      readonly setxattrFlags: number;
    }
  | { readonly op: "getxattr"; readonly name: FileName; readonly size: number }
  | { readonly op: "listxattr"; readonly size: number }
  | { readonly op: "removexattr"; readonly name: FileName }
  | { readonly op: "opendir"; readonly flags: number }
  | {
      readonly op: "readdir";
      readonly fh: number;
      readonly offset: number;
      readonly size: number;
      readonly plus: boolean;
    }
  | { readonly op: "access"; readonly mask: number }
  | { readonly op: "getlk"; readonly lock: LockRequest }
  | { readonly op: "setlk"; readonly lock: LockRequest; readonly wait: boolean }
  | { readonly op: "interrupt"; readonly target: number }
  | {
      readonly op: "fallocate";
      readonly fh: number;
      readonly offset: number;
      readonly length: number;
      readonly mode: number;
    }
  | { readonly op: "lseek"; readonly fh: number; readonly offset: number; readonly whence: number }
  | {
      readonly op: "copyFileRange";
      readonly fhIn: number;
      readonly offsetIn: number;
      readonly nodeOut: Oid;
      readonly fhOut: number;
      readonly offsetOut: number;
      readonly length: number;
      readonly wide: boolean;
    }
  | { readonly op: "poll" }
  | { readonly op: "ioctl"; readonly command: number }
  | { readonly op: "bmap" }
  | { readonly op: "destroy" }
  /** An opcode that this build does not know, or one whose bytes make no sense (then with EIO). */
  | { readonly op: "unknown"; readonly opcode: number; readonly malformed: boolean };

export type KernelRequest = { readonly header: Header } & Operation;
export type OperationName = Operation["op"];
