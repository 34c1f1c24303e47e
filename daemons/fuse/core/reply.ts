/** What is answered to the kernel: the outgoing structures of linux/fuse.h. `forget`, `batchForget` and `interrupt` get none. */
import type { Attributes } from "../../core/attributes.ts";
import type { FileName } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";

/** How long the kernel may believe an answer, in seconds; fractions count. */
export type Validity = { readonly entrySeconds: number; readonly attributeSeconds: number };

/** What the kernel may do with an open file or directory, to be joined into `openFlags`: FOPEN_* of linux/fuse.h. */
export const FOPEN = {
  /** READ and WRITE of every call, past the page cache. The transport adds it where files are opened to append. */
  directIo: 1,
  /** Pages that are cached stay so; else opening drops them. */
  keepCache: 2,
  /** A directory's listing is cached, and dropped by an `all` invalidation (7.28). With `keepCache` an old one is used. */
  cacheDirectory: 8,
  /**
   * No FLUSH at close (7.34, Linux 5.16; an older kernel sends it). Not where fcntl locks are held, which it releases,
   * nor where an error that comes late is to reach close(2).
   */
  noFlush: 32,
} as const;

export type DirectoryEntry = {
  readonly name: FileName;
  /** Where the kernel goes on after this entry. */
  readonly offset: number;
  readonly attributes: Attributes;
  /**
   * undefined: only the name, the number and the type are told, also where READDIRPLUS asks for more; the kernel looks
   * the name up when it wants to know the rest.
   */
  readonly validity?: Validity | undefined;
};

export type Reply =
  | { readonly kind: "error"; readonly errno: ErrnoName }
  /** Success without a body. */
  | { readonly kind: "empty" }
  | { readonly kind: "entry"; readonly attributes: Attributes; readonly validity: Validity }
  /** "No such name", to be remembered for so long (node id 0). */
  | { readonly kind: "negative"; readonly entrySeconds: number }
  | { readonly kind: "attributes"; readonly attributes: Attributes; readonly attributeSeconds: number }
  | { readonly kind: "statx"; readonly attributes: Attributes; readonly attributeSeconds: number }
  | { readonly kind: "opened"; readonly fh: number; readonly openFlags: number }
  | {
      readonly kind: "created";
      readonly attributes: Attributes;
      readonly validity: Validity;
      readonly fh: number;
      readonly openFlags: number;
    }
  /** Bytes as they are: read, readlink, getxattr and listxattr with a size. */
  | { readonly kind: "data"; readonly data: Uint8Array }
  /** getxattr, listxattr with size 0. */
  | { readonly kind: "xattrSize"; readonly size: number }
  | { readonly kind: "written"; readonly count: number; readonly wide?: boolean }
  | {
      readonly kind: "statfs";
      readonly blocks: number;
      readonly blocksFree: number;
      readonly blocksAvailable: number;
      readonly files: number;
      readonly filesFree: number;
      readonly blockSize: number;
      readonly nameMax: number;
    }
  | { readonly kind: "lock"; readonly type: number; readonly start: number; readonly end: number; readonly pid: number }
  | { readonly kind: "offset"; readonly offset: number };
