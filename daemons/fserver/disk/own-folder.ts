import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import {
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf, cstring } from "../../sys/memory.ts";
import { Stat } from "./stat.ts";

const FILE_BYTES_MAX = 4_096;

/**
 * Opens a folder below another, and makes it first where it is not there. Only root may reach into it: else a user of this
 * host could lead us elsewhere, or read what others removed.
 */
export function openFolder(parent: number, name: string): Result<number> {
  libc.mkdirat(parent, cstring(name), 0o700);
  const fd = libc.openat(parent, cstring(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
  if (fd < 0) return fail(errnoName(-fd));
  const stat = new Stat();
  const failed = stat.of(fd);
  if (failed < 0 || stat.uid !== 0 || (stat.mode & 0o077) !== 0) {
    libc.close(fd);
    return fail("EPERM", "it is not root's alone");
  }
  return ok(fd);
}

export function openFile(folder: number, name: string): Result<number> {
  const fd = libc.openat(folder, cstring(name), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600);
  return fd < 0 ? fail(errnoName(-fd)) : ok(fd);
}

/** @returns The text of a small file, or undefined where there is none. */
export function readText(folder: number, name: string): Result<string | undefined> {
  const fd = libc.openat(folder, cstring(name), O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0);
  if (fd < 0) return errnoName(-fd) === "ENOENT" ? ok(undefined) : fail(errnoName(-fd));
  const bytes = Buffer.alloc(FILE_BYTES_MAX);
  const got = libc.pread(fd, addressOf(bytes), bytes.length, 0);
  libc.close(fd);
  return got < 0 ? fail(errnoName(-got)) : ok(bytes.toString("utf8", 0, got));
}

/** Replaces a small file of ours as a whole; durable when it returns. */
export function replaceFile(folder: number, name: string, text: string): Result<void> {
  const next = `${name}.new`;
  const fd = libc.openat(folder, cstring(next), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600);
  if (fd < 0) return fail(errnoName(-fd));
  const bytes = Buffer.from(text);
  const written = libc.write(fd, addressOf(bytes), bytes.length);
  const synced = libc.fsync(fd);
  libc.close(fd);
  if (written !== bytes.length) return fail(written < 0 ? errnoName(-written) : "ENOSPC");
  if (synced < 0) return fail(errnoName(-synced));
  const renamed = libc.renameat2(folder, cstring(next), folder, cstring(name), 0);
  if (renamed < 0) return fail(errnoName(-renamed));
  libc.fsync(folder);
  return ok(undefined);
}
