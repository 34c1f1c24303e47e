import { type BigIntStats, closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";

/** One thing that two trees do not have in common. `path` is relative to both, with bytes that are no text escaped. */
export type Difference = { readonly path: string; readonly what: string };

export type Comparison = {
  /** Objects that both have. */
  readonly objects: number;
  /** Bytes of file content that were compared and are equal. */
  readonly bytes: number;
  readonly differences: readonly Difference[];
};

export type CompareOptions = {
  /** Names at the roots that are left out. Default: `.pohmelfs`, where a server keeps what is its own. */
  readonly ignoreAtRoot?: readonly string[];
  /** Differences after which comparing stops. Default 50. */
  readonly differencesMax?: number;
};

const CHUNK_BYTES = 1_048_576;
const S_IFMT = 0o170000n;
const S_IFREG = 0o100000n;
const S_IFDIR = 0o040000n;
const S_IFLNK = 0o120000n;
const S_IFCHR = 0o020000n;
const S_IFBLK = 0o060000n;

type Names = { readonly left: Buffer; readonly right: Buffer };
type Walk = {
  readonly differences: Difference[];
  readonly limit: number;
  /** Device and inode → the path where an object with several names was first met, for each tree. */
  readonly linked: { readonly left: Map<string, string>; readonly right: Map<string, string> };
  objects: number;
  bytes: number;
};

const SLASH = Buffer.from("/");
const join = (folder: Buffer, name: Buffer): Buffer => Buffer.concat([folder, SLASH, name]);

/** Names are bytes: what is no UTF-8, or would move a terminal's cursor, is shown as \xNN. */
function printable(name: Buffer): string {
  const text = name.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(name) && !/\p{Cc}/u.test(text);
  if (isText) return text;
  return [...name]
    .map((byte) => (byte < 32 || byte > 126 ? `\\x${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte)))
    .join("");
}

function note(walk: Walk, path: string, what: string): void {
  if (walk.differences.length < walk.limit) walk.differences.push({ path, what });
}

/** Fields of stat(2) that must be equal; how each is shown. */
const FIELDS: readonly {
  name: string;
  of: (stat: BigIntStats) => bigint;
  show?: (value: bigint) => string;
  skip?: bigint;
}[] = [
  { name: "mode", of: ({ mode }) => mode, show: (mode) => mode.toString(8) },
  { name: "owner", of: ({ uid }) => uid },
  { name: "group", of: ({ gid }) => gid },
  {
    name: "mtime",
    of: ({ mtimeNs }) => mtimeNs,
    show: (ns) => `${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, "0")}`,
  },
  // Sizes and link counts of directories are the file system's own business.
  { name: "size", of: ({ size }) => size, skip: S_IFDIR },
  { name: "links", of: ({ nlink }) => nlink, skip: S_IFDIR },
];

function compareStats(walk: Walk, path: string, left: BigIntStats, right: BigIntStats): void {
  for (const { name, of, show = String, skip } of FIELDS) {
    if (skip === (left.mode & S_IFMT)) continue;
    if (of(left) !== of(right)) note(walk, path, `${name} ${show(of(left))} and ${show(of(right))}`);
  }
  const type = left.mode & S_IFMT;
  if ((type === S_IFCHR || type === S_IFBLK) && left.rdev !== right.rdev)
    note(walk, path, `device ${left.rdev} and ${right.rdev}`);
}

/** Names of one object must be names of one object in the other tree as well. */
function compareLinks(walk: Walk, path: string, left: BigIntStats, right: BigIntStats): void {
  if (left.nlink < 2n && right.nlink < 2n) return;
  const first = (known: Map<string, string>, stat: BigIntStats): string => {
    const key = `${stat.dev}:${stat.ino}`;
    const before = known.get(key);
    if (before === undefined) known.set(key, path);
    return before ?? path;
  };
  const inLeft = first(walk.linked.left, left);
  const inRight = first(walk.linked.right, right);
  if (inLeft !== inRight) note(walk, path, `is the same object as ${inLeft}, and as ${inRight}`);
}

function compareContents(walk: Walk, path: string, names: Names): void {
  const left = openSync(names.left, "r");
  const right = openSync(names.right, "r");
  const ours = Buffer.allocUnsafe(CHUNK_BYTES);
  const theirs = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    for (let offset = 0; ; ) {
      const read = readSync(left, ours, 0, CHUNK_BYTES, offset);
      const other = readSync(right, theirs, 0, CHUNK_BYTES, offset);
      if (read !== other || ours.compare(theirs, 0, other, 0, read) !== 0) {
        return note(walk, path, `content differs within ${CHUNK_BYTES} bytes from ${offset}`);
      }
      if (read === 0) return;
      offset += read;
      walk.bytes += read;
    }
  } finally {
    closeSync(left);
    closeSync(right);
  }
}

function compareObjects(walk: Walk, path: string, names: Names): void {
  const left = lstatSync(names.left, { bigint: true });
  const right = lstatSync(names.right, { bigint: true });
  walk.objects += 1;
  const type = left.mode & S_IFMT;
  compareStats(walk, path, left, right);
  if (type !== (right.mode & S_IFMT)) return;
  if (type === S_IFDIR) return compareDirectories(walk, path, names, []);
  compareLinks(walk, path, left, right);
  if (type === S_IFREG && left.size === right.size) compareContents(walk, path, names);
  if (type !== S_IFLNK) return;
  const [ours, theirs] = [names.left, names.right].map((name) => readlinkSync(name, "buffer"));
  if (ours === undefined || theirs === undefined || !ours.equals(theirs)) {
    note(walk, path, `links to ${printable(ours ?? Buffer.alloc(0))} and to ${printable(theirs ?? Buffer.alloc(0))}`);
  }
}

function compareDirectories(walk: Walk, path: string, names: Names, ignore: readonly string[]): void {
  const list = (folder: Buffer): Map<string, Buffer> =>
    new Map(
      readdirSync(folder, { encoding: "buffer" })
        .map((name) => [name.toString("latin1"), name] as const)
        .filter(([key]) => !ignore.includes(key))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  const left = list(names.left);
  const right = list(names.right);
  for (const [key, name] of left) {
    if (walk.differences.length >= walk.limit) return;
    const below = path === "" ? printable(name) : `${path}/${printable(name)}`;
    if (!right.has(key)) note(walk, below, "is only in the first");
    else compareObjects(walk, below, { left: join(names.left, name), right: join(names.right, name) });
  }
  for (const [key, name] of right) {
    if (!left.has(key))
      note(walk, path === "" ? printable(name) : `${path}/${printable(name)}`, "is only in the second");
  }
}

/**
 * Compares two directories and all below: names as bytes, types, modes, owners, times of modification to the
 * nanosecond, sizes, contents, targets of symbolic links, which names are one object, device numbers.
 *
 * Not compared: access and change times, which the machine that holds a copy keeps for itself, and block counts.
 * Neither tree may change meanwhile.
 */
export function compareTrees(left: string, right: string, options: CompareOptions = {}): Comparison {
  const { ignoreAtRoot = [".pohmelfs"], differencesMax = 50 } = options;
  const walk: Walk = {
    differences: [],
    limit: differencesMax,
    linked: { left: new Map(), right: new Map() },
    objects: 1,
    bytes: 0,
  };
  const names = { left: Buffer.from(left), right: Buffer.from(right) };
  compareStats(walk, ".", lstatSync(names.left, { bigint: true }), lstatSync(names.right, { bigint: true }));
  compareDirectories(walk, "", names, ignoreAtRoot);
  return { objects: walk.objects, bytes: walk.bytes, differences: walk.differences };
}

/** Differences for people, one a line. */
export const differencesText = (differences: readonly Difference[]): string =>
  differences.map(({ path, what }) => `${path}: ${what}`).join("\n");
