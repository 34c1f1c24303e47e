import type { Oid } from "../../core/brand.ts";
import type { Result } from "../../core/result.ts";
import type { ChangeBody } from "./change-body.ts";
import type { Context } from "./context.ts";
import { everywhere } from "./everywhere.ts";
import type { Operation } from "./operation.ts";

/**
 * A disk with less room is near full: space is put aside on all members before a write, so that none is the only one
 * that cannot apply it. Beats tell the room once a second; a gigabyte is what one second of writing may take.
 */
const BYTES_TO_WRITE = 1_073_741_824;
/** The same for new objects: an inode each, and a block of the directory. */
const BYTES_TO_MAKE = 64 * 1_048_576;
const FILES_TO_MAKE = 16_384;
/** What an object that is not made yet on all members may take. */
const OBJECT_BYTES = 8_192;

/** Whether one of the disks may have no room for data that is written. */
export const isNearFullToWrite = (c: Context): boolean => {
  const coming = c.replicator.dirty.bytes;
  return c.writable.some((link) => link.bytesFree - coming < BYTES_TO_WRITE);
};

/** Whether one of the disks may have no room for a new object. */
export const isNearFullToMake = (c: Context): boolean => {
  const coming = c.replicator.unsent;
  const bytes = BYTES_TO_MAKE + coming * OBJECT_BYTES + c.replicator.dirty.bytes;
  return c.writable.some((link) => link.bytesFree < bytes || link.filesFree < FILES_TO_MAKE + coming);
};

/** Whether a change may fail for want of room: then it is not answered before the members are. */
export function isNearFull(c: Context, { kind }: ChangeBody): boolean {
  if (kind === "write") return isNearFullToWrite(c);
  return kind === "create" || kind === "link" || kind === "rename" ? isNearFullToMake(c) : false;
}

/** Asks every writable member to put space aside. @returns ENOSPC or EDQUOT when one has none. */
export function* reserve(c: Context, oid: Oid, offset: number, length: number): Operation<Result<void>> {
  return yield* everywhere(c, { kind: "reserve", oid, offset, length });
}
