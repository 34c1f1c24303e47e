/** INIT: what both sides will speak. linux/fuse.h, struct fuse_init_in and fuse_init_out; fs/fuse/inode.c. */
import { type Feature, FEATURES, featureBits, featuresIn } from "./features.ts";
import type { Memory } from "./memory.ts";
import { INIT, readUnique } from "./opcodes.ts";
import { IN_HEADER, INIT_EXT_IN, INIT_IN, INIT_OUT, OUT_HEADER } from "./structures.ts";

/** The protocol that this build knows. */
export const FUSE_MAJOR = 7;
export const FUSE_MINOR = 45;
/** From 7.23 (Linux 3.15) on all structures have their present size; Node.js itself needs 4.18, which speaks 7.27. */
export const FUSE_MINOR_LEAST = 23;
/** What a page is to `maxPages`; on every architecture that it is served on, no smaller than this. */
const PAGE = 4096;

/** What was agreed on. */
export type Negotiated = {
  readonly minor: number;
  readonly features: ReadonlySet<Feature>;
  /** Features offered and not asked for: for the log. */
  readonly unused: ReadonlySet<Feature>;
  /** SETXATTR comes with the 16-byte structure. */
  readonly setxattrExt: boolean;
  /** Largest WRITE, bytes; READ is bounded by `maxPages` and by the mount option max_read. */
  readonly maxWriteBytes: number;
  readonly maxReadaheadBytes: number;
};

export type Wanted = {
  readonly features: readonly Feature[];
  /** Speaks no newer minor version than this, which shows what goes without. */
  readonly minorMost?: number;
  readonly maxWriteBytes: number;
  readonly maxReadaheadBytes: number;
};

/**
 * What a shared tree asks for.
 *
 * Left out on purpose: `writebackCache` (the kernel would then believe its own sizes and times rather than the lease's),
 * `atomicOpenTruncate` (truncation is then a SETATTR like any other), `readdirPlusAuto` (whoever stats what is not in
 * the first piece of a listing would pay a LOOKUP each; what a listing tells is here anyway), `asyncDirectIo`, `noOpenSupport` and `noOpendirSupport` (locks would never be released), `abortError`, `splice*`.
 */
export const WANTED: Wanted = {
  features: [
    "asyncRead",
    "posixLocks",
    "flockLocks",
    "bigWrites",
    "dontMask",
    "autoInvalidateData",
    "readdirPlus",
    "parallelDirectoryOperations",
    "handleKillPrivileges",
    "handleKillPrivilegesV2",
    "posixAcl",
    "maxPages",
    // A link's target never changes, and an oid is never used again.
    "cacheSymlinks",
    "setxattrExt",
    "initExt",
    // What is opened to append is past the page cache: see `appendFlags`.
    "directIoAllowMmap",
    "createSuppGroup",
    // A daemon that goes on for one that was killed has requests repeated that it had read: see KernelTransport.resend.
    "resend",
  ],
  maxWriteBytes: 1 << 20,
  maxReadaheadBytes: 1 << 20,
};

/** The same without what is newer than a minor version of the protocol: how it is with an older kernel. */
export function wantedUpTo(wanted: Wanted, minorMost: number): Wanted {
  return { ...wanted, minorMost, features: wanted.features.filter((feature) => FEATURES[feature].since <= minorMost) };
}

export type Negotiation =
  | { readonly kind: "agreed"; readonly session: Negotiated; readonly bytes: number }
  /** The kernel is newer than major 7: it reads our answer and sends INIT anew. */
  | { readonly kind: "again"; readonly bytes: number }
  | { readonly kind: "refused"; readonly because: string };

function agree(offered: ReadonlySet<Feature>, wanted: Wanted): Set<Feature> {
  const features = new Set(wanted.features.filter((feature) => offered.has(feature)));
  // The second version means less work for the kernel, and they exclude each other in sense.
  if (features.has("handleKillPrivilegesV2")) features.delete("handleKillPrivileges");
  return features;
}

function writeAnswer(into: Memory, unique: number, session: Negotiated): number {
  const bytes = OUT_HEADER.bytes + INIT_OUT.bytes;
  into.bytes.fill(0, 0, bytes);
  const { view } = into;
  view.setUint32(OUT_HEADER.at.length, bytes, true);
  view.setUint32(OUT_HEADER.at.unique, unique, true);
  view.setUint32(OUT_HEADER.at.unique + 4, Math.floor(unique / 0x1_0000_0000), true);
  const u32 = (offset: number, value: number): void => view.setUint32(OUT_HEADER.bytes + offset, value, true);
  const at = INIT_OUT.at;
  const bits = featureBits(session.features);
  u32(at.major, FUSE_MAJOR);
  u32(at.minor, session.minor);
  u32(at.maxReadahead, session.maxReadaheadBytes);
  u32(at.flags, bits.flags);
  u32(at.flags2, bits.flags2);
  u32(at.maxWrite, session.maxWriteBytes);
  // Times are kept to the nanosecond.
  u32(at.timeGranularity, 1);
  // maxBackground and congestionThreshold stay 0: the kernel's default (12 and 9).
  const pages = session.features.has("maxPages") ? Math.ceil(session.maxWriteBytes / PAGE) : 0;
  view.setUint16(OUT_HEADER.bytes + at.maxPages, pages, true);
  return bytes;
}

/** An answer with only our major version in it. */
function writeMajor(into: Memory, unique: number): number {
  const session = { minor: FUSE_MINOR, features: new Set<Feature>(), unused: new Set<Feature>() };
  return writeAnswer(into, unique, { ...session, setxattrExt: false, maxWriteBytes: 0, maxReadaheadBytes: 0 });
}

/**
 * Answers INIT.
 * @param request The request as read, `length` bytes.
 * @param into Where the answer is written, from 0; may not be `request`.
 * @returns The session, and how many bytes of answer there are.
 */
export function negotiate(request: Memory, length: number, into: Memory, wanted: Wanted): Negotiation {
  const { view } = request;
  const body = IN_HEADER.bytes;
  if (length < body + 8 || view.getUint32(IN_HEADER.at.opcode, true) !== INIT) {
    return { kind: "refused", because: "the kernel's first request is not INIT" };
  }
  const unique = readUnique(view, IN_HEADER.at.unique);
  const major = view.getUint32(body + INIT_IN.at.major, true);
  const minor = view.getUint32(body + INIT_IN.at.minor, true);
  if (major > FUSE_MAJOR) return { kind: "again", bytes: writeMajor(into, unique) };
  if (major < FUSE_MAJOR || minor < FUSE_MINOR_LEAST || length < body + INIT_IN.bytes) {
    const least = `${FUSE_MAJOR}.${FUSE_MINOR_LEAST}`;
    return { kind: "refused", because: `the kernel speaks FUSE ${major}.${minor}, at least ${least} is needed` };
  }
  const flags = view.getUint32(body + INIT_IN.at.flags, true);
  const extended = featuresIn(flags, 0).has("initExt") && length >= body + INIT_EXT_IN.bytes;
  const offered = featuresIn(flags, extended ? view.getUint32(body + INIT_EXT_IN.at.flags2, true) : 0);
  const features = agree(offered, wanted);
  const session: Negotiated = {
    minor: Math.min(minor, wanted.minorMost ?? FUSE_MINOR),
    features,
    unused: new Set([...offered].filter((feature) => !features.has(feature))),
    setxattrExt: features.has("setxattrExt"),
    maxWriteBytes: wanted.maxWriteBytes,
    maxReadaheadBytes: Math.min(view.getUint32(body + INIT_IN.at.maxReadahead, true), wanted.maxReadaheadBytes),
  };
  return { kind: "agreed", session, bytes: writeAnswer(into, unique, session) };
}
