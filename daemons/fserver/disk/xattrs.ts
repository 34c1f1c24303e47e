import type { Caller } from "../../core/caller.ts";
import type { FileName } from "../../core/brand.ts";
import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import { LIMIT } from "../../wire/messages.ts";
import type { Disk } from "./disk.ts";
import { ACCESS, type ObjectEntry } from "./entry.ts";
import { isOurXattr, MARK, maySeeXattr } from "../core/xattr-rights.ts";

const scratch = Buffer.allocUnsafeSlow(LIMIT.xattrBytes);

/** getxattr(2) of an open object, with the caller's rights. @returns A copy. */
export function getXattr(disk: Disk, entry: ObjectEntry, name: FileName, caller: Caller): Result<Uint8Array> {
  if (!maySeeXattr(name, caller)) return fail("ENODATA");
  // The xattr calls take no descriptor of O_PATH; the path of /proc does for all.
  const path = cstring(`/proc/self/fd/${entry.fd}`);
  const refused = disk.identity.become(caller);
  if (refused < 0) return fail(errnoName(-refused));
  const length = libc.getxattr(path, cstring(name), scratch, scratch.length);
  disk.identity.root();
  return length < 0 ? fail(errnoName(-length)) : ok(Uint8Array.prototype.slice.call(scratch, 0, length));
}

/** listxattr(2): the names that the caller may see, each with its zero byte. */
export function listXattr(entry: ObjectEntry, caller: Caller): Result<Uint8Array> {
  const length = libc.listxattr(cstring(`/proc/self/fd/${entry.fd}`), scratch, scratch.length);
  if (length < 0) return fail(errnoName(-length));
  const names = scratch.toString("latin1", 0, length).split("\0");
  const seen = names.filter((name) => name !== "" && maySeeXattr(name, caller));
  return ok(Buffer.from(seen.map((name) => `${name}\0`).join(""), "latin1"));
}

/** Whether an open object has no xattr but ours. */
export const isBare = (entry: ObjectEntry): boolean =>
  entry.access === ACCESS.path
    ? onlyOurs(libc.listxattr(cstring(`/proc/self/fd/${entry.fd}`), scratch, scratch.length))
    : onlyOurs(libc.flistxattr(entry.fd, scratch, scratch.length));

/** The same of what a name in a directory means, itself if it is a symbolic link. */
export const isBareAt = (dirfd: number, name: string): boolean =>
  onlyOurs(libc.llistxattr(cstring(`/proc/self/fd/${dirfd}/${name}`), scratch, scratch.length));

/** @param length What listxattr(2) gave. */
function onlyOurs(length: number): boolean {
  if (length <= 0) return length === 0;
  const names = scratch.toString("latin1", 0, length);
  return names === `${MARK}\0` || names.split("\0").every((name) => name === "" || isOurXattr(name));
}
