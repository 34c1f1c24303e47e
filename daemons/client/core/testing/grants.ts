import { S_IFREG, type Attributes } from "../../../core/attributes.ts";
import { version, type Oid } from "../../../core/brand.ts";
import { TIME_ZERO } from "../../../core/time.ts";
import type { MessageOfKind } from "../../../wire/messages.ts";

type Grants = MessageOfKind<"granted">["grants"];

/** A file as a test needs one. */
export function fileOf(oid: Oid, itsVersion = 3, size = 10): Attributes {
  const times = { atime: TIME_ZERO, mtime: TIME_ZERO, ctime: TIME_ZERO, btime: TIME_ZERO };
  const whose = { nlink: 1, uid: 0, gid: 0, rdev: 0 };
  const space = { size, blocks: Math.ceil(size / 4_096) * 8, blockSize: 4_096 };
  return { oid, version: version(itsVersion), mode: S_IFREG | 0o644, ...whose, ...space, ...times };
}

/** What a lead grants that has a file under each number. Version 0: that has none. */
export function grantsOf(
  wants: readonly { readonly oid: Oid; readonly mode: number }[],
  { itsVersion = 3, inUse = 0, size = 10 } = {},
): Grants {
  return wants.map(({ oid, mode }) => {
    const attributes = itsVersion === 0 ? [] : [fileOf(oid, itsVersion, size)];
    return { oid, mode, inUse, bare: 1, attributes };
  });
}
