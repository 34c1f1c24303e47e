import type { KernelRequest } from "../../fuse/core/request.ts";
import { LIMIT } from "../../wire/messages.ts";
import { answerEmpty, answerError } from "./answer.ts";
import type { Context } from "./context.ts";
import { create, mkdir, mknod, symlink, tmpfile } from "./op-create.ts";
import { opendir, readdir, releasedir } from "./op-directory.ts";
import { getlk, setlk } from "./op-locks.ts";
import { link, rename, rmdir, unlink } from "./op-names.ts";
import { flush, fsync, open, release } from "./op-open.ts";
import { getattr, getxattr, listxattr, lookup, lseek, read, readlink, statfs, statx } from "./op-read.ts";
import { removexattr, setattr, setxattr } from "./op-setattr.ts";
import { copyFileRange, fallocate, write } from "./op-write.ts";
import type { Operation } from "./operation.ts";

/** `forget`, `batchForget` and `interrupt` have no answer; they never come here. */
function* nothing(): Operation<void> {}

function* refuse(
  c: Context,
  request: KernelRequest,
  errno: "ENOTTY" | "ENOSYS" | "EIO" | "ENAMETOOLONG",
): Operation<void> {
  answerError(c, request.header, errno);
}

function* agree(c: Context, request: KernelRequest): Operation<void> {
  answerEmpty(c, request.header);
}

/** The kernel passes on names of up to 1,024 bytes: linux/fuse.h FUSE_NAME_MAX. The file systems behind us take fewer. */
function isTooLong(request: KernelRequest): boolean {
  if ("name" in request && request.name.length > LIMIT.nameBytes) return true;
  if ("newName" in request && request.newName.length > LIMIT.nameBytes) return true;
  return "target" in request && typeof request.target === "string" && request.target.length > LIMIT.targetBytes;
}

/** @returns The operation that answers a request. */
export function operationFor(c: Context, request: KernelRequest): Operation<void> {
  return isTooLong(request) ? refuse(c, request, "ENAMETOOLONG") : operationOf(c, request);
}

function operationOf(c: Context, request: KernelRequest): Operation<void> {
  switch (request.op) {
    case "lookup":
      return lookup(c, request);
    case "getattr":
      return getattr(c, request);
    case "statx":
      return statx(c, request);
    case "setattr":
      return setattr(c, request);
    case "readlink":
      return readlink(c, request);
    case "symlink":
      return symlink(c, request);
    case "mknod":
      return mknod(c, request);
    case "mkdir":
      return mkdir(c, request);
    case "unlink":
      return unlink(c, request);
    case "rmdir":
      return rmdir(c, request);
    case "rename":
      return rename(c, request);
    case "link":
      return link(c, request);
    case "open":
      return open(c, request);
    case "create":
      return create(c, request);
    case "tmpfile":
      return tmpfile(c, request);
    case "read":
      return read(c, request);
    case "write":
      return write(c, request);
    case "statfs":
      return statfs(c, request);
    case "release":
      return release(c, request);
    case "releasedir":
      return releasedir(c, request);
    case "fsync":
      return fsync(c, request);
    case "fsyncdir":
      return fsync(c, request);
    case "flush":
      return flush(c, request);
    case "setxattr":
      return setxattr(c, request);
    case "getxattr":
      return getxattr(c, request);
    case "listxattr":
      return listxattr(c, request);
    case "removexattr":
      return removexattr(c, request);
    case "opendir":
      return opendir(c, request);
    case "readdir":
      return readdir(c, request);
    case "getlk":
      return getlk(c, request);
    case "setlk":
      return setlk(c, request);
    case "fallocate":
      return fallocate(c, request);
    case "lseek":
      return lseek(c, request);
    case "copyFileRange":
      return copyFileRange(c, request);
    // The kernel checks permissions itself (default_permissions); asked all the same, it may go on.
    case "access":
      return agree(c, request);
    // Python's open() asks each file whether it is a terminal; ENOSYS would be remembered for other commands, too.
    case "ioctl":
      return refuse(c, request, "ENOTTY");
    // Remembered by the kernel, which then knows that files are always ready, and asks no more.
    case "poll":
      return refuse(c, request, "ENOSYS");
    case "bmap":
      return refuse(c, request, "ENOSYS");
    case "unknown":
      return refuse(c, request, request.malformed ? "EIO" : "ENOSYS");
    case "destroy":
      return agree(c, request);
    case "forget":
    case "batchForget":
    case "interrupt":
      return nothing();
  }
}
