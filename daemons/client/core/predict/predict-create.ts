import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Attributes } from "../../../core/attributes.ts";
import { fileName, type Oid, ROOT_OID, version } from "../../../core/brand.ts";
import { inherit } from "../../../core/permission.ts";
import type { BodyOf } from "../change-body.ts";
import { NO_OBJECT, type Known } from "../held-lease.ts";
import { countsSubdirectories, isLiveDirectory, meaningIn, surelyMayName } from "./known-object.ts";
import { changed, type By, type Facts, type Prediction } from "./prediction.ts";

/** At the root of each export; no client sees it, or makes it. */
const OWN_FOLDER = fileName(".pohmelfs");
const BLOCK = 4_096;

/** Whether members refuse the name, which is theirs. */
export const isOwnName = (parent: Oid, name: string): boolean => parent === ROOT_OID && name === OWN_FOLDER;

/** Of an object with a name. One without (O_TMPFILE) is something that a file system may not offer. */
export function predictCreate(facts: Facts, body: BodyOf<"create">, by: By): Prediction | undefined {
  const { oid, name } = body;
  const parent = facts(body.parent);
  // What a parent has besides its mode, its children may inherit: a default ACL.
  if (parent === undefined || !parent.isBare || !isLiveDirectory(parent)) return undefined;
  if (name === "" || isOwnName(body.parent, name) || meaningIn(parent, name) !== NO_OBJECT) return undefined;
  if (!surelyMayName(parent, by.caller)) return undefined;
  const type = body.mode & S_IFMT || S_IFREG;
  if ((type === S_IFCHR || type === S_IFBLK) && by.caller.uid !== 0) return undefined;
  if (type === S_IFLNK && body.target === "") return undefined;
  if (type === S_IFDIR && !countsSubdirectories(parent)) return undefined;
  const subdirectories = type === S_IFDIR ? 1 : 0;
  const { nlink } = parent.attributes;
  return {
    after: [
      [body.parent, changed(parent, by, { mtime: by.time, nlink: nlink + subdirectories })],
      [oid, made(parent.attributes, body, type, by)],
    ],
    names: [{ directory: body.parent, name, oid }],
  };
}

function made(parent: Attributes, body: BodyOf<"create">, type: number, { time, caller }: By): Known {
  const isDirectory = type === S_IFDIR;
  const isLink = type === S_IFLNK;
  const bits = isLink ? 0o777 : body.mode & (isDirectory ? 0o1777 : 0o7777);
  // The umask comes after set-group-ID is judged: fs/namei.c vfs_prepare_mode().
  const { mode, gid } = inherit(parent, type | bits, caller);
  const attributes: Attributes = {
    oid: body.oid,
    version: version(1),
    mode: isLink ? mode : mode & ~body.umask,
    nlink: isDirectory ? 2 : 1,
    uid: caller.uid,
    gid,
    rdev: body.rdev,
    size: isDirectory ? BLOCK : isLink ? body.target.length : 0,
    blocks: isDirectory ? BLOCK / 512 : 0,
    blockSize: BLOCK,
    atime: time,
    mtime: time,
    ctime: time,
    btime: time,
  };
  return {
    attributes,
    isBare: true,
    names: isDirectory ? { byName: new Map(), isComplete: true } : undefined,
    target: isLink ? body.target : undefined,
    isBirthGuessed: true,
  };
}
