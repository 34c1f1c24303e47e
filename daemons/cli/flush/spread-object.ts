import type { Attributes } from "../../core/attributes.ts";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../../core/attributes.ts";
import { version, type Oid } from "../../core/brand.ts";
import { ok, type Result } from "../../core/result.ts";
import { TIME_ZERO, type Time } from "../../core/time.ts";
import { FATTR } from "../../fuse/core/request.ts";
import { askOthers, changeAll, problem, type FlushRun } from "./flush-run.ts";
import { spreadContent } from "./spread-content.ts";
import { spreadXattrs } from "./spread-xattrs.ts";

/** What setattr(2)'s relatives set, all of it. */
type Settable = Pick<Attributes, "mode" | "uid" | "gid" | "atime" | "mtime">;

const PERMISSIONS = 0o7777;
const isSameTime = (a: Time, b: Time): boolean => a.sec === b.sec && a.nsec === b.nsec;

/**
 * Owner, permissions and times as on this server, on all members. It is done also where nothing differs: it needs the write
 * lease of the object, and so has every other client give back what it keeps of it.
 */
export async function setAll(run: FlushRun, path: string, oid: Oid, to: Settable): Promise<boolean> {
  const permissions = (to.mode & S_IFMT) === S_IFLNK ? 0 : FATTR.mode;
  const base = { op: "setattr", fh: undefined, size: 0, ctime: TIME_ZERO } as const;
  const { mode, uid, gid, atime, mtime } = to;
  const valid = permissions | FATTR.uid | FATTR.gid | FATTR.atime | FATTR.mtime;
  const set = { ...base, valid, mode: mode & PERMISSIONS, uid, gid, atime, mtime };
  return (await changeAll(run, path, oid, set)) !== undefined;
}

export async function setSize(run: FlushRun, path: string, oid: Oid, size: number): Promise<boolean> {
  const times = { atime: TIME_ZERO, mtime: TIME_ZERO, ctime: TIME_ZERO };
  const set = { op: "setattr", fh: undefined, valid: FATTR.size, mode: 0, uid: 0, gid: 0, size, ...times } as const;
  return (await changeAll(run, path, oid, set)) !== undefined;
}

const attributesAt = async ({ client }: FlushRun, place: number, oid: Oid): Promise<Result<Attributes>> => {
  const found = await client.ask(place, { kind: "getAttributes", oid, versionFloor: version(0) }, "attributesAre");
  return found.ok ? ok(found.value.attributes) : found;
};

/**
 * Makes this server's version of an object that all know that of all, less what a directory holds, and has clients read it
 * anew.
 *
 * @returns What it is on this server; undefined after a problem was noted.
 */
export async function spreadObject(run: FlushRun, path: string, oid: Oid): Promise<Attributes | undefined> {
  run.progress(path);
  // First: what a client has changed and not sent is no drift.
  const taken = await run.client.take(oid);
  if (!taken.ok) return failed(run, path, taken);
  const own = await attributesAt(run, run.own, oid);
  if (!own.ok) return failed(run, path, own);
  const others = await askOthers(run, (place) => attributesAt(run, place, oid));
  if (!others.ok) return failed(run, path, others);
  const to = own.value;
  if (others.value.some(({ mode }) => (mode & S_IFMT) !== (to.mode & S_IFMT))) {
    problem(run, path, "it is of another kind on another server");
    return undefined;
  }
  const isFile = (to.mode & S_IFMT) === S_IFREG;
  let changed = others.value.some((other) => !isSame(to, other));
  if (isFile && others.value.some(({ size }) => size !== to.size) && !(await setSize(run, path, oid, to.size)))
    return undefined;
  if (isFile && (run.compare || others.value.some((other) => !isSameContent(to, other)))) {
    const content = await spreadContent(run, path, to);
    if (content === undefined || !content.ok) return content === undefined ? undefined : failed(run, path, content);
    changed ||= content.value;
  }
  const xattrs = await spreadXattrs(run, path, oid);
  if (xattrs === undefined || !xattrs.ok) return xattrs === undefined ? undefined : failed(run, path, xattrs);
  if (!(await setAll(run, path, oid, to))) return undefined;
  run.tally.objects += 1;
  if (changed || xattrs.value) run.tally.changed += 1;
  return to;
}

function failed(run: FlushRun, path: string, { errno, because }: { errno: string; because?: string }): undefined {
  problem(run, path, because ?? errno);
  return undefined;
}

/** As far as can be told without reading it. */
const isSameContent = (a: Attributes, b: Attributes): boolean => a.size === b.size && isSameTime(a.mtime, b.mtime);

/** Sizes of directories differ as their file systems do. */
const isSame = (a: Attributes, b: Attributes): boolean =>
  a.mode === b.mode &&
  a.uid === b.uid &&
  a.gid === b.gid &&
  isSameTime(a.mtime, b.mtime) &&
  ((a.mode & S_IFMT) === S_IFDIR || a.size === b.size);
