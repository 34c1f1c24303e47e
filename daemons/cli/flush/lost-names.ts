import { renameSync, unlinkSync } from "node:fs";
import { S_IFDIR, S_IFMT, S_IFREG, type Attributes } from "../../core/attributes.ts";
import { fileName, type Oid } from "../../core/brand.ts";
import type { Result } from "../../core/result.ts";
import { adopt } from "./adopt.ts";
import { changeAll, problem, type FlushRun } from "./flush-run.ts";
import { listAt, type Place } from "./list-at.ts";
import { statPlain, typeOf } from "./plain-files.ts";

/** A name of a directory that does not mean here what it means on the other servers. */
export type LostName = {
  readonly parent: Oid;
  readonly name: string;
  /** What it means on all others. */
  readonly theirs: Attributes;
} & Omit<Place, "oid">;

const rebind = (run: FlushRun, { parent, name, theirs }: LostName): Promise<Result<unknown>> =>
  run.client.ask(run.own, { kind: "rebind", parent, name: fileName(name), oid: theirs.oid }, "done");

const SEVERAL = "it was one of several names of a file: this version cannot take it from the other servers";
const ELSEWHERE = "it was moved to another directory: put it back, and do it on a client";

/**
 * What was removed here is removed everywhere. Members must answer a change alike, so this one gets the object back first,
 * as an empty file.
 */
export async function removeEverywhere(run: FlushRun, lost: LostName): Promise<boolean> {
  const isDirectory = typeOf(lost.theirs) === S_IFDIR;
  if (!isDirectory && lost.theirs.nlink > 1) {
    problem(run, lost.path, SEVERAL);
    return false;
  }
  const back = await rebind(run, lost);
  if (!back.ok) {
    problem(run, lost.path, back.errno === "EEXIST" ? ELSEWHERE : `it cannot be removed everywhere: ${back.errno}`);
    return false;
  }
  if (isDirectory && !(await emptyEverywhere(run, lost))) return false;
  const remove = { op: isDirectory ? "rmdir" : "unlink", name: fileName(lost.name) } as const;
  if ((await changeAll(run, lost.path, lost.parent, remove)) === undefined) return false;
  run.tally.removed += 1;
  return true;
}

/** Of a directory that has just come back: it has nothing here, and on the others what it had. */
async function emptyEverywhere(run: FlushRun, lost: LostName): Promise<boolean> {
  const [first] = run.others;
  if (first === undefined) return true;
  const listed = await listAt(run, first, lost.theirs.oid);
  if (!listed.ok) {
    problem(run, lost.path, "it cannot be listed on the other servers");
    return false;
  }
  for (const [name, theirs] of listed.value) {
    const path = `${lost.path}/${name}`;
    const below = { parent: lost.theirs.oid, name, theirs, path, plain: `${lost.plain}/${name}` };
    if (!(await removeEverywhere(run, below))) return false;
  }
  return true;
}

/**
 * What was replaced here (by an editor that saves so) is the same object with other content; of what can only be made anew,
 * such as a link, the old one goes and the new one is taken over.
 *
 * @returns What it means now on all servers; undefined where nothing is left to do, or after a problem was noted.
 */
export async function replaceEverywhere(run: FlushRun, lost: LostName): Promise<Oid | undefined> {
  const stat = statPlain(lost.plain);
  const type = stat === undefined ? 0 : typeOf(stat);
  if (type === (lost.theirs.mode & S_IFMT) && (type === S_IFREG || type === S_IFDIR)) {
    const back = await rebind(run, lost);
    if (back.ok) return lost.theirs.oid;
    problem(run, lost.path, back.errno === "EEXIST" ? ELSEWHERE : `it cannot be taken over: ${back.errno}`);
    return undefined;
  }
  const aside = `${lost.plain}.flush-${process.pid}`;
  const bytes = (path: string): Buffer => Buffer.from(path, "latin1");
  try {
    renameSync(bytes(lost.plain), bytes(aside));
    const isGone = await removeEverywhere(run, lost);
    renameSync(bytes(aside), bytes(lost.plain));
    if (isGone) await adopt(run, lost);
  } catch (error) {
    problem(run, lost.path, (error as Error).message);
  }
  return undefined;
}

/** A name that was changed, or added, by hand, within one directory. */
export type MovedName = {
  readonly parent: Oid;
  readonly from: string;
  readonly to: string;
  /** Both names are there. */
  readonly isLink: boolean;
  readonly oid: Oid;
  /** Paths of the directory. */
  readonly plain: string;
  readonly path: string;
};

/** What was renamed or linked here is so everywhere: it is taken back by hand, as it was done, and done through the system. */
export async function moveEverywhere(run: FlushRun, moved: MovedName): Promise<void> {
  const { parent, from, to, isLink, oid, plain, path } = moved;
  const shown = path === "" ? to : `${path}/${to}`;
  const at = (name: string): Buffer => Buffer.from(`${plain}/${name}`, "latin1");
  try {
    if (isLink) unlinkSync(at(to));
    else renameSync(at(to), at(from));
  } catch (error) {
    return problem(run, shown, (error as Error).message);
  }
  const link = { op: "link", from: oid, name: fileName(to) } as const;
  const rename = { op: "rename", name: fileName(from), newParent: parent, newName: fileName(to), flags: 0 } as const;
  if ((await changeAll(run, shown, parent, isLink ? link : rename)) !== undefined) run.tally.changed += 1;
}
