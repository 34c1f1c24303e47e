import { AT_EMPTY_PATH } from "../../sys/constants.ts";
import type { ErrnoName } from "../../core/errno.ts";
import type { Oid } from "../../core/brand.ts";
import type { ObjectEntry } from "./entry.ts";
import { handleKey, readHandle } from "./file-handle.ts";
import { newEntry } from "./index-record.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { OpenObjects } from "./open-objects.ts";

const EMPTY = Buffer.alloc(1);

/**
 * The objects that this member knows: those used lately in memory, all of them in the index. By number, and by handle, so
 * that a name is told its object without reading the object's xattr.
 */
export class Objects {
  readonly #byOid = new Map<Oid, ObjectEntry>();
  readonly #byKey = new Map<string, ObjectEntry>();
  readonly index: ObjectIndex;
  readonly open: OpenObjects;
  readonly #rememberedMax: number;
  /** What was looked for last and is not there. */
  #absent: Oid | undefined;
  /** How many there are, about. */
  count = 0;

  constructor(index: ObjectIndex, open: OpenObjects, rememberedMax: number) {
    this.index = index;
    this.open = open;
    this.#rememberedMax = rememberedMax;
  }

  get(oid: Oid): ObjectEntry | undefined {
    const known = this.#byOid.get(oid);
    if (known !== undefined) {
      known.used = true;
      return known;
    }
    // Of a new object it is asked three times.
    if (oid === this.#absent) return undefined;
    const found = this.index.read(oid);
    if (found === undefined) this.#absent = oid;
    else this.#remember(found);
    return found;
  }

  /** The object whose handle was read last, if it was used lately. */
  byHandle(key: string): ObjectEntry | undefined {
    const known = this.#byKey.get(key);
    if (known !== undefined) known.used = true;
    return known;
  }

  /** Takes the disk space for an object's record. @returns ENOSPC, EDQUOT. */
  reserve(oid: Oid): ErrnoName | undefined {
    return this.index.reserve(oid);
  }

  /** A new object with the handle that was read last; the caller has its record written. */
  add(oid: Oid, type: number, key: string): ObjectEntry {
    const entry = newEntry(oid, type, key);
    this.#absent = undefined;
    this.#remember(entry);
    this.count += 1;
    return entry;
  }

  /** As {@link add}, of an open descriptor. @returns -errno when it has no handle. */
  addOpen(oid: Oid, type: number, fd: number): ObjectEntry | number {
    const length = readHandle(fd, EMPTY, AT_EMPTY_PATH);
    return length < 0 ? length : this.add(oid, type, handleKey(length));
  }

  /** The object lives on in another inode: somebody restored it from a backup. */
  rebind(entry: ObjectEntry, key: string): void {
    this.open.close(entry);
    this.#byKey.delete(entry.key);
    entry.key = key;
    entry.bare = undefined;
    this.#byKey.set(key, entry);
    this.index.write(entry);
  }

  /** The object is gone; the caller has its record erased. */
  remove(entry: ObjectEntry): void {
    this.open.close(entry);
    this.#byOid.delete(entry.oid);
    if (this.#byKey.get(entry.key) === entry) this.#byKey.delete(entry.key);
    this.count -= 1;
  }

  #remember(entry: ObjectEntry): void {
    if (this.#byOid.size >= this.#rememberedMax) this.#forgetSome();
    this.#byOid.set(entry.oid, entry);
    this.#byKey.set(entry.key, entry);
  }

  /** A tenth goes, the longest unused first: a Map keeps the order of insertion, and who was used goes to its end. */
  #forgetSome(): void {
    let left = Math.ceil(this.#rememberedMax / 10);
    let looks = this.#byOid.size;
    for (const [oid, entry] of this.#byOid) {
      if (left <= 0 || looks <= 0) break;
      looks -= 1;
      this.#byOid.delete(oid);
      if (entry.used || entry.fd >= 0) {
        entry.used = false;
        this.#byOid.set(oid, entry);
      } else {
        if (this.#byKey.get(entry.key) === entry) this.#byKey.delete(entry.key);
        left -= 1;
      }
    }
  }
}
