import { S_IFDIR } from "../../../core/attributes.ts";
import { type FileName, fileName, type Oid, ROOT_OID } from "../../../core/brand.ts";
import type { Caller } from "../../../core/caller.ts";
import type { ErrnoName } from "../../../core/errno.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { TIME_ZERO, type Time } from "../../../core/time.ts";
import { checkName, isOwn } from "../names.ts";
import { type Inode, isDirectory, newInode } from "./inode.ts";
import { isStuck, MAY, may } from "../../../core/permission.ts";

/** Blocks where there is no limit: a terabyte. */
const PLENTY = 2 ** 28;

/** All objects of a store in memory, and the names between them. */
export class MemoryTree {
  readonly inodes = new Map<Oid, Inode>();
  /** Undefined: no limit. */
  readonly #capacityBlocks: number | undefined;
  #places = 1;

  constructor(capacityBlocks: number | undefined, rootMode: number) {
    this.#capacityBlocks = capacityBlocks;
    const root = newInode({
      oid: ROOT_OID,
      mode: S_IFDIR | rootMode,
      uid: 0,
      gid: 0,
      rdev: 0,
      target: fileName(""),
      time: TIME_ZERO,
    });
    root.version = 1;
    this.inodes.set(ROOT_OID, root);
  }

  /** Blocks in all. */
  get blocks(): number {
    return this.#capacityBlocks ?? PLENTY;
  }

  /** Blocks that are free. */
  get free(): number {
    if (this.#capacityBlocks === undefined) return PLENTY;
    let used = 0;
    for (const inode of this.inodes.values()) used += 1 + inode.data.blocks;
    return this.#capacityBlocks - used;
  }

  get(oid: Oid): Result<Inode> {
    const inode = this.inodes.get(oid);
    return inode === undefined ? fail("ESTALE") : ok(inode);
  }

  /** A directory in which names are looked for, made or removed. */
  directory(oid: Oid): Result<Inode> {
    const inode = this.inodes.get(oid);
    if (inode === undefined) return fail("ESTALE");
    if (!isDirectory(inode)) return fail("ENOTDIR");
    return inode.orphan ? fail("ENOENT") : ok(inode);
  }

  /** What a name means. @returns ENOENT. */
  at(parent: Inode, name: FileName): Result<Inode> {
    const found = parent.names.get(name);
    return found === undefined ? fail("ENOENT") : this.get(found.oid);
  }

  /** A directory in which the caller wants to make a name. */
  toMake(oid: Oid, name: FileName): Result<Inode> {
    const wrong = isOwn(oid, name) ? "EPERM" : checkName(name);
    return wrong === undefined ? this.directory(oid) : fail(wrong);
  }

  /** Why a caller may not make the name in the directory. */
  mayMake(parent: Inode, name: FileName, caller: Caller): ErrnoName | undefined {
    if (!may(parent, caller, MAY.search)) return "EACCES";
    if (parent.names.has(name)) return "EEXIST";
    return may(parent, caller, MAY.write | MAY.search) ? undefined : "EACCES";
  }

  /** Why a caller may not take the object's name away. */
  mayTake(parent: Inode, inode: Inode, caller: Caller): ErrnoName | undefined {
    if (!may(parent, caller, MAY.write | MAY.search)) return "EACCES";
    return isStuck(parent, inode, caller) ? "EPERM" : undefined;
  }

  name(parent: Inode, name: FileName, inode: Inode, time: Time): void {
    parent.names.set(name, { oid: inode.oid, place: this.#places });
    this.#places += 1;
    if (isDirectory(inode)) parent.nlink += 1;
    parent.mtime = time;
  }

  unname(parent: Inode, name: FileName, inode: Inode, time: Time): void {
    parent.names.delete(name);
    if (isDirectory(inode)) parent.nlink -= 1;
    parent.mtime = time;
  }

  /** A name of the object is gone: the object goes with its last one, or is kept as an orphan. */
  lose(inode: Inode, keep: boolean): void {
    inode.nlink -= isDirectory(inode) ? 2 : 1;
    if (inode.nlink > 0) return;
    if (keep) inode.orphan = true;
    else this.inodes.delete(inode.oid);
  }

  /** Whether one directory lies below another, or is the same. */
  isBelow(inode: Inode, above: Inode): boolean {
    if (inode === above) return true;
    for (const { oid } of above.names.values()) {
      const child = this.inodes.get(oid);
      if (child !== undefined && isDirectory(child) && this.isBelow(inode, child)) return true;
    }
    return false;
  }
}
