/**
 * Every message of the wire, declared once: encoder, decoder, types, fuzzers and `docs/protocol.md` are made from here.
 *
 * Who talks to whom, and the rules behind the fields, is in docs/protocol.md. A number is never reused; a new field
 * means a new protocol version.
 */
import type { Attributes } from "../core/attributes.ts";
import type { Caller } from "../core/caller.ts";
import type { ClientId, FileName, Oid, Sequence, Version } from "../core/brand.ts";
import {
  bytes,
  i53,
  list,
  message,
  name,
  struct,
  text,
  u16,
  u32,
  u53,
  u8,
  type Field,
  type MessageOf,
} from "./field.ts";

/** Wire protocol versions that this build speaks. */
export const PROTOCOL = { min: 1, max: 1 } as const;

/** `hello.magic`: "pohm" in ASCII, so that a stranger is told apart at once. */
export const MAGIC = 0x706f686d;

/** The epoch of every frame, before servers agree on views. */
export const FIRST_EPOCH = 1;

export const LIMIT = {
  /** Bytes of one frame, header included: a 1 MiB payload and room for what names it. */
  frameBytes: 1_048_576 + 65_536,
  /** Bytes of one frame before `welcome`. */
  helloBytes: 8_192,
  /** Bytes of data in one read or write. linux/fuse.h allows 1 MiB with max_pages 256. */
  dataBytes: 1_048_576,
  /** NAME_MAX of Linux. */
  nameBytes: 255,
  /** PATH_MAX of Linux less its zero byte: targets of symbolic links. */
  targetBytes: 4_095,
  /** XATTR_SIZE_MAX and XATTR_LIST_MAX of Linux. */
  xattrBytes: 65_536,
  /** XATTR_NAME_MAX of Linux. */
  xattrNameBytes: 255,
  /** Supplementary groups of a caller. Linux allows 65,536 (NGROUPS_MAX). */
  groups: 1_024,
  /** Leases that are asked for, or granted, as one set. */
  leases: 64,
  /** Names in one answer to listDirectory, and leases in one `reclaim`. */
  entries: 16_384,
} as const;

const oid = u53 as Field<Oid>;
const seq = u53 as Field<Sequence>;
const objectVersion = u53 as Field<Version>;
const client = u53 as Field<ClientId>;
const fileName = name(LIMIT.nameBytes) as Field<FileName>;
const linkTarget = name(LIMIT.targetBytes) as Field<FileName>;
const xattrName = name(LIMIT.xattrNameBytes) as Field<FileName>;

/** Seconds since 1970, and 0 to 999,999,999 nanoseconds. */
const time = struct({ sec: i53, nsec: u32 });
/** What statx(2) tells of an object, and its version; `blocks` are of 512 bytes. */
const attributes: Field<Attributes> = struct({
  oid,
  version: objectVersion,
  mode: u32,
  nlink: u32,
  uid: u32,
  gid: u32,
  rdev: u32,
  size: u53,
  blocks: u53,
  blockSize: u32,
  atime: time,
  mtime: time,
  ctime: time,
  btime: time,
});
/** File-system ids of the thread for which it is done: credentials(7). */
const caller: Field<Caller> = struct({ uid: u32, gid: u32, groups: list(u32, LIMIT.groups) });

/** One object that a change touches, and the version it has *after* it: the member's must be one less (rule C2). */
const touch = struct({ oid, version: objectVersion });

/** What every change carries: its number, for whom it is made, when, and what it touches. */
const origin = struct({
  seq,
  /** Up to this number every member has applied what the client changed: nobody will ask a member for it any more. */
  settled: seq,
  time,
  caller,
  touches: list(touch, 8),
});

// --- connection ---------------------------------------------------------------------------------------------------

export const hello = message(0x01, "hello", "client → member: the first frame of a connection", {
  /** "pohm" in ASCII, so that a stranger is told apart at once. */
  magic: u32,
  /** Lowest and highest version of the protocol that the sender speaks. */
  versionMin: u16,
  versionMax: u16,
  /** Bits of what the sender can do; the answer holds those in use. None is defined in version 1. */
  capabilities: u32,
  /** Index of the group that is meant. */
  index: u32,
  /** See ROLE. */
  role: u8,
  /** The session, or 0 where there is none yet. */
  client,
  /** 1: this session is new to the member. 0: it must be known there, else `refused`. */
  fresh: u8,
  /** Host name of the sender, for logs and status. */
  host: text(255),
  /** SHA-256 of the sender's configuration, or empty. */
  configHash: bytes(32),
  /** Name of the server that the sender takes for the group's lead; empty: it does not care, as tools. */
  lead: text(255),
  /** Room for authentication; empty in version 1. */
  authentication: bytes(4_096),
});

/** Values of `hello.role`. */
export const ROLE = {
  /** A client, with a session or about to open one. */
  client: 0,
  /** An administrator's tool, which may only ask `describe`. */
  tool: 1,
  /** The lead of the group, at another member of it. */
  lead: 2,
} as const;

export const welcome = message(0x02, "welcome", "member → client: answers hello", {
  /** The version that is spoken from now on. */
  version: u16,
  /** Those of hello that are in use. */
  capabilities: u32,
  /** Name of the server, as the configuration has it. */
  server: text(255),
  /** Version of the software, for people. */
  software: text(64),
  /** Drawn when the export was first used: an emptied disk has another one (16 bytes). */
  storeId: bytes(16),
  /** Counts the starts of the member. */
  run: u53,
  /** Positions of the session: the last sequence applied, and the last that is durable. */
  applied: seq,
  durable: seq,
  /** As in hello: those who differ say so in their logs. */
  configHash: bytes(32),
});

export const refused = message(0x03, "refused", "member → client: answers hello, then closes", {
  /** See REFUSAL. */
  code: u16,
  because: text(1_024),
});

/** Codes of `refused`. */
export const REFUSAL = {
  magic: 1,
  version: 2,
  group: 3,
  address: 4,
  fenced: 5,
  busy: 6,
  authentication: 7,
  /** The sender takes another server for the lead: one of the two has not got the present configuration. Try again. */
  lead: 8,
} as const;

export const failed = message(0x04, "failed", "answers any request that has no result", {
  /** A number of ERRNO. */
  errno: u16,
  because: text(1_024),
});

export const done = message(0x05, "done", "answers a request that has nothing to tell", {});

export const beat = message(0x06, "beat", "client → member: keeps the session alive", { n: u53 });
export const beaten = message(0x07, "beaten", "member → client: answers beat", {
  n: u53,
  /** Bytes and inodes that an ordinary user could still take on the export's file system. */
  bytesFree: u53,
  filesFree: u53,
  /** Positions of the session, as in welcome. */
  applied: seq,
  durable: seq,
});

export const bye = message(0x08, "bye", "client → member: the connection ends in order; a session's last frame", {
  /** 1: all that it changed is on the disks of all members: it is over. 0: the lead sees to that first. */
  level: u8,
});

export const describe = message(0x09, "describe", "anyone → member: how it is", {});
export const description = message(
  0x0a,
  "description",
  "member → anyone: JSON of daemons/core/report.ts, for people and tools",
  {
    json: text(262_144),
  },
);

// --- session and leases: the lead ---------------------------------------------------------------------------------

export const open = message(0x10, "open", "client → lead: begin a session", { host: text(255), at: text(4_096) });
export const opened = message(0x11, "opened", "lead → client: the session's id", { client });
export const oidRange = message(0x12, "oidRange", "client → lead: numbers for objects to be made", { count: u32 });
export const oids = message(0x13, "oids", "lead → client: from (inclusive) to (exclusive)", { from: oid, to: oid });

/** Modes of leases. */
export const LEASE = { none: 0, read: 1, write: 2 } as const;

export const acquire = message(0x14, "acquire", "client → lead: a set of leases, all or none, when all can be had", {
  wants: list(struct({ oid, mode: u8 }), LIMIT.leases),
  /** Further leases, each granted if nobody is in its way; nobody is asked to give one back. */
  extras: list(struct({ oid, mode: u8 }), LIMIT.leases),
});
/** One lease, and what the lead's store knows of its object. */
const grant = struct({
  oid,
  mode: u8,
  /** 1: another client has it open, so its last name must be removed with `keep`. */
  inUse: u8,
  /** 1: it has no extended attribute that a user could see, and so no ACL. */
  bare: u8,
  /** None: there is no such object. */
  attributes: list(attributes, 1),
});
export const granted = message(
  0x15,
  "granted",
  "lead → client: answers acquire: all wants in their order, then those extras that could be had",
  {
    grants: list(grant, LIMIT.leases * 2),
  },
);
export const revoke = message(0x16, "revoke", "lead → client, unasked: give it back, or down to `keep`", {
  oid,
  /** What the client may keep: LEASE.none or LEASE.read. */
  keep: u8,
});
export const giveBack = message(
  0x17,
  "giveBack",
  "client → lead, unanswered: after all changes under it are applied everywhere",
  {
    oid,
    /** What the client keeps. */
    keep: u8,
    /** 1: it still has it open. */
    inUse: u8,
  },
);
export const unused = message(0x19, "unused", "client → lead, unanswered: no longer open here", { oid });
export const purgeOrder = message(0x1a, "purgeOrder", "lead → client, unasked: nobody has this orphan open, purge it", {
  oid,
});

export const reclaim = message(
  0x1b,
  "reclaim",
  "client → lead, when it is connected again, before anything else: what the client holds, and has open; done",
  {
    leases: list(struct({ oid, mode: u8, inUse: u8 }), LIMIT.entries),
    /** 1: nothing follows. A lead that restarted grants when every session has said so, or is lapsed. */
    last: u8,
  },
);

/** Types of locks: those of fcntl(2) in the kernel's FUSE protocol. */
export const LOCK = { read: 0, write: 1, unlock: 2 } as const;

/** How a lock is asked for. */
export const LOCK_WAIT = { no: 0, yes: 1, again: 2 } as const;

const lockRange = {
  oid,
  /** 0: POSIX (fcntl, OFD) by owner. 1: flock. The two never meet. */
  flock: u8,
  /** The kernel's lock owner, 8 bytes, opaque: unique within one client. */
  owner: bytes(8),
  /** First and last byte; `end` 2^53-1 means to the end of the file. */
  start: u53,
  end: u53,
  type: u8,
};
export const lock = message(0x20, "lock", "client → lead: set or drop a lock; done, or failed EAGAIN, EDEADLK, EINTR", {
  ...lockRange,
  /**
   * 1: wait for it (the answer comes when it is granted, or after `cancel`). 2: it was held already of the lead before
   * this run: set again before any new lock is granted.
   */
  wait: u8,
  /** The caller's process, for getlk on the same host. */
  pid: u32,
});
export const cancel = message(
  0x21,
  "cancel",
  "client → lead, unanswered: an acquire or lock that waits gets EINTR; nothing where it has been answered",
  {
    request: u32,
  },
);
export const lockTest = message(0x22, "lockTest", "client → lead: who is in the way", lockRange);
export const lockHolder = message(0x23, "lockHolder", "lead → client: answers lockTest; type unlock when none", {
  type: u8,
  start: u53,
  end: u53,
  /** 0 when the holder is another client's. */
  pid: u32,
});
export const lockDrop = message(0x24, "lockDrop", "client → lead: drop all of an owner's locks on an object; done", {
  oid,
  flock: u8,
  owner: bytes(8),
});

// --- reads: one member --------------------------------------------------------------------------------------------

export const lookup = message(0x30, "lookup", "name in a directory → attributes", {
  parent: oid,
  name: fileName,
  caller,
  /**
   * 1: with a read lease of what the name means, if nobody is in its way; of the lead only, which answers failed EAGAIN
   * where the session does not hold the parent.
   */
  lease: u8,
});
export const getAttributes = message(0x31, "getAttributes", "→ attributes; failed ESTALE when behind versionFloor", {
  oid,
  versionFloor: objectVersion,
});
export const attributesAre = message(0x32, "attributesAre", "answers lookup, getAttributes", {
  attributes,
  /** 1: a read lease came with it, which the client holds from now on. */
  leased: u8,
  /** As in `granted`; told with a lease only. */
  bare: u8,
});
export const readLink = message(0x33, "readLink", "→ linkIs", { oid });
export const linkIs = message(0x34, "linkIs", "answers readLink", { target: linkTarget });
export const listDirectory = message(
  0x35,
  "listDirectory",
  "→ entries, from a cookie of the same member (0: the beginning)",
  {
    oid,
    cookie: u53,
    /** About how many bytes of answer are wanted. */
    bytesMax: u32,
    /** 1: with read leases of what is listed, where nobody is in their way; of the lead only. EAGAIN as in lookup. */
    lease: u8,
  },
);
export const entries = message(0x36, "entries", "answers listDirectory; . and .. are not among them", {
  /** Where to go on; meaningless when `end` is 1. */
  cookie: u53,
  end: u8,
  /**
   * `leased` 1: a read lease came with it. Where one was asked for and 0 is told, another client may be changing the
   * object, and its attributes may be old. `bare` as in `granted`.
   */
  entries: list(struct({ name: fileName, leased: u8, bare: u8, attributes }), LIMIT.entries),
});
export const read = message(
  0x37,
  "read",
  "→ data, shorter only at the end of the file; ESTALE when behind versionFloor",
  {
    oid,
    offset: u53,
    length: u32,
    versionFloor: objectVersion,
  },
);
export const data = message(0x38, "data", "answers read, getXattr, listXattr (names, each with a zero byte)", {
  data: bytes(LIMIT.dataBytes),
});
export const seek = message(0x39, "seek", "next data or hole: lseek(2); ENXIO past the end", {
  oid,
  offset: u53,
  /** 3: SEEK_DATA. 4: SEEK_HOLE. */
  whence: u8,
});
export const offsetIs = message(0x3a, "offsetIs", "answers seek", { offset: u53 });
export const getXattr = message(0x3b, "getXattr", "→ data; ENODATA", { oid, name: xattrName, caller });
export const listXattr = message(0x3c, "listXattr", "→ data; ours are never among them", { oid, caller });
export const statFs = message(0x3d, "statFs", "→ spaceIs", {});
export const spaceIs = message(0x3e, "spaceIs", "answers statFs: statvfs(3) of the export's file system", {
  blockSize: u32,
  blocks: u53,
  blocksFree: u53,
  blocksAvailable: u53,
  files: u53,
  filesFree: u53,
  nameMax: u32,
});
export const syncObject = message(
  0x3f,
  "syncObject",
  "make what is applied of an object durable: fsync(2), fdatasync(2)",
  {
    oid,
    dataOnly: u8,
  },
);
export const reserve = message(
  0x40,
  "reserve",
  "take space beforehand, near a full disk: fallocate(2) KEEP_SIZE; ENOSPC, EDQUOT",
  {
    oid,
    offset: u53,
    /** 0: only ask whether an object could still be made. */
    length: u53,
  },
);
export const rebind = message(
  0x41,
  "rebind",
  "an object whose file was removed or replaced by hand lives on in what lies at a name, or in an empty file; done",
  { parent: oid, name: fileName, oid },
);

// --- changes: all writable members --------------------------------------------------------------------------------

export const changed = message(0x50, "changed", "member → client: the outcome of a change, its own or an errno", {
  seq,
  /** 0: applied. Else nothing of it was. */
  errno: u16,
  /** Bytes copied (copyRange), else 0. */
  count: u53,
  /** Attributes after the change of the object that it is about; none for write, remove and where errno is set. */
  attributes: list(attributes, 1),
});

export const create = message(0x60, "create", "a new object of any type", {
  origin,
  parent: oid,
  /** Empty: a regular file without a name (O_TMPFILE), kept as an orphan until linked or purged. */
  name: fileName,
  oid,
  /** Type and permission bits before the umask. */
  mode: u32,
  umask: u32,
  rdev: u32,
  /** Of a symbolic link, else empty. */
  target: linkTarget,
});
export const link = message(0x61, "link", "one more name for an object", { origin, oid, parent: oid, name: fileName });
export const remove = message(0x62, "remove", "unlink or rmdir; ESTALE when the name means another object", {
  origin,
  parent: oid,
  name: fileName,
  oid,
  /** 1: rmdir(2), 0: unlink(2). */
  directory: u8,
  /** 1: it is open somewhere: without its last name it lives on as an orphan until `purge`. */
  keep: u8,
});
export const rename = message(0x63, "rename", "rename(2), renameat2(2); ESTALE when a name means another object", {
  origin,
  fromParent: oid,
  fromName: fileName,
  oid,
  toParent: oid,
  toName: fileName,
  /** The object that the new name meant, or 0. */
  replaced: oid,
  /** RENAME_NOREPLACE 1, RENAME_EXCHANGE 2, RENAME_WHITEOUT 4. */
  flags: u32,
  /** As in remove, for `replaced`. */
  keep: u8,
});
export const write = message(0x64, "write", "bytes at an offset; all of them, or an errno and none", {
  origin,
  oid,
  offset: u53,
  /** 1: clear set-user-ID and set-group-ID, as the kernel asks (FUSE_WRITE_KILL_SUIDGID). */
  killPrivileges: u8,
  data: bytes(LIMIT.dataBytes),
});
/** What setAttributes sets: those of FATTR_* in linux/fuse.h that a server needs. */
export const SET = {
  mode: 1,
  uid: 2,
  gid: 4,
  size: 8,
  atime: 16,
  mtime: 32,
  killPrivileges: 64,
  checked: 128,
  now: 256,
} as const;
export const setAttributes = message(0x65, "setAttributes", "chmod, chown, truncate, utimensat", {
  origin,
  oid,
  /**
   * Bits of SET. `checked`: by a descriptor that was opened for it, so the size is set without asking for permission.
   * `now`: the times are the present one (UTIME_NOW for both), which whoever may write the object may set.
   */
  set: u32,
  mode: u32,
  uid: u32,
  gid: u32,
  size: u53,
  atime: time,
  mtime: time,
});
export const setXattr = message(0x66, "setXattr", "setxattr(2)", {
  origin,
  oid,
  name: xattrName,
  value: bytes(LIMIT.xattrBytes),
  /** XATTR_CREATE 1, XATTR_REPLACE 2. */
  flags: u32,
  /** 1: clear set-group-ID (FUSE_SETXATTR_ACL_KILL_SGID). */
  killPrivileges: u8,
});
export const removeXattr = message(0x67, "removeXattr", "removexattr(2)", { origin, oid, name: xattrName });
export const allocate = message(0x68, "allocate", "fallocate(2)", {
  origin,
  oid,
  /** FALLOC_FL_KEEP_SIZE 1, FALLOC_FL_PUNCH_HOLE 2, FALLOC_FL_ZERO_RANGE 16. */
  mode: u32,
  offset: u53,
  length: u53,
});
export const copyRange = message(0x69, "copyRange", "copy_file_range(2) on the member itself", {
  origin,
  from: oid,
  fromOffset: u53,
  to: oid,
  toOffset: u53,
  length: u53,
});
export const purge = message(0x6a, "purge", "remove an orphan for good", { origin, oid });

// --- members among themselves: a session is brought to the same position everywhere (rules L3 and L4) ---------------

export const standOf = message(0x70, "standOf", "lead → member: how far a session's changes are applied", {
  client,
  /** 1: it is fenced from now on: nothing more is taken from its client. */
  fence: u8,
});
export const stand = message(0x71, "stand", "member → lead: answers standOf, when all that it tells of is durable", {
  /** 0 where the session is not known. */
  applied: seq,
  /** 1: the session has ended here. Whatever its client had changed was on every member then. */
  ended: u8,
});
export const copyOf = message(
  0x72,
  "copyOf",
  "lead → member: a change of a session that not every member has; ENOENT",
  {
    client,
    seq,
  },
);
export const copy = message(0x73, "copy", "member → lead: answers copyOf", {
  /** The frame of the change. */
  frame: bytes(LIMIT.frameBytes - 64),
});
export const supply = message(0x74, "supply", "lead → member: a change that it has missed; done", {
  client,
  /** The frame of the change. */
  frame: bytes(LIMIT.frameBytes - 64),
});
export const endSession = message(0x75, "endSession", "lead → member: a fenced session is over; done", { client });

/** All messages, by which codec, fuzzers and documentation go. */
// biome-ignore format: rows as in the sections above
export const MESSAGES = [
  hello, welcome, refused, failed, done, beat, beaten, bye, describe, description,
  open, opened, oidRange, oids, acquire, granted, revoke, giveBack, unused, purgeOrder, reclaim,
  lock, cancel, lockTest, lockHolder, lockDrop,
  lookup, getAttributes, attributesAre, readLink, linkIs, listDirectory, entries, read, data, seek, offsetIs,
  getXattr, listXattr, statFs, spaceIs, syncObject, reserve, rebind,
  changed, create, link, remove, rename, write, setAttributes, setXattr, removeXattr, allocate, copyRange, purge,
  standOf, stand, copyOf, copy, supply, endSession,
] as const;

/** Any message, told apart by `kind`. */
export type Message = MessageOf<(typeof MESSAGES)[number]>;
export type MessageKind = Message["kind"];

/** Those that go to every writable member and are numbered. */
export const CHANGES = [
  create,
  link,
  remove,
  rename,
  write,
  setAttributes,
  setXattr,
  removeXattr,
  allocate,
  copyRange,
  purge,
] as const;
export type Change = MessageOf<(typeof CHANGES)[number]>;
/** The message of one kind. */
export type MessageOfKind<Kind extends MessageKind> = Extract<Message, { readonly kind: Kind }>;
