import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { ERRNO } from "../core/errno.ts";
import * as c from "./constants.ts";
import { addressOf, cstring, NULL, readI64, viewOf, write64 } from "./memory.ts";
import { NAME_ROWS } from "./name-calls.ts";
import { coveredLibc } from "./testing/covered.ts";
import { withScratch } from "./testing/scratch.ts";

const { calls: libc, missing } = coveredLibc();
after(() => assert.deepEqual(missing(Object.keys(NAME_ROWS)), [], "calls without a test"));

const E = (name: keyof typeof ERRNO): number => -ERRNO[name].number;
const isRoot = process.geteuid?.() === 0;
const needsRoot = { skip: isRoot ? false : "needs root" };

type Stat = {
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
  mtimeNsec: number;
  rdev: string;
};

function stat(dirfd: number, name: string): Stat | number {
  const buffer = Buffer.alloc(256);
  const view = viewOf(buffer);
  const flags = c.AT_SYMLINK_NOFOLLOW | (name === "" ? c.AT_EMPTY_PATH : 0);
  const result = libc.statx(dirfd, cstring(name), flags, c.STATX_BASIC_STATS | c.STATX_BTIME, addressOf(buffer));
  if (result < 0) return result;
  return {
    nlink: view.getUint32(16, true),
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
    mode: view.getUint16(28, true),
    size: readI64(view, 40),
    mtime: readI64(view, 112),
    mtimeNsec: view.getUint32(120, true),
    rdev: `${view.getUint32(128, true)}:${view.getUint32(132, true)}`,
  };
}

function mustStat(dirfd: number, name: string): Stat {
  const found = stat(dirfd, name);
  assert.ok(typeof found !== "number", `${name}: errno ${-(found as number)}`);
  return found;
}

test("names are made, linked, renamed, read and removed", () => {
  withScratch(({ fd, path }) => {
    assert.equal(libc.mkdirat(fd, cstring("dir"), 0o755), 0);
    assert.equal(libc.mkdirat(fd, cstring("dir"), 0o755), E("EEXIST"));
    writeFileSync(`${path}/file`, "12345");
    assert.equal(mustStat(fd, "file").size, 5);
    assert.equal(libc.linkat(fd, cstring("file"), fd, cstring("dir/hard"), 0), 0);
    assert.equal(mustStat(fd, "file").nlink, 2);
    assert.equal(libc.symlinkat(cstring("file"), fd, cstring("soft")), 0);
    const target = Buffer.alloc(10);
    assert.equal(libc.readlinkat(fd, cstring("soft"), target, 10), 4);
    assert.equal(target.toString("latin1", 0, 4), "file");
    assert.equal(libc.readlinkat(fd, cstring("file"), target, 10), E("EINVAL"));
    assert.equal(libc.renameat2(fd, cstring("file"), fd, cstring("soft"), c.RENAME_NOREPLACE), E("EEXIST"));
    assert.equal(libc.renameat2(fd, cstring("file"), fd, cstring("soft"), c.RENAME_EXCHANGE), 0);
    assert.equal(mustStat(fd, "soft").mode & 0o170000, 0o100000);
    assert.equal(libc.renameat2(fd, cstring("soft"), fd, cstring("again"), 0), 0);
    assert.equal(libc.unlinkat(fd, cstring("dir"), 0), E("EISDIR"));
    assert.equal(libc.unlinkat(fd, cstring("dir"), c.AT_REMOVEDIR), E("ENOTEMPTY"));
    assert.equal(libc.unlinkat(fd, cstring("dir/hard"), 0), 0);
    assert.equal(libc.unlinkat(fd, cstring("dir"), c.AT_REMOVEDIR), 0);
    assert.equal(stat(fd, "dir"), E("ENOENT"));
  });
});

test("names of any bytes but NUL and slash are kept as they are", () => {
  withScratch(({ fd }) => {
    const name = Array.from({ length: 255 }, (_, i) => String.fromCharCode(i + 1))
      .join("")
      .replace("/", "");
    assert.equal(libc.mkdirat(fd, cstring(name), 0o700), 0);
    const listing = Buffer.from(`/proc/self/fd/${fd}/${name}\0`, "latin1");
    assert.equal(libc.faccessat(c.AT_FDCWD, listing, 0, 0), 0);
    assert.equal(libc.faccessat(fd, cstring("none"), 0, 0), E("ENOENT"));
    assert.equal(libc.faccessat2(fd, cstring(""), 7, c.AT_EMPTY_PATH), 0);
    assert.equal(libc.faccessat2(fd, cstring("none"), 0, 0), E("ENOENT"));
  });
});

test("fifos, sockets and devices are made by their mode", () => {
  withScratch(({ fd }) => {
    assert.equal(libc.mknodat(fd, cstring("fifo"), 0o010644, 0), 0);
    assert.equal(libc.mknodat(fd, cstring("socket"), 0o140644, 0), 0);
    assert.equal(mustStat(fd, "fifo").mode & 0o170000, 0o010000);
    assert.equal(mustStat(fd, "socket").mode & 0o170000, 0o140000);
  });
});

test("a device keeps a large minor number in the kernel's encoding", needsRoot, () => {
  withScratch(({ fd }) => {
    // linux/kdev_t.h new_encode_dev: minor's low 8 bits, major << 8, minor's rest << 12.
    const encoded = (300 & 0xff) | (7 << 8) | ((300 & ~0xff) << 12);
    assert.equal(libc.mknodat(fd, cstring("block"), 0o060600, encoded), 0);
    assert.equal(mustStat(fd, "block").rdev, "7:300");
  });
});

test("modes, owners and times are set", needsRoot, () => {
  withScratch(({ fd, path }) => {
    writeFileSync(`${path}/file`, "");
    const file = libc.openat(fd, cstring("file"), c.O_RDWR, 0);
    assert.equal(libc.fchmod(file, 0o640), 0);
    assert.equal(mustStat(file, "").mode & 0o7777, 0o640);
    assert.equal(libc.fchmodat(fd, cstring("file"), 0o4711, 0), 0);
    assert.equal(libc.fchownat(fd, cstring("file"), 12_345, c.UNCHANGED_ID, c.AT_SYMLINK_NOFOLLOW), 0);
    assert.equal(libc.fchownat(file, cstring(""), c.UNCHANGED_ID, 4_000_000_000, c.AT_EMPTY_PATH), 0);
    const owned = mustStat(fd, "file");
    assert.deepEqual([owned.uid, owned.gid, owned.mode & 0o7777], [12_345, 4_000_000_000, 0o711]);
    const times = Buffer.alloc(32);
    const view = viewOf(times);
    write64(view, 8, c.UTIME_OMIT);
    write64(view, 16, -1_000_000_000);
    write64(view, 24, 999_999_999);
    assert.equal(libc.utimensat(fd, cstring("file"), times, c.AT_SYMLINK_NOFOLLOW), 0);
    assert.deepEqual([mustStat(fd, "file").mtime, mustStat(fd, "file").mtimeNsec], [-1_000_000_000, 999_999_999]);
    write64(view, 16, 2 ** 32 + 5);
    assert.equal(libc.futimens(file, addressOf(times)), 0);
    assert.equal(mustStat(fd, "file").mtime, 2 ** 32 + 5);
    libc.close(file);
  });
});

test("extended attributes are set, read, listed and removed by path, link and descriptor", needsRoot, () => {
  withScratch(({ fd, path }) => {
    writeFileSync(`${path}/file`, "");
    chmodSync(`${path}/file`, 0o600);
    libc.symlinkat(cstring("file"), fd, cstring("link"));
    const file = libc.openat(fd, cstring("file"), c.O_RDONLY, 0);
    const full = (name: string): Buffer => cstring(`/proc/self/fd/${fd}/${name}`);
    const value = Buffer.from("value");
    const back = Buffer.alloc(100);
    const name = cstring("trusted.test").subarray(0, 13);
    const kept = Buffer.from(name);
    assert.equal(libc.fgetxattr(file, kept, NULL, 0), E("ENODATA"));
    assert.equal(libc.setxattr(full("file"), kept, value, 5, c.XATTR_CREATE), 0);
    assert.equal(libc.setxattr(full("file"), kept, value, 5, c.XATTR_CREATE), E("EEXIST"));
    assert.equal(libc.getxattr(full("link"), kept, back, 100), 5);
    assert.equal(libc.lgetxattr(full("link"), kept, back, 100), E("ENODATA"));
    assert.equal(libc.lsetxattr(full("link"), kept, value, 4, 0), 0);
    assert.equal(libc.lgetxattr(full("link"), kept, back, 100), 4);
    assert.equal(libc.fgetxattr(file, kept, NULL, 0), 5);
    assert.equal(libc.fgetxattr(file, kept, back, 2), E("ERANGE"));
    assert.equal(libc.fsetxattr(file, cstring("user.u"), value, 1, 0), 0);
    const names = (length: number): string[] =>
      back.toString("latin1", 0, Math.max(0, length)).split("\0").filter(Boolean).toSorted();
    assert.deepEqual(names(libc.flistxattr(file, back, 100)), ["trusted.test", "user.u"]);
    assert.deepEqual(names(libc.listxattr(full("link"), back, 100)), ["trusted.test", "user.u"]);
    assert.deepEqual(names(libc.llistxattr(full("link"), back, 100)), ["trusted.test"]);
    assert.equal(libc.lremovexattr(full("link"), kept), 0);
    assert.equal(libc.removexattr(full("file"), kept), 0);
    assert.equal(libc.fremovexattr(file, cstring("user.u")), 0);
    assert.equal(libc.fremovexattr(file, cstring("user.u")), E("ENODATA"));
    libc.close(file);
  });
});

test("an object opened with O_PATH is reached by its number, without being followed", needsRoot, () => {
  withScratch(({ fd }) => {
    libc.symlinkat(cstring("nowhere"), fd, cstring("link"));
    const link = libc.openat(fd, cstring("link"), c.O_PATH | c.O_NOFOLLOW, 0);
    assert.ok(link > 2);
    const byNumber = Buffer.from(`/proc/self/fd/${link}\0`);
    const value = Buffer.from([1]);
    // setxattr follows the magic link to the symlink itself, which is where it ends.
    assert.equal(libc.setxattr(byNumber, cstring("trusted.t"), value, 1, 0), 0);
    assert.equal(libc.lgetxattr(cstring(`/proc/self/fd/${fd}/link`), cstring("trusted.t"), NULL, 0), 1);
    libc.close(link);
  });
});
