import { S_IFMT } from "../../core/attributes.ts";
import { encodeEntry } from "./encode-attributes.ts";
import { type Memory, writeU64 } from "./memory.ts";
import type { DirectoryEntry } from "./reply.ts";
import { DIRENT, DIRENT_PLUS, ENTRY_OUT } from "./structures.ts";

const D = DIRENT.at;

export type Packed = {
  /** Bytes written; a multiple of 8. */
  readonly bytes: number;
  /** Entries that fitted. Of a READDIRPLUS each with a validity counts as one lookup, but "." and "..". */
  readonly taken: number;
};

/**
 * Packs entries for READDIR (struct fuse_dirent) or READDIRPLUS (struct fuse_direntplus) until `size` is full.
 *
 * ".", ".." and entries without a validity go with node id 0, by which the kernel takes no attributes and counts no
 * lookup (fs/fuse/readdir.c, fuse_direntplus_link).
 * @param entries In the order of their offsets, from where the kernel asked. The one after the last that fits is asked
 *   of the iterator, too, and left.
 * @param size What the kernel asked for; at most what `into` has from `start`.
 */
export function packDirectory(
  into: Memory,
  start: number,
  size: number,
  entries: Iterable<DirectoryEntry>,
  plus: boolean,
): Packed {
  const { bytes, view } = into;
  const fixed = plus ? DIRENT_PLUS.bytes : DIRENT.bytes;
  const end = start + size;
  let at = start;
  let taken = 0;
  for (const entry of entries) {
    const { name, attributes, validity } = entry;
    const next = at + ((fixed + name.length + 7) & ~7);
    if (next > end) break;
    if (plus) {
      if (validity === undefined || name === "." || name === "..") bytes.fill(0, at, at + ENTRY_OUT.bytes);
      else encodeEntry(view, at, attributes, validity);
      at += DIRENT_PLUS.at.dirent;
    }
    writeU64(view, at + D.ino, attributes.oid);
    writeU64(view, at + D.offset, entry.offset);
    view.setUint32(at + D.nameLength, name.length, true);
    view.setUint32(at + D.type, (attributes.mode & S_IFMT) >>> 12, true);
    // The padding first: its bytes may be anything, but never those of an earlier answer.
    writeU64(view, next - 8, 0);
    // A call into Node for such a short string costs four times this loop.
    for (let place = 0; place < name.length; place += 1) bytes[at + DIRENT.bytes + place] = name.charCodeAt(place);
    at = next;
    taken += 1;
  }
  return { bytes: at - start, taken };
}
