/** Questions to what is known of an object. */
import { S_IFDIR, S_IFMT, S_IFREG } from "../../../core/attributes.ts";
import type { FileName, Oid } from "../../../core/brand.ts";
import type { Caller } from "../../../core/caller.ts";
import { isStuck, MAY, may } from "../../../core/permission.ts";
import { NO_OBJECT, type Known } from "../held-lease.ts";

export const typeOf = ({ attributes }: Known): number => attributes.mode & S_IFMT;
export const isDirectory = (known: Known): boolean => typeOf(known) === S_IFDIR;
export const isFile = (known: Known): boolean => typeOf(known) === S_IFREG;

/** A directory in which names can be made: not one that was removed while open. */
export const isLiveDirectory = (known: Known): boolean => isDirectory(known) && known.attributes.nlink > 0;

/** @returns The object, {@link NO_OBJECT}, or undefined when it is not known what the name means. */
export function meaningIn({ names }: Known, name: FileName): Oid | undefined {
  return names?.byName.get(name) ?? (names?.isComplete === true ? NO_OBJECT : undefined);
}

/** Of a directory: whether it is known to have no names. */
export function isEmpty({ names }: Known): boolean {
  if (names?.isComplete !== true) return false;
  for (const oid of names.byName.values()) if (oid !== NO_OBJECT) return false;
  return true;
}

/** Whether a caller may for sure: what ACLs allow is not known here. @param mask Of MAY. */
export const surelyMay = ({ attributes, isBare }: Known, caller: Caller, mask: number): boolean =>
  caller.uid === 0 || (isBare && may(attributes, caller, mask));

/** Whether a caller may for sure make a name, or take it away: whose it is comes to that. */
export const surelyMayName = (parent: Known, caller: Caller): boolean =>
  surelyMay(parent, caller, MAY.write | MAY.search);

/** Whether a caller may for sure take the object's name away. */
export const surelyMayTake = (parent: Known, object: Known, caller: Caller): boolean =>
  surelyMayName(parent, caller) && !isStuck(parent.attributes, object.attributes, caller);

/**
 * File systems count subdirectories among the links of a directory, or (btrfs) not at all; and only up to a limit
 * (ext4: 65,000), beyond which they stop counting, or refuse.
 */
export const countsSubdirectories = ({ attributes }: Known): boolean =>
  attributes.nlink >= 2 && attributes.nlink < LINKS_MAX;

/** Fewer than any local file system takes: ext4 65,000, and btrfs 65,535 in one directory. */
export const LINKS_MAX = 32_000;
