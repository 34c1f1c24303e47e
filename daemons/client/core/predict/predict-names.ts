/** Changes of names: remove, rename, link. */
import type { BodyOf } from "../change-body.ts";
import { NO_OBJECT, type Known } from "../held-lease.ts";
import {
  countsSubdirectories,
  isDirectory,
  isEmpty,
  isLiveDirectory,
  LINKS_MAX,
  meaningIn,
  surelyMayName,
  surelyMayTake,
} from "./known-object.ts";
import { isOwnName } from "./predict-create.ts";
import { changed, type By, type Facts, type NameChange, type Prediction } from "./prediction.ts";

const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;

/** What an object is after one of its names went. @param keep It is open: without a name it lives on. */
function lessOneName(known: Known, by: By, keep: boolean): Known | undefined {
  const nlink = known.attributes.nlink - (isDirectory(known) ? 2 : 1);
  if (nlink > 0) return changed(known, by, { nlink });
  return keep ? changed(known, by, { nlink: 0 }) : undefined;
}

/** A directory that can go: empty, and one of which the links are known to be gone then. */
const isRemovable = (known: Known): boolean => !isDirectory(known) || (isEmpty(known) && known.attributes.nlink === 2);

export function predictRemove(facts: Facts, body: BodyOf<"remove">, by: By): Prediction | undefined {
  const parent = facts(body.parent);
  const object = facts(body.oid);
  if (parent === undefined || object === undefined || !isLiveDirectory(parent)) return undefined;
  if (isOwnName(body.parent, body.name) || meaningIn(parent, body.name) !== body.oid) return undefined;
  if (isDirectory(object) !== (body.directory === 1) || !isRemovable(object)) return undefined;
  if (!surelyMayTake(parent, object, by.caller)) return undefined;
  const { nlink } = parent.attributes;
  if (isDirectory(object) && !countsSubdirectories(parent)) return undefined;
  return {
    after: [
      [body.parent, changed(parent, by, { mtime: by.time, nlink: nlink - (isDirectory(object) ? 1 : 0) })],
      [body.oid, lessOneName(object, by, body.keep === 1)],
    ],
    names: [{ directory: body.parent, name: body.name, oid: NO_OBJECT }],
  };
}

export function predictLink(facts: Facts, body: BodyOf<"link">, by: By): Prediction | undefined {
  const parent = facts(body.parent);
  const object = facts(body.oid);
  if (parent === undefined || object === undefined || !isLiveDirectory(parent)) return undefined;
  if (isDirectory(object) || isOwnName(body.parent, body.name)) return undefined;
  const { nlink } = object.attributes;
  // One without a name can be given one only where it was made for that (O_TMPFILE without O_EXCL): open(2).
  if (nlink === 0 || nlink >= LINKS_MAX) return undefined;
  if (meaningIn(parent, body.name) !== NO_OBJECT || !surelyMayName(parent, by.caller)) return undefined;
  return {
    after: [
      [body.parent, changed(parent, by, { mtime: by.time })],
      [body.oid, changed(object, by, { nlink: nlink + 1 })],
    ],
    names: [{ directory: body.parent, name: body.name, oid: body.oid }],
  };
}

type Ends = { readonly from: Known; readonly to: Known; readonly moved: Known; readonly there: Known | undefined };

/** Not of a directory that gets another parent: whether the one lies below the other is for the members to say. */
export function predictRename(facts: Facts, body: BodyOf<"rename">, by: By): Prediction | undefined {
  const ends = endsOf(facts, body);
  if (ends === undefined || !surelyMayRename(body, ends, by)) return undefined;
  const { moved, there } = ends;
  const isExchange = body.flags === RENAME_EXCHANGE;
  const names: NameChange[] = [];
  const { fromParent, fromName, toParent, toName, oid, replaced } = body;
  // Two names of one object: rename(2) does nothing.
  const isSame = replaced === oid;
  if (!isSame) {
    names.push({ directory: fromParent, name: fromName, oid: isExchange ? replaced : NO_OBJECT });
    names.push({ directory: toParent, name: toName, oid });
  }
  // A directory that is replaced was one of those that its parent counts.
  const lost = !isSame && !isExchange && there !== undefined && isDirectory(there) ? 1 : 0;
  const times = isSame ? {} : { mtime: by.time };
  const parents: Prediction["after"] =
    fromParent === toParent
      ? [[fromParent, changed(ends.from, by, { ...times, nlink: ends.from.attributes.nlink - lost })]]
      : [
          [fromParent, changed(ends.from, by, times)],
          [toParent, changed(ends.to, by, times)],
        ];
  const after: Prediction["after"] = [...parents, [oid, changed(moved, by)]];
  if (there === undefined || isSame) return { after, names };
  const left = isExchange ? changed(there, by) : lessOneName(there, by, body.keep === 1);
  return { after: [...after, [replaced, left]], names };
}

function endsOf(facts: Facts, body: BodyOf<"rename">): Ends | undefined {
  if (isOwnName(body.fromParent, body.fromName) || isOwnName(body.toParent, body.toName)) return undefined;
  const from = facts(body.fromParent);
  const to = facts(body.toParent);
  const moved = facts(body.oid);
  if (from === undefined || to === undefined || moved === undefined) return undefined;
  if (!isLiveDirectory(from) || !isLiveDirectory(to)) return undefined;
  if (meaningIn(from, body.fromName) !== body.oid || meaningIn(to, body.toName) !== body.replaced) return undefined;
  if (body.replaced === NO_OBJECT) return { from, to, moved, there: undefined };
  const there = facts(body.replaced);
  return there === undefined ? undefined : { from, to, moved, there };
}

function surelyMayRename(
  { flags, fromParent, toParent, oid, replaced }: BodyOf<"rename">,
  ends: Ends,
  by: By,
): boolean {
  const { from, to, moved, there } = ends;
  if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) !== 0 || flags === 3) return false;
  if (replaced === oid) return flags === 0;
  if (flags === RENAME_EXCHANGE && there === undefined) return false;
  if (flags === RENAME_NOREPLACE && there !== undefined) return false;
  const hasDirectory = isDirectory(moved) || (there !== undefined && isDirectory(there));
  if (hasDirectory && (fromParent !== toParent || !countsSubdirectories(from))) return false;
  if (!surelyMayTake(from, moved, by.caller)) return false;
  if (there === undefined) return surelyMayName(to, by.caller);
  if (!surelyMayTake(to, there, by.caller)) return false;
  if (flags === RENAME_EXCHANGE) return true;
  return isDirectory(moved) === isDirectory(there) && isRemovable(there);
}
