import type { FileName, Oid } from "../../core/brand.ts";

/** What the kernel is to forget: the notifications of linux/fuse.h. */
export type Invalidation =
  /** Attributes of an object (NOTIFY_INVAL_INODE, offset -1). Waits for nothing. */
  | { readonly kind: "attributes"; readonly oid: Oid }
  /**
   * Attributes of an object, its pages, the listing of a directory, the target of a link (NOTIFY_INVAL_INODE). Waits for
   * pending reads of it, and writes dirty pages first.
   */
  | { readonly kind: "all"; readonly oid: Oid }
  /** What a name means, or that it means nothing (NOTIFY_INVAL_ENTRY). Waits for pending requests in the directory. */
  | { readonly kind: "name"; readonly parent: Oid; readonly name: FileName }
  /** What any name means (NOTIFY_INC_EPOCH, Linux 6.16). Waits for nothing. */
  | { readonly kind: "names" };
