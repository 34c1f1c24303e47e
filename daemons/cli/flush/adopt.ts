import { readSync } from "node:fs";
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG, S_IFSOCK } from "../../core/attributes.ts";
import { fileName, type Oid } from "../../core/brand.ts";
import { LIMIT } from "../../wire/messages.ts";
import { changeAll, problem, type FlushRun } from "./flush-run.ts";
import { namesIn, type PlainPath, type PlainStat, statPlain, targetOf, typeOf, withOpen } from "./plain-files.ts";
import { setAll, setSize } from "./spread-object.ts";

const OWNER_ONLY = 0o700;

/** Where something new is: in a directory that all members have. */
export type New = {
  readonly parent: Oid;
  /** As bytes, one a character. */
  readonly name: string;
  /** A path that leads to it now. */
  readonly plain: PlainPath;
  /** Below the export, for people. */
  readonly path: string;
};

/**
 * Has all members make what somebody made on this server past the system, and what lies below it. The member puts what was
 * there away when it makes its own: the copies are listed in the tally.
 *
 * @returns Its number; undefined after a problem was noted.
 */
export async function adopt(run: FlushRun, one: New): Promise<Oid | undefined> {
  const stat = statPlain(one.plain);
  if (stat === undefined) {
    problem(run, one.path, "it cannot be looked at");
    return undefined;
  }
  run.progress(one.path);
  const before = run.tally.problems.length;
  const oid = await copy(run, one, stat);
  // What was not copied as a whole stays where the member has put it.
  if (oid !== undefined && run.tally.problems.length === before) run.tally.copied.push({ path: one.path, stat });
  return oid;
}

async function copy(run: FlushRun, one: New, stat: PlainStat): Promise<Oid | undefined> {
  switch (typeOf(stat)) {
    case S_IFREG:
      return withOpened(run, one, async (fd) => {
        const oid = await make(run, one, { mode: S_IFREG | OWNER_ONLY });
        const done = oid !== undefined && (await fill(run, one.path, { oid, fd, size: stat.size }));
        return done ? finish(run, one, stat, oid) : undefined;
      });
    case S_IFDIR:
      return withOpened(run, one, async (_, lasting) => {
        const oid = await make(run, one, { mode: S_IFDIR | OWNER_ONLY });
        if (oid === undefined) return undefined;
        for (const name of namesIn(lasting)) await child(run, one, { oid, lasting, name, device: stat.device });
        return finish(run, one, stat, oid);
      });
    case S_IFLNK: {
      const target = fileName(targetOf(one.plain));
      const made = await changeAll(run, one.path, one.parent, { op: "symlink", name: fileName(one.name), target });
      return finish(run, one, stat, oidOf(made));
    }
    case S_IFIFO:
    case S_IFSOCK:
    case S_IFCHR:
    case S_IFBLK:
      return finish(run, one, stat, await make(run, one, stat));
    default:
      problem(run, one.path, "nobody knows what this is");
      return undefined;
  }
}

async function child(
  run: FlushRun,
  { path }: New,
  at: { readonly oid: Oid; readonly lasting: PlainPath; readonly name: string; readonly device: bigint },
): Promise<void> {
  const one = { parent: at.oid, name: at.name, plain: `${at.lasting}/${at.name}`, path: `${path}/${at.name}` };
  const stat = statPlain(one.plain);
  if (stat === undefined) problem(run, one.path, "it cannot be looked at");
  else if (stat.device !== at.device) problem(run, one.path, "something is mounted there");
  else await copy(run, one, stat);
}

/** What cannot be opened is told. */
async function withOpened<T>(
  run: FlushRun,
  { plain, path }: New,
  use: (fd: number, lasting: PlainPath) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await withOpen(plain, use);
  } catch (error) {
    problem(run, path, (error as Error).message);
    return undefined;
  }
}

/** Everything but links is made by mknod, or mkdir: without being opened. */
async function make(
  run: FlushRun,
  { parent, name, path }: New,
  { mode, rdev = 0 }: { readonly mode: number; readonly rdev?: number },
): Promise<Oid | undefined> {
  const words = { name: fileName(name), mode, umask: 0 };
  const isDirectory = typeOf({ mode }) === S_IFDIR;
  const operation = isDirectory ? ({ op: "mkdir", ...words } as const) : ({ op: "mknod", ...words, rdev } as const);
  return oidOf(await changeAll(run, path, parent, operation));
}

const oidOf = (made: Awaited<ReturnType<typeof changeAll>>): Oid | undefined =>
  made?.kind === "entry" ? made.attributes.oid : undefined;

async function fill(
  run: FlushRun,
  path: string,
  { oid, fd, size }: { readonly oid: Oid; readonly fd: number; readonly size: number },
): Promise<boolean> {
  for (let offset = 0; offset < size; ) {
    // Its own memory for each: the change may be kept longer than the answer takes.
    const block = Buffer.alloc(Math.min(LIMIT.dataBytes, size - offset));
    const got = readSync(fd, block, 0, block.length, offset);
    if (got === 0) break;
    const data = block.subarray(0, got);
    const isHole = data.every((byte) => byte === 0);
    const write = { op: "write", fh: 0, offset, writeFlags: 0, flags: 1, data } as const;
    if (!isHole && (await changeAll(run, path, oid, write)) === undefined) return false;
    offset += got;
    run.tally.bytes += got;
  }
  return setSize(run, path, oid, size);
}

async function finish(run: FlushRun, { path }: New, stat: PlainStat, oid: Oid | undefined): Promise<Oid | undefined> {
  if (oid === undefined || !(await setAll(run, path, oid, stat))) return undefined;
  run.tally.objects += 1;
  run.tally.adopted += 1;
  return oid;
}
