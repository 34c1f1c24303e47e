import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { AT_EMPTY_PATH, AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_NOATIME, O_RDONLY } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import { MARK } from "../core/xattr-rights.ts";
import { readHandle } from "./file-handle.ts";
import { fileSystemName } from "../../sys/file-systems.ts";
import { HANDLE_BYTES_MAX } from "./index-record.ts";
import { markOf } from "./mark-xattr.ts";
import { missingRights } from "./missing-rights.ts";

const EMPTY = Buffer.alloc(1);
const PROBE = Buffer.from(`${MARK}.probe\0`);
const ONE = Buffer.from([1]);

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such directory",
  ENOTDIR: "it is not a directory",
  EACCES: "permission denied",
  EROFS: "its file system is mounted read-only",
};

/** Whether trusted xattrs can be set: 0 or -errno. What has our number already could, though the disk may be full now. */
function probe(fd: number): number {
  if (markOf(fd) !== undefined) return 0;
  const set = libc.fsetxattr(fd, PROBE, ONE, 1, 0);
  if (set === 0) libc.fremovexattr(fd, PROBE);
  return set;
}

/**
 * Opens the directory of an export, and tries whether it can be one.
 *
 * @returns Its descriptor, or why not, in words for people.
 */
export function openRoot(path: string): Result<number> {
  const say = (errno: number, otherwise: string) => {
    const name = errnoName(-errno);
    return fail(name, `${path} cannot be exported: ${WHY[name] ?? `${otherwise} (${name})`}`);
  };
  if (missingRights().length > 0) return fail("EPERM", `${path} cannot be exported: an fserver must run as root`);
  const bytes = cstring(Buffer.from(path).toString("latin1"));
  const fd = libc.openat(AT_FDCWD, bytes, O_RDONLY | O_DIRECTORY | O_NOATIME | O_CLOEXEC, 0);
  if (fd < 0) return say(fd, "it cannot be opened");
  const set = probe(fd);
  const handle = readHandle(fd, EMPTY, AT_EMPTY_PATH);
  if (set === 0 && handle >= 0 && handle <= HANDLE_BYTES_MAX) return ok(fd);
  const system = fileSystemName(fd);
  libc.close(fd);
  if (set < 0) return say(set, `its file system, ${system}, keeps no trusted extended attributes`);
  return say(Math.min(handle, -1), `its file system, ${system}, has no file handles that we can keep`);
}
