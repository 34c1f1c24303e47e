import { FOPEN } from "./reply.ts";
import type { KernelRequest } from "./request.ts";

/** open(2): asm-generic/fcntl.h, the same on all architectures. */
const O_ACCMODE = 0o3;
const O_WRONLY = 0o1;
const O_RDWR = 0o2;
const O_APPEND = 0o2000;

/**
 * What is added to the answer of an OPEN or CREATE, so that one write(2) that appends is one WRITE, up to the largest:
 * through the page cache it would be two where it begins in a page that is not up to date (fs/fuse/file.c,
 * fuse_fill_write_pages), and another client's record could come in between.
 *
 * @param canMap DIRECT_IO_ALLOW_MMAP was agreed on (7.39); without it such a file could not be mapped any more, so those
 *   that are read, too, are left alone.
 */
export function appendFlags(request: KernelRequest, canMap: boolean): number {
  if (request.op !== "open" && request.op !== "create") return 0;
  if ((request.flags & O_APPEND) === 0) return 0;
  const access = request.flags & O_ACCMODE;
  return access === O_WRONLY || (access === O_RDWR && canMap) ? FOPEN.directIo : 0;
}
