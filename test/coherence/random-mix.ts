import * as fs from "node:fs";
import { type Random, seeded } from "../support/random.ts";
import {
  allocate,
  copyFileRange,
  FALLOC_KEEP_SIZE,
  FALLOC_PUNCH_HOLE,
  RENAME_EXCHANGE,
  rename,
} from "../support/system.ts";
import { getXattr, listXattrs, removeXattr, setXattr } from "../support/system-xattrs.ts";
import { type Done, ESTALE, type Stressing } from "./stressing.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];
const DEPTH = 3;
const SIZE_MAX = 100_000;

/** What a call may fail with when others change the same names. */
const EXPECTED = [
  ...["ENOENT", "EEXIST", "ENOTDIR", "EISDIR", "ENOTEMPTY", "ELOOP"],
  ...["EPERM", "EINVAL", "ENODATA", "EXDEV", "EBUSY"],
];

type Doing = { readonly random: Random; readonly path: () => string };

function withFile(path: string, flags: string | number, act: (fd: number) => void): void {
  const fd = fs.openSync(path, flags);
  try {
    act(fd);
  } finally {
    fs.closeSync(fd);
  }
}

const { O_RDWR, O_CREAT, O_TRUNC, O_NOFOLLOW } = fs.constants;
function bytes(random: Random): Buffer {
  const block = Buffer.alloc(1 + random.below(20_000));
  random.fill(block);
  return block;
}

/** One call, or a few on one descriptor. Files are written more often than not. */
const DOINGS: readonly ((doing: Doing) => void)[] = [
  ({ path, random }) => withFile(path(), O_RDWR | O_CREAT | O_NOFOLLOW, (fd) => fs.writeSync(fd, bytes(random), 0)),
  ({ path, random }) =>
    withFile(path(), O_RDWR | O_CREAT | O_NOFOLLOW, (fd) => {
      const block = bytes(random);
      fs.writeSync(fd, block, 0, block.length, random.below(SIZE_MAX));
    }),
  ({ path, random }) => withFile(path(), O_RDWR | O_TRUNC | O_NOFOLLOW, (fd) => fs.writeSync(fd, bytes(random))),
  ({ path, random }) => fs.appendFileSync(path(), bytes(random)),
  ({ path, random }) =>
    withFile(path(), O_RDWR | O_NOFOLLOW, (fd) => {
      fs.ftruncateSync(fd, random.below(SIZE_MAX));
      fs.fsyncSync(fd);
    }),
  ({ path, random }) =>
    withFile(path(), O_RDWR | O_NOFOLLOW, (fd) =>
      allocate(
        fd,
        random.pick([0, FALLOC_KEEP_SIZE, FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE]),
        random.below(SIZE_MAX),
        5_000,
      ),
    ),
  ({ path, random }) =>
    withFile(path(), "r", (from) =>
      withFile(path(), O_RDWR | O_NOFOLLOW, (to) => copyFileRange(from, 0, to, random.below(SIZE_MAX), 30_000)),
    ),
  ({ path }) => withFile(path(), "wx", () => {}),
  ({ path }) => fs.mkdirSync(path()),
  ({ path }) => fs.mkdirSync(path()),
  ({ path, random }) => fs.symlinkSync(random.pick(NAMES), path()),
  ({ path }) => fs.linkSync(path(), path()),
  ({ path }) => fs.unlinkSync(path()),
  ({ path }) => fs.unlinkSync(path()),
  ({ path }) => fs.rmdirSync(path()),
  ({ path }) => fs.renameSync(path(), path()),
  ({ path }) => fs.renameSync(path(), path()),
  ({ path }) => rename(path(), path(), RENAME_EXCHANGE),
  ({ path, random }) => fs.chmodSync(path(), 0o700 + random.below(64)),
  ({ path, random }) => fs.lchownSync(path(), random.below(9), random.below(9)),
  ({ path, random }) => fs.lutimesSync(path(), 1, random.below(1_000_000)),
  ({ path, random }) => setXattr(path(), `user.${random.pick(NAMES)}`, bytes(random).subarray(0, 50)),
  ({ path, random }) => removeXattr(path(), `user.${random.pick(NAMES)}`),
  ({ path, random }) => getXattr(path(), `user.${random.pick(NAMES)}`),
  ({ path }) => listXattrs(path()),
  ({ path }) => fs.readlinkSync(path()),
  ({ path }) => fs.lstatSync(path()),
  ({ path }) => fs.readFileSync(path()),
  ({ path }) => fs.readdirSync(path()),
  ({ path }) => withFile(path(), "r", (fd) => fs.fsyncSync(fd)),
];

/**
 * Does random things to a small tree that others change at the same time, after the idea of fsstress: what comes of it is
 * not known, but that every call ends with what such a call may end with, and that all see the same tree after.
 */
export function randomMix(own: Stressing, during: (own: Stressing, act: () => void) => number): Done {
  const random = seeded(own.seed * 31 + own.number);
  const path = (): string =>
    [own.dir, ...Array.from({ length: 1 + random.below(DEPTH) }, () => random.pick(NAMES))].join("/");
  let [done, stale] = [0, 0];
  during(own, () => {
    const doing = random.pick(DOINGS);
    try {
      doing({ random, path });
      done += 1;
    } catch (error) {
      const { code = "", errno, message } = error as NodeJS.ErrnoException;
      if (errno === ESTALE) stale += 1;
      else if (!EXPECTED.includes(code)) throw new Error(`${doing}: ${message}`, { cause: error });
    }
  });
  return { done, stale };
}
