import { bytesText } from "../../core/quantity.ts";
import type { CacheReport, LateError } from "../../core/report.ts";

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** A late error in a few words: `write of a/b failed with ENOSPC`. @param path Of the object; empty when it is not known. */
export const lateErrorText = ({ change, path, oid, errno }: LateError): string =>
  `${change} of ${path === "" ? `object ${oid}` : path} failed with ${errno}`;

const minute = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");

/** What is wrong, for as long as the mount lasts: programs may have been told that all is well. */
export function cacheProblems(cache: CacheReport | undefined): readonly string[] {
  if (cache === undefined) return [];
  const { lateErrorCount: count, lateErrors, mispredicted, rescueFiles } = cache;
  const last = lateErrors.at(-1);
  const which = last === undefined ? "" : `; the last at ${minute(last.timeMs)}: ${lateErrorText(last)}`;
  return [
    ...(count === 0
      ? []
      : [`${counted(count, "change")} failed after programs had been told that it was done${which}`]),
    ...(rescueFiles.length === 0 ? [] : [`changes that no server took are kept in ${rescueFiles.join(", ")}`]),
    ...(mispredicted === 0
      ? []
      : [`${counted(mispredicted, "change")} ended otherwise than foretold: a bug of pohmelfs`]),
  ];
}

/** What a mount keeps at hand, in one sentence. */
export function cacheText(cache: CacheReport): string {
  const { objects, memoryBytes, memoryBytesMax, readLeases, writeLeases } = cache;
  const { dirtyChanges, dirtyBytes, dirtyBytesMax } = cache;
  const known = `knows ${counted(objects, "object")} in ${bytesText(memoryBytes)} of ${bytesText(memoryBytesMax)}`;
  const leases = `${readLeases} read and ${counted(writeLeases, "write lease")}`;
  const dirty = `${counted(dirtyChanges, "change")} on the way, ${bytesText(dirtyBytes)} of ${bytesText(dirtyBytesMax)}`;
  return `${known}; ${leases}; ${dirty}`;
}
