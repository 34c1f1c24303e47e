import { lstatSync, openSync, readdirSync, readlinkSync, closeSync, constants, type BigIntStats } from "node:fs";
import { S_IFMT } from "../../core/attributes.ts";
import type { Time } from "../../core/time.ts";

/** A path of the export, as bytes: one a character. */
export type PlainPath = string;

const bytes = (path: PlainPath): Buffer => Buffer.from(path, "latin1");

/** What lies at a path of the export, whoever made it. */
export type PlainStat = {
  /** Type and permissions, as st_mode. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** As the kernel's 32-bit encoding. */
  readonly rdev: number;
  readonly atime: Time;
  readonly mtime: Time;
  readonly device: bigint;
  readonly inode: bigint;
};

/** @returns Undefined where there is nothing, or nothing that can be looked at. */
export function statPlain(path: PlainPath): PlainStat | undefined {
  try {
    return plainStat(lstatSync(bytes(path), { bigint: true }));
  } catch {
    return undefined;
  }
}

const NS = 1_000_000_000n;
const timeOf = (ns: bigint): Time => {
  const nsec = ((ns % NS) + NS) % NS;
  return { sec: Number((ns - nsec) / NS), nsec: Number(nsec) };
};

function plainStat(stat: BigIntStats): PlainStat {
  return {
    mode: Number(stat.mode),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    size: Number(stat.size),
    rdev: kernelDevice(stat.rdev),
    atime: timeOf(stat.atimeNs),
    mtime: timeOf(stat.mtimeNs),
    device: stat.dev,
    inode: stat.ino,
  };
}

/** makedev(3)'s 64 bits → new_encode_dev of linux/kdev_t.h. */
function kernelDevice(device: bigint): number {
  const major = Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn));
  const minor = Number((device & 0xffn) | ((device >> 12n) & ~0xffn));
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

export const typeOf = ({ mode }: { readonly mode: number }): number => mode & S_IFMT;

export const namesIn = (path: PlainPath): readonly string[] => readdirSync(bytes(path), { encoding: "latin1" });

export const targetOf = (path: PlainPath): string => readlinkSync(bytes(path), { encoding: "latin1" });

/** Runs with a file or directory that is open, under a path that leads to it wherever it is moved meanwhile. */
export async function withOpen<T>(path: PlainPath, use: (fd: number, lasting: PlainPath) => Promise<T>): Promise<T> {
  const fd = openSync(bytes(path), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await use(fd, `/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}
