import type { Path } from "./system.ts";
import { getXattr, setXattr } from "./system-xattrs.ts";

/** POSIX access control lists, acl(5), as the xattrs that carry them (linux/posix_acl_xattr.h). */
export type AclEntry = {
  readonly tag: "owner" | "user" | "group" | "named-group" | "mask" | "other";
  /** As the bits of a mode: 4 read, 2 write, 1 execute. */
  readonly allows: number;
  /** Of `user` and `named-group`. */
  readonly id?: number;
};
export type AclKind = "access" | "default";

const TAGS = { owner: 1, user: 2, group: 4, "named-group": 8, mask: 0x10, other: 0x20 } as const;
const VERSION = 2;
const NO_ID = 0xffffffff;

export const aclName = (kind: AclKind): string => `system.posix_acl_${kind}`;

/** @param entries Must be in the order of the tags' numbers, as the kernel wants them. */
export function encodeAcl(entries: readonly AclEntry[]): Buffer {
  const raw = Buffer.alloc(4 + entries.length * 8);
  raw.writeUInt32LE(VERSION, 0);
  entries.forEach((entry, at) => {
    raw.writeUInt16LE(TAGS[entry.tag], 4 + at * 8);
    raw.writeUInt16LE(entry.allows, 6 + at * 8);
    raw.writeUInt32LE(entry.id ?? NO_ID, 8 + at * 8);
  });
  return raw;
}

export function decodeAcl(raw: Buffer): AclEntry[] {
  const tags = new Map(Object.entries(TAGS).map(([name, number]) => [number as number, name as AclEntry["tag"]]));
  const entries: AclEntry[] = [];
  for (let at = 4; at + 8 <= raw.length; at += 8) {
    const tag = tags.get(raw.readUInt16LE(at)) ?? "other";
    const id = raw.readUInt32LE(at + 4);
    const allows = raw.readUInt16LE(at + 2);
    entries.push(id === NO_ID ? { tag, allows } : { tag, allows, id });
  }
  return entries;
}

export const setAcl = (path: Path, kind: AclKind, entries: readonly AclEntry[]): void =>
  setXattr(path, aclName(kind), encodeAcl(entries));
export const getAcl = (path: Path, kind: AclKind): AclEntry[] => decodeAcl(getXattr(path, aclName(kind)));
