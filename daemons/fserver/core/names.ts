import { type FileName, fileName, type Oid, ROOT_OID } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";
import { LIMIT } from "../../wire/messages.ts";

/** At the root of an export: what is ours. */
export const OWN_FOLDER: FileName = fileName(".pohmelfs");

/** @returns Whether it is the name of our own folder, which no client sees. */
export const isOwn = (parent: Oid, name: FileName): boolean => parent === ROOT_OID && name === OWN_FOLDER;

/**
 * Checks a name that a client sent: one component of a path, never a way to another directory.
 *
 * @returns Why not, or undefined. path_resolution(7): the kernel resolves `.` and `..` by itself, so they are no names.
 */
export function checkName(name: FileName): ErrnoName | undefined {
  if (name.length > LIMIT.nameBytes) return "ENAMETOOLONG";
  if (name === "" || name === "." || name === "..") return "EINVAL";
  return name.includes("/") || name.includes("\0") ? "EINVAL" : undefined;
}
