/**
 * What the daemon tells the kernel unasked: linux/fuse.h, enum fuse_notify_code; fs/fuse/dev.c, fuse_notify.
 *
 * A notification is written to the device like an answer, but **never by the thread that answers requests**: it may wait
 * for requests to be answered first (an inode's dirty pages, a directory's lookups).
 */
import type { FileName, Oid } from "../../core/brand.ts";
import { assertNever } from "../../core/result.ts";
import { type Memory, writeU64 } from "./memory.ts";
import { NOTIFY_DELETE_OUT, NOTIFY_ENTRY_OUT, NOTIFY_INODE_OUT, OUT_HEADER } from "./structures.ts";

export type Notification =
  /** Attributes unknown; pages dropped from `offset` on, `length` 0 = to the end. `offset` -1: attributes only. */
  | { readonly kind: "inode"; readonly node: Oid; readonly offset: number; readonly length: number }
  /** The name is forgotten. `expire` (7.38): looked up anew at its next use, and nothing is waited for. */
  | { readonly kind: "entry"; readonly parent: Oid; readonly name: FileName; readonly expire: boolean }
  /** As `entry`, and watchers of the directory (inotify) are told. */
  | { readonly kind: "delete"; readonly parent: Oid; readonly child: Oid; readonly name: FileName }
  /** Requests in flight are sent once more (7.40). */
  | { readonly kind: "resend" }
  /** Every cached name is looked up anew at its next use (7.44). Waits for nothing. */
  | { readonly kind: "epoch" };

const CODES = { inode: 2, entry: 3, delete: 6, resend: 7, epoch: 8 } as const;
const BODY = OUT_HEADER.bytes;

function encodeName(into: Memory, at: number, name: FileName): number {
  const written = into.bytes.write(name, at, "latin1");
  into.view.setUint8(at + written, 0);
  return written + 1;
}

function encodeBody(into: Memory, notification: Notification): number {
  const { view } = into;
  switch (notification.kind) {
    case "inode": {
      const at = NOTIFY_INODE_OUT.at;
      writeU64(view, BODY + at.node, notification.node);
      writeU64(view, BODY + at.offset, notification.offset);
      writeU64(view, BODY + at.length, notification.length);
      return NOTIFY_INODE_OUT.bytes;
    }
    case "entry": {
      const at = NOTIFY_ENTRY_OUT.at;
      writeU64(view, BODY + at.parent, notification.parent);
      view.setUint32(BODY + at.nameLength, notification.name.length, true);
      view.setUint32(BODY + at.flags, notification.expire ? 1 : 0, true);
      return NOTIFY_ENTRY_OUT.bytes + encodeName(into, BODY + NOTIFY_ENTRY_OUT.bytes, notification.name);
    }
    case "delete": {
      const at = NOTIFY_DELETE_OUT.at;
      writeU64(view, BODY + at.parent, notification.parent);
      writeU64(view, BODY + at.child, notification.child);
      view.setUint32(BODY + at.nameLength, notification.name.length, true);
      view.setUint32(BODY + at._, 0, true);
      return NOTIFY_DELETE_OUT.bytes + encodeName(into, BODY + NOTIFY_DELETE_OUT.bytes, notification.name);
    }
    case "resend":
    case "epoch":
      return 0;
    default:
      return assertNever(notification);
  }
}

/** Encodes a notification from the begin of `into` (320 bytes are enough). @returns Its bytes, for one write. */
export function encodeNotification(into: Memory, notification: Notification): number {
  const bytes = BODY + encodeBody(into, notification);
  into.view.setUint32(OUT_HEADER.at.length, bytes, true);
  into.view.setUint32(OUT_HEADER.at.error, CODES[notification.kind], true);
  writeU64(into.view, OUT_HEADER.at.unique, 0);
  return bytes;
}
