import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { ERRNO } from "../core/errno.ts";
import * as c from "./constants.ts";
import { FILE_ROWS } from "./file-calls.ts";
import { addressOf, cstring, IoVector, NULL, readI64, viewOf, write64 } from "./memory.ts";
import { coveredLibc } from "./testing/covered.ts";
import { withScratch } from "./testing/scratch.ts";

const { calls: libc, missing } = coveredLibc();
after(() => assert.deepEqual(missing(Object.keys(FILE_ROWS)), [], "calls without a test"));

const E = (name: keyof typeof ERRNO): number => -ERRNO[name].number;
const isRoot = process.geteuid?.() === 0;

const openFile = (dirfd: number, name: string): number =>
  libc.openat(dirfd, cstring(name), c.O_RDWR | c.O_CREAT | c.O_CLOEXEC, 0o644);
const text = (buffer: Buffer, length: number): string => buffer.toString("latin1", 0, Math.max(0, length));

test("a file is opened, written, read, moved about in, cut and closed", () => {
  withScratch(({ fd: folder }) => {
    const fd = openFile(folder, "file");
    assert.ok(fd > 2);
    const hello = Buffer.from("hello world");
    const back = Buffer.alloc(64);
    assert.equal(libc.write(fd, hello, hello.length), 11);
    assert.equal(libc.pwrite(fd, addressOf(hello), 5, 6), 5);
    assert.equal(libc.pread(fd, back, 64, 3), 8);
    assert.equal(text(back, 8), "lo hello");
    assert.equal(libc.lseek(fd, 2, c.SEEK_SET), 2);
    assert.equal(libc.read(fd, addressOf(back), 4), 4);
    assert.equal(text(back, 4), "llo ");
    assert.equal(libc.ftruncate(fd, 5), 0);
    assert.equal(libc.lseek(fd, 0, c.SEEK_END), 5);
    assert.equal(libc.fcntl(fd, 1, 0), 1, "F_GETFD: FD_CLOEXEC");
    assert.equal(libc.close(fd), 0);
    assert.equal(libc.close(fd), E("EBADF"));
  });
});

test("what is copied into a shared mapping of a file is in the file", () => {
  withScratch(({ fd: folder }) => {
    const fd = openFile(folder, "mapped");
    assert.equal(libc.ftruncate(fd, 8_192), 0);
    const at = libc.mmap(0, 4_096, c.PROT_READ | c.PROT_WRITE, c.MAP_SHARED, fd, 4_096);
    assert.ok(at > 0);
    const hello = Buffer.from("hello");
    assert.equal(libc.memcpy(at + 7, hello, hello.length), at + 7);
    assert.equal(libc.munmap(at, 4_096), 0);
    const back = Buffer.alloc(5);
    assert.equal(libc.pread(fd, back, 5, 4_103), 5);
    assert.equal(text(back, 5), "hello");
    assert.equal(libc.mmap(0, 4_096, c.PROT_READ, c.MAP_SHARED, -1, 0), E("EBADF"));
    libc.close(fd);
  });
});

test("failures come as negative errno numbers", () => {
  withScratch(({ fd: folder }) => {
    assert.equal(libc.openat(folder, cstring("none"), c.O_RDONLY, 0), E("ENOENT"));
    assert.equal(libc.openat(folder, cstring("none/none"), c.O_RDONLY, 0), E("ENOENT"));
    assert.equal(libc.openat(folder, cstring("x".repeat(256)), c.O_RDONLY, 0), E("ENAMETOOLONG"));
    assert.equal(libc.openat(folder, cstring("x/".repeat(4000)), c.O_RDONLY, 0), E("ENAMETOOLONG"));
    assert.equal(libc.openat(folder, cstring("."), c.O_WRONLY, 0), E("EISDIR"));
    assert.equal(libc.read(folder, Buffer.alloc(1), 1), E("EISDIR"));
    assert.equal(libc.lseek(folder, -1, c.SEEK_SET), E("EINVAL"));
    assert.equal(libc.pread(-1, NULL, 0, 0), E("EBADF"));
  });
});

test("offsets beyond 4 GiB keep all their bits", () => {
  withScratch(({ fd: folder }) => {
    const fd = openFile(folder, "sparse");
    const far = 2 ** 40 + 12_345;
    const byte = Buffer.from("x");
    assert.equal(libc.pwrite(fd, byte, 1, far), 1);
    assert.equal(libc.lseek(fd, 0, c.SEEK_END), far + 1);
    const data = libc.lseek(fd, 0, c.SEEK_DATA);
    assert.ok(data > 2 ** 40 && data <= far);
    assert.equal(libc.lseek(fd, 0, c.SEEK_HOLE), 0);
    assert.equal(libc.lseek(fd, far + 1, c.SEEK_DATA), E("ENXIO"));
    libc.close(fd);
  });
});

test("pieces of memory are written and read in one call", () => {
  withScratch(({ fd: folder }) => {
    const fd = openFile(folder, "file");
    const parts = [Buffer.from("one "), Buffer.from("two")];
    const vector = new IoVector(2);
    for (const [i, part] of parts.entries()) vector.set(i, addressOf(part), part.length);
    assert.equal(libc.writev(fd, vector.address, 2), 7);
    assert.equal(libc.pwritev2(fd, vector.address, 2, 7, c.RWF_DSYNC), 7);
    const into = [Buffer.alloc(4), Buffer.alloc(3)];
    for (const [i, part] of into.entries()) vector.set(i, addressOf(part), part.length);
    libc.lseek(fd, 7, c.SEEK_SET);
    assert.equal(libc.readv(fd, vector.address, 2), 7);
    assert.equal(Buffer.concat(into).toString(), "one two");
    libc.close(fd);
  });
});

test("preadv2 with RWF_NOWAIT reads what the page cache has, and says so where the file system cannot tell", () => {
  withScratch(({ fd: folder }) => {
    const fd = openFile(folder, "file");
    const bytes = Buffer.alloc(8192, "y");
    libc.write(fd, bytes, bytes.length);
    const vector = new IoVector(1);
    const back = Buffer.alloc(8192);
    vector.set(0, addressOf(back), back.length);
    const got = libc.preadv2(fd, vector.address, 1, 0, c.RWF_NOWAIT);
    libc.close(fd);
    if (got === E("EOPNOTSUPP")) return;
    assert.equal(got, 8192);
    assert.deepEqual(back, bytes);
  });
});

test("space is reserved and punched out, and all kinds of flushing work", () => {
  withScratch(({ fd: folder }) => {
    const fd = openFile(folder, "file");
    assert.equal(libc.fallocate(fd, 0, 0, 65_536), 0);
    assert.equal(libc.lseek(fd, 0, c.SEEK_END), 65_536);
    assert.equal(libc.fallocate(fd, c.FALLOC_FL_PUNCH_HOLE | c.FALLOC_FL_KEEP_SIZE, 4096, 8192), 0);
    assert.equal(libc.fallocate(fd, 0, -1, 1), E("EINVAL"));
    assert.equal(libc.fsync(fd), 0);
    assert.equal(libc.fdatasync(fd), 0);
    assert.equal(libc.syncfs(folder), 0);
    libc.close(fd);
  });
});

test("openat2 stays beneath its directory and follows no link when told so", () => {
  withScratch(({ fd: folder, path }) => {
    writeFileSync(`${path}/file`, "x");
    symlinkSync("file", `${path}/link`);
    const how = Buffer.alloc(24);
    const view = viewOf(how);
    write64(view, 0, c.O_RDONLY | c.O_CLOEXEC);
    write64(view, 16, c.RESOLVE_BENEATH | c.RESOLVE_NO_SYMLINKS);
    const fd = libc.openat2(folder, cstring("file"), how, 24);
    assert.ok(fd > 2);
    libc.close(fd);
    assert.equal(libc.openat2(folder, cstring("../etc"), how, 24), E("EXDEV"));
    assert.equal(libc.openat2(folder, cstring("link"), how, 24), E("ELOOP"));
  });
});

test("a directory's entries come with name, type and number", () => {
  withScratch(({ fd: folder, path }) => {
    writeFileSync(`${path}/file`, "");
    mkdirSync(`${path}/folder`);
    const buffer = Buffer.alloc(4096);
    const length = libc.getdents64(folder, buffer, buffer.length);
    const found: Record<string, number> = {};
    for (let at = 0; at < length; at += buffer.readUInt16LE(at + 16)) {
      const end = buffer.indexOf(0, at + 19);
      found[buffer.toString("latin1", at + 19, end)] = buffer.readUInt8(at + 18);
    }
    assert.deepEqual(found, { ".": c.DT_DIR, "..": c.DT_DIR, file: c.DT_REG, folder: c.DT_DIR });
    assert.equal(libc.getdents64(folder, buffer, buffer.length), 0);
  });
});

test("bytes are copied between files at offsets that the kernel advances", () => {
  withScratch(({ fd: folder }) => {
    const from = openFile(folder, "from");
    const to = openFile(folder, "to");
    libc.write(from, Buffer.from("abcdef"), 6);
    const offset = Buffer.alloc(8);
    write64(viewOf(offset), 0, 2);
    assert.equal(libc.copy_file_range(from, offset, to, NULL, 3, 0), 3);
    assert.equal(readI64(viewOf(offset), 0), 5);
    const back = Buffer.alloc(8);
    assert.equal(text(back, libc.pread(to, back, 8, 0)), "cde");
    libc.close(from);
    libc.close(to);
  });
});

test("a lock of a file keeps another open file of the same process out", () => {
  withScratch(({ fd: folder }) => {
    const [a, b] = [openFile(folder, "lock"), openFile(folder, "lock")];
    assert.equal(libc.flock(a, c.LOCK_EX | c.LOCK_NB), 0);
    assert.equal(libc.flock(b, c.LOCK_EX | c.LOCK_NB), E("EAGAIN"));
    libc.close(a);
    assert.equal(libc.flock(b, c.LOCK_EX | c.LOCK_NB), 0);
    libc.close(b);
  });
});

test("a handle names an object whatever it is called, and not after it is gone", {
  skip: isRoot ? false : "needs root",
}, () => {
  withScratch(({ fd: folder }) => {
    libc.close(openFile(folder, "file"));
    const handle = Buffer.alloc(8 + 128);
    handle.writeUInt32LE(128);
    const mountId = Buffer.alloc(4);
    assert.equal(libc.name_to_handle_at(folder, cstring("file"), handle, mountId, 0), 0);
    const used = handle.readUInt32LE();
    assert.ok(used > 0 && used <= 128);
    libc.close(libc.openat(folder, cstring("other"), c.O_CREAT | c.O_RDWR, 0o600));
    const fd = libc.open_by_handle_at(folder, handle, c.O_RDWR | c.O_CLOEXEC);
    assert.ok(fd > 2, `errno ${-fd}`);
    libc.write(fd, Buffer.from("by handle"), 9);
    const named = openFile(folder, "file");
    const back = Buffer.alloc(16);
    assert.equal(text(back, libc.read(named, back, 16)), "by handle");
    libc.close(fd);
    libc.close(named);
    // O_PATH works as well, and small room is told with how much is needed.
    const byPath = libc.open_by_handle_at(folder, handle, c.O_PATH);
    assert.ok(byPath > 2);
    libc.close(byPath);
    handle.writeUInt32LE(0);
    assert.equal(libc.name_to_handle_at(folder, cstring("file"), handle, mountId, 0), E("EOVERFLOW"));
    assert.equal(handle.readUInt32LE(), used);
    assert.equal(libc.unlinkat(folder, cstring("file"), 0), 0);
    assert.equal(libc.open_by_handle_at(folder, handle, c.O_RDWR), E("ESTALE"));
  });
});

test("a file system tells its size and its longest name", () => {
  withScratch(({ fd: folder }) => {
    const buffer = Buffer.alloc(120);
    const view = viewOf(buffer);
    assert.equal(libc.fstatfs(folder, buffer), 0);
    assert.ok(readI64(view, 8) >= 512, "f_bsize");
    assert.ok(readI64(view, 16) > 0, "f_blocks");
    assert.ok(readI64(view, 64) >= 255, "f_namelen");
    assert.equal(libc.ioctl(folder, 0x5401, buffer), E("ENOTTY"));
  });
});
