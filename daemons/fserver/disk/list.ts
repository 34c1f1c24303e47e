import { S_IFDIR } from "../../core/attributes.ts";
import { type Oid, ROOT_OID } from "../../core/brand.ts";
import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { LIMIT } from "../../wire/messages.ts";
import { OWN_FOLDER } from "../core/names.ts";
import type { Entry, Listing } from "../core/store.ts";
import { attributesFrom } from "./attributes-from.ts";
import { cookieOf, offsetOf } from "./cookie.ts";
import type { DirectoryReader } from "./directory-names.ts";
import type { Disk } from "./disk.ts";
import { meaningOf } from "./meaning.ts";

/** Bytes of an entry in a frame, less its name: attributes, and the length of the name. */
const ENTRY_BYTES = 108;

/**
 * Lists a directory from a cookie on. Drift and what is ours are left out.
 *
 * @param cookie 0, or what an earlier listing ended with. It is a place in the directory's own order, so what is made or
 *   removed meanwhile makes no other name come twice or not at all.
 */
export function listDirectory(
  disk: Disk,
  reader: DirectoryReader,
  oid: Oid,
  cookie: number,
  bytesMax: number,
): Result<Listing> {
  const entry = disk.objects.get(oid);
  if (entry === undefined) return fail("ESTALE");
  if (entry.type !== S_IFDIR) return fail("ENOTDIR");
  const fd = disk.objects.open.any(entry);
  if (fd < 0) return fail(errnoName(-fd));
  const entries: Entry[] = [];
  let bytes = 0;
  let next = cookie;
  const result = reader.read(fd, offsetOf(cookie), ({ name, address, nextHigh, nextLow }) => {
    const size = ENTRY_BYTES + name.length;
    if (entries.length > 0 && (bytes + size > bytesMax || entries.length >= LIMIT.entries)) return false;
    next = cookieOf(nextHigh, nextLow);
    if (oid === ROOT_OID && name === OWN_FOLDER) return true;
    const meaning = meaningOf(disk, fd, name, address);
    if (typeof meaning === "number") return true;
    entries.push({ name, attributes: attributesFrom(meaning, disk.stat) });
    bytes += size;
    return true;
  });
  if (result < 0) return fail(errnoName(-result));
  return ok({ entries, cookie: next, end: result === 0 });
}
