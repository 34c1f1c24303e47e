import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { errnoName } from "../core/errno.ts";
import { MOUNT_TYPE, type MountEntry, mountedAt, parseMountTable } from "../core/mount-table.ts";
import { fail, ok, type Result } from "../core/result.ts";
import * as c from "../sys/constants.ts";
import { libc } from "../sys/libc.ts";
import { cstring } from "../sys/memory.ts";

export type MountRequest = {
  /** First column of the mount table: the group's name. */
  readonly source: string;
  /** An existing directory: absolute, without symbolic links. */
  readonly at: string;
  /** The VFS's own words (`ro`, `nodev`, …), and `_netdev`, which mount(8) notes in utab for systemd. */
  readonly words: readonly string[];
  /** mount(8) -n: utab is left alone. */
  readonly noTable: boolean;
  /** Largest READ, bytes. */
  readonly maxReadBytes: number;
};

/** mount(2): words that are flags there. linux/mount.h; nosymfollow is MS_NOSYMFOLLOW (5.10). */
const FLAGS: Readonly<Record<string, number>> = {
  ro: c.MS_RDONLY,
  rw: 0,
  nosuid: c.MS_NOSUID,
  nodev: c.MS_NODEV,
  noexec: c.MS_NOEXEC,
  noatime: c.MS_NOATIME,
  nodiratime: c.MS_NODIRATIME,
  strictatime: c.MS_STRICTATIME,
  nosymfollow: 256,
};

/**
 * fuse(4) options that each mount has. `default_permissions`: with cached names the kernel must check, or a name would
 * open to whoever may not see it; `allow_other`: it is everybody's tree, not that of the user who mounted it.
 */
const fuseOptions = (fd: number, maxReadBytes: number): string =>
  `fd=${fd},rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other,max_read=${maxReadBytes}`;

/** A path of ours as the kernel takes it: UTF-8, and a NUL. */
const path = (text: string): Buffer => cstring(Buffer.from(text).toString("latin1"));

function openDevice(): Result<number> {
  const fd = libc.openat(c.AT_FDCWD, path("/dev/fuse"), c.O_RDWR | c.O_NONBLOCK | c.O_CLOEXEC, 0);
  if (fd >= 0) return ok(fd);
  const errno = errnoName(-fd);
  if (errno === "ENOENT" || errno === "ENODEV" || errno === "ENXIO") {
    return fail(errno, "/dev/fuse is missing: load the kernel's module with 'modprobe fuse'");
  }
  return fail(errno, `/dev/fuse cannot be opened: ${errno}`);
}

/** @returns undefined when there is no mount(8). */
function mountByProgram(fd: number, request: MountRequest): Result<void> | undefined {
  // The descriptor becomes the program's 3. mount(8) -i: no helper, or it would call us again; -c: a source is a
  // group's name, also where the present directory has a file of that name.
  const options = [...request.words, fuseOptions(3, request.maxReadBytes)].join(",");
  const table = request.noTable ? ["-n"] : [];
  const run = spawnSync(
    "mount",
    ["-i", "-c", ...table, "-t", MOUNT_TYPE, "-o", options, "--", request.source, request.at],
    {
      stdio: ["ignore", "pipe", "pipe", fd],
      env: { ...process.env, LC_ALL: "C" },
      encoding: "utf8",
    },
  );
  if (run.error !== undefined) return undefined;
  if (run.status === 0) return ok(undefined);
  const said = run.stderr
    .trim()
    .replace(/^mount: /, "")
    .replaceAll("\n", "; ");
  return fail("EIO", said === "" ? `mount(8) ended with ${run.status ?? run.signal}` : said);
}

function mountByCall(fd: number, request: MountRequest): Result<void> {
  let flags = 0;
  for (const word of request.words) {
    const flag = FLAGS[word];
    if (flag === undefined && !word.startsWith("_")) return fail("EINVAL", `mount option '${word}' needs mount(8)`);
    flags |= flag ?? 0;
  }
  const data = fuseOptions(fd, request.maxReadBytes);
  const result = libc.mount(path(request.source), path(request.at), path(MOUNT_TYPE), flags, path(data));
  if (result === 0) return ok(undefined);
  const errno = errnoName(-result);
  return fail(errno, `${request.at}: mount(2): ${errno}`);
}

/**
 * Opens /dev/fuse and mounts it. The mount's first request, INIT, waits in the descriptor: whoever touches the directory
 * before it is answered waits as well, so this thread must not.
 *
 * @returns The descriptor, non-blocking, for a transport.
 */
export function mountFuse(request: MountRequest): Result<number> {
  const device = openDevice();
  if (!device.ok) return device;
  const mounted = mountByProgram(device.value, request) ?? mountByCall(device.value, request);
  if (mounted.ok) return device;
  libc.close(device.value);
  return mounted;
}

export type UnmountHow = {
  /** Out of the tree at once; the mount ends when its last user is gone. */
  readonly lazy?: boolean;
  /** The connection is aborted, also where it says EBUSY: who waits gets ECONNABORTED. umount(2), MNT_FORCE. */
  readonly force?: boolean;
};

/**
 * Unmounts. **Not from the thread that answers the mount's requests**: the kernel may ask it something on the way.
 *
 * @returns EBUSY while it is in use, unless lazy.
 */
export function unmountFuse(at: string, { lazy = false, force = false }: UnmountHow = {}): Result<void> {
  // umount(8), since it also clears utab; -i: no helper; -c: the path is as the kernel has it, and is not walked.
  const how = [...(lazy ? ["-l"] : []), ...(force ? ["-f"] : [])];
  const run = spawnSync("umount", ["-i", "-c", ...how, "--", at], { stdio: "ignore" });
  if (run.error === undefined && run.status === 0) return ok(undefined);
  const flags = c.UMOUNT_NOFOLLOW | (lazy ? c.MNT_DETACH : 0) | (force ? c.MNT_FORCE : 0);
  const result = libc.umount2(path(at), flags);
  if (result === 0) return ok(undefined);
  const errno = errnoName(-result);
  return fail(errno, `${at}: ${errno === "EINVAL" ? "is not mounted" : errno === "EBUSY" ? "is in use" : errno}`);
}

/** @returns What of ours is mounted at exactly this directory, from the table of mounts: the directory is not touched. */
export function findMount(at: string): MountEntry | undefined {
  const entry = mountedAt(parseMountTable(readFileSync("/proc/self/mountinfo", "utf8")), at);
  return entry?.type === MOUNT_TYPE ? entry : undefined;
}

/**
 * Raises the mount's readahead, so that files are read by large requests: INIT can only lower it. To be called once INIT
 * is answered, since that sets it anew.
 */
export function setReadahead(at: string, bytes: number): Result<void> {
  const entry = findMount(at);
  if (entry === undefined) return fail("ENOENT", `${at}: is not mounted`);
  try {
    writeFileSync(`/sys/class/bdi/${entry.device}/read_ahead_kb`, `${Math.floor(bytes / 1024)}\n`);
    return ok(undefined);
  } catch (error) {
    // No /sys, or one that may only be read, as in a container: files are read by smaller requests then.
    return fail("EIO", `readahead of ${at}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
