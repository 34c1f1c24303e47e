import assert from "node:assert/strict";
import * as fs from "node:fs";
import { link, mknod } from "../../support/system.ts";
import { Mapping } from "../../support/system-memory.ts";
import { setXattr } from "../../support/system-xattrs.ts";
import type { Checks } from "../check.ts";
import { isThere, linksOf, make, makeDirectory, moves, pause, refuses, textOf, withFile } from "../facts.ts";

const { O_RDWR, S_IFIFO, S_IFSOCK } = fs.constants;

export const unlinkChecks: Checks = {
  "unlink takes the name away": (dir) => {
    make(`${dir}/file`, "text");
    fs.unlinkSync(`${dir}/file`);
    assert.ok(!isThere(`${dir}/file`));
    assert.deepEqual(fs.readdirSync(dir), []);
  },
  "unlink moves mtime and ctime of the directory": (dir) => {
    make(`${dir}/file`);
    moves(dir, ["mtime", "ctime"], () => fs.unlinkSync(`${dir}/file`));
  },
  "unlink of one of two names moves ctime of the file": (dir) => {
    link(make(`${dir}/file`), `${dir}/second`);
    moves(`${dir}/second`, ["ctime"], () => fs.unlinkSync(`${dir}/file`));
    assert.equal(linksOf(`${dir}/second`), 1);
  },
  "unlink takes fifos and sockets away": (dir) => {
    mknod(`${dir}/fifo`, S_IFIFO | 0o644);
    mknod(`${dir}/socket`, S_IFSOCK | 0o644);
    fs.unlinkSync(`${dir}/fifo`);
    fs.unlinkSync(`${dir}/socket`);
    assert.deepEqual(fs.readdirSync(dir), []);
  },
  "unlink says EISDIR for a directory": (dir) => {
    fs.mkdirSync(`${dir}/directory`);
    refuses("EISDIR", () => fs.unlinkSync(`${dir}/directory`));
  },
  "unlink says ENOTDIR for a file with a slash at its end": (dir) => {
    make(`${dir}/file`);
    refuses("ENOTDIR", () => fs.unlinkSync(`${dir}/file/`));
  },
  "an open file lives on without a name": (dir) =>
    withFile(make(`${dir}/file`, "text"), O_RDWR, (fd) => {
      fs.unlinkSync(`${dir}/file`);
      assert.equal(fs.fstatSync(fd).nlink, 0);
      fs.writeSync(fd, " and more", 4);
      assert.equal(fs.fstatSync(fd).size, 13);
      const into = Buffer.alloc(20);
      assert.equal(into.toString("latin1", 0, fs.readSync(fd, into, 0, 20, 0)), "text and more");
    }),
  "a file without a name can be truncated, chmodded, dated and synced": (dir) =>
    withFile(make(`${dir}/file`, "text"), O_RDWR, (fd) => {
      fs.unlinkSync(`${dir}/file`);
      fs.ftruncateSync(fd, 2);
      fs.fchmodSync(fd, 0o600);
      fs.futimesSync(fd, 1, 2);
      fs.fsyncSync(fd);
      const { size, mode, mtimeMs } = fs.fstatSync(fd);
      assert.deepEqual([size, mode & 0o777, mtimeMs], [2, 0o600, 2000]);
    }),
  "unlink moves ctime of a file that is open": (dir) =>
    withFile(make(`${dir}/file`), "r", (fd) => {
      const before = fs.fstatSync(fd, { bigint: true }).ctimeNs;
      pause();
      fs.unlinkSync(`${dir}/file`);
      assert.ok(fs.fstatSync(fd, { bigint: true }).ctimeNs > before);
    }),
  "a new file under the name of one without a name is another": (dir) =>
    withFile(make(`${dir}/file`, "old"), O_RDWR, (fd) => {
      fs.unlinkSync(`${dir}/file`);
      make(`${dir}/file`, "new");
      fs.writeSync(fd, "older", 0);
      assert.equal(textOf(`${dir}/file`), "new");
      assert.notEqual(fs.fstatSync(fd).ino, fs.lstatSync(`${dir}/file`).ino);
    }),
  "two descriptors of a file without a name see each other's writes": (dir) =>
    withFile(make(`${dir}/file`), O_RDWR, (one) =>
      withFile(`${dir}/file`, O_RDWR, (two) => {
        fs.unlinkSync(`${dir}/file`);
        fs.writeSync(one, "text");
        assert.equal(fs.readFileSync(two, "latin1"), "text");
      }),
    ),
  "a mapping outlives name and descriptor": (dir) => {
    const fd = fs.openSync(make(`${dir}/file`, "mapped text"), O_RDWR);
    using mapping = new Mapping(fd, 11);
    fs.unlinkSync(`${dir}/file`);
    fs.closeSync(fd);
    mapping.write(0, Buffer.from("M"));
    mapping.sync();
    assert.equal(mapping.read(0, 11).toString(), "Mapped text");
  },
  "a file without a name can be opened through /proc": (dir) =>
    withFile(make(`${dir}/file`, "text"), "r", (fd) => {
      fs.unlinkSync(`${dir}/file`);
      assert.equal(textOf(`/proc/self/fd/${fd}`), "text");
    }),
  "1,000 files opened and unlinked are all still readable": (dir) => {
    const fds = Array.from({ length: 1000 }, (_, at) => fs.openSync(make(`${dir}/file-${at}`, `text ${at}`), "r"));
    for (let at = 0; at < 1000; at++) fs.unlinkSync(`${dir}/file-${at}`);
    assert.deepEqual(fs.readdirSync(dir), []);
    fds.forEach((fd, at) => {
      assert.equal(fs.readFileSync(fd, "latin1"), `text ${at}`);
      fs.closeSync(fd);
    });
  },
  "a file with xattrs can be unlinked": (dir) => {
    setXattr(make(`${dir}/file`), "user.name", "value");
    fs.unlinkSync(`${dir}/file`);
    assert.ok(!isThere(`${dir}/file`));
  },
  "rmdir takes an empty directory away": (dir) => {
    fs.mkdirSync(`${dir}/directory`);
    moves(dir, ["mtime", "ctime"], () => fs.rmdirSync(`${dir}/directory`));
    assert.ok(!isThere(`${dir}/directory`));
  },
  "rmdir says ENOTEMPTY for a directory with a file, a directory, a symlink in it": (dir) => {
    for (const kind of ["file", "directory", "link"]) makeDirectory(`${dir}/with-${kind}`);
    make(`${dir}/with-file/file`);
    fs.mkdirSync(`${dir}/with-directory/directory`);
    fs.symlinkSync("nothing", `${dir}/with-link/link`);
    for (const kind of ["file", "directory", "link"]) {
      refuses(["ENOTEMPTY", "EEXIST"], () => fs.rmdirSync(`${dir}/with-${kind}`));
    }
  },
  "rmdir says ENOTDIR for a file, a fifo and a symlink to a directory": (dir) => {
    make(`${dir}/file`);
    mknod(`${dir}/fifo`, S_IFIFO | 0o644);
    fs.symlinkSync(".", `${dir}/link`);
    for (const name of ["file", "fifo", "link"]) refuses("ENOTDIR", () => fs.rmdirSync(`${dir}/${name}`));
  },
  "rmdir says EINVAL for dot and ENOTEMPTY for dot-dot": (dir) => {
    fs.mkdirSync(`${dir}/directory`);
    refuses("EINVAL", () => fs.rmdirSync(`${dir}/directory/.`));
    refuses(["ENOTEMPTY", "EEXIST"], () => fs.rmdirSync(`${dir}/directory/..`));
  },
  "nothing can be made in a directory that was removed while open": (dir) => {
    fs.mkdirSync(`${dir}/directory`);
    withFile(`${dir}/directory`, "r", (fd) => {
      fs.rmdirSync(`${dir}/directory`);
      refuses("ENOENT", () => fs.mkdirSync(`/proc/self/fd/${fd}/new`));
      refuses("ENOENT", () => fs.closeSync(fs.openSync(`/proc/self/fd/${fd}/new`, "w")));
      assert.equal(fs.fstatSync(fd).isDirectory(), true);
    });
  },
};
