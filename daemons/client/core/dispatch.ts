import type { KernelRequest, OperationName } from "../../fuse/core/request.ts";
import { LIMIT } from "../../wire/messages.ts";
import { answerEmpty, answerError } from "./answer.ts";
import type { Context, RequestOf } from "./context.ts";
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

type Handler<Name extends OperationName> = (c: Context, request: RequestOf<Name>) => Operation<void>;

const OPERATIONS: { readonly [Name in OperationName]: Handler<Name> } = {
  lookup,
  getattr,
  statx,
  setattr,
  readlink,
  symlink,
  mknod,
  mkdir,
  unlink,
  rmdir,
  rename,
  link,
  open,
  create,
  tmpfile,
  read,
  write,
  statfs,
  release,
  releasedir,
  fsync,
  fsyncdir: fsync,
  flush,
  setxattr,
  getxattr,
  listxattr,
  removexattr,
  opendir,
  readdir,
  getlk,
  setlk,
  fallocate,
  lseek,
  copyFileRange,
  // The kernel checks permissions itself (default_permissions); asked all the same, it may go on.
  access: agree,
  // Python's open() asks each file whether it is a terminal; ENOSYS would be remembered for other commands, too.
  ioctl: (c, request) => refuse(c, request, "ENOTTY"),
  // Remembered by the kernel, which then knows that files are always ready, and asks no more.
  poll: (c, request) => refuse(c, request, "ENOSYS"),
  bmap: (c, request) => refuse(c, request, "ENOSYS"),
  unknown: (c, request) => refuse(c, request, request.malformed ? "EIO" : "ENOSYS"),
  destroy: agree,
  forget: nothing,
  batchForget: nothing,
  interrupt: nothing,
};

function operationOf(c: Context, request: KernelRequest): Operation<void> {
  // The row of a name takes requests of that name: the table's type says so, which TypeScript cannot follow by a variable.
  const handler = OPERATIONS[request.op] as Handler<OperationName>;
  return handler(c, request);
}
