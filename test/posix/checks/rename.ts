import assert from "node:assert/strict";
import * as fs from "node:fs";
import { link, mknod, RENAME_EXCHANGE, RENAME_NOREPLACE, rename } from "../../support/system.ts";
import type { Checks } from "../check.ts";
import {
  isThere,
  linksOf,
  make,
  makeDirectory,
  moves,
  namesIn,
  refuses,
  sameObject,
  stat,
  textOf,
  withFile,
} from "../facts.ts";

const { O_RDWR, S_IFIFO, S_IFSOCK } = fs.constants;

export const renameChecks: Checks = {
  "rename keeps the object and its contents": (dir) => {
    const { ino } = stat(make(`${dir}/old`, "text"));
    rename(`${dir}/old`, `${dir}/new`);
    assert.ok(!isThere(`${dir}/old`));
    assert.equal(stat(`${dir}/new`).ino, ino);
    assert.equal(textOf(`${dir}/new`), "text");
  },
  "rename works for directories, symlinks, fifos and sockets": (dir) => {
    make(`${makeDirectory(`${dir}/directory`)}/file`, "text");
    fs.symlinkSync("target", `${dir}/link`);
    mknod(`${dir}/fifo`, S_IFIFO | 0o644);
    mknod(`${dir}/socket`, S_IFSOCK | 0o644);
    for (const name of ["directory", "link", "fifo", "socket"]) rename(`${dir}/${name}`, `${dir}/new-${name}`);
    assert.deepEqual(namesIn(dir), ["new-directory", "new-fifo", "new-link", "new-socket"]);
    assert.equal(textOf(`${dir}/new-directory/file`), "text");
    assert.equal(fs.readlinkSync(`${dir}/new-link`), "target");
  },
  "rename moves ctime of the object, mtime and ctime of both directories": (dir) => {
    makeDirectory(`${dir}/from`);
    makeDirectory(`${dir}/to`);
    make(`${dir}/from/file`);
    const before = stat(`${dir}/from/file`);
    moves(`${dir}/from`, ["mtime", "ctime"], () =>
      moves(`${dir}/to`, ["mtime", "ctime"], () => rename(`${dir}/from/file`, `${dir}/to/file`)),
    );
    assert.ok(stat(`${dir}/to/file`).ctimeNs > before.ctimeNs);
    assert.equal(stat(`${dir}/to/file`).mtimeNs, before.mtimeNs);
  },
  "rename replaces a file": (dir) => {
    make(`${dir}/old`, "old");
    make(`${dir}/new`, "new");
    rename(`${dir}/old`, `${dir}/new`);
    assert.equal(textOf(`${dir}/new`), "old");
    assert.deepEqual(namesIn(dir), ["new"]);
  },
  "the file that rename replaces lives on while open": (dir) => {
    make(`${dir}/old`, "old");
    withFile(make(`${dir}/new`, "new"), O_RDWR, (fd) => {
      rename(`${dir}/old`, `${dir}/new`);
      assert.equal(fs.fstatSync(fd).nlink, 0);
      fs.writeSync(fd, "NEW", 0);
      assert.equal(fs.readFileSync(fd, "latin1"), "NEW");
    });
    assert.equal(textOf(`${dir}/new`), "old");
  },
  "rename takes a link from the file that it replaces": (dir) => {
    make(`${dir}/old`);
    link(make(`${dir}/new`, "new"), `${dir}/other`);
    moves(`${dir}/other`, ["ctime"], () => rename(`${dir}/old`, `${dir}/new`));
    assert.equal(linksOf(`${dir}/other`), 1);
    assert.equal(textOf(`${dir}/other`), "new");
  },
  "rename between two names of one file does nothing": (dir) => {
    link(make(`${dir}/old`, "text"), `${dir}/new`);
    moves(dir, [], () => rename(`${dir}/old`, `${dir}/new`));
    assert.deepEqual(namesIn(dir), ["new", "old"]);
    assert.equal(linksOf(`${dir}/old`), 2);
  },
  "rename of a name to itself does nothing": (dir) => {
    make(`${dir}/file`, "text");
    rename(`${dir}/file`, `${dir}/file`);
    assert.equal(textOf(`${dir}/file`), "text");
  },
  "rename replaces a symlink, not its target": (dir) => {
    make(`${dir}/old`, "old");
    fs.symlinkSync(make(`${dir}/target`, "target"), `${dir}/new`);
    rename(`${dir}/old`, `${dir}/new`);
    assert.equal(textOf(`${dir}/target`), "target");
    assert.ok(fs.lstatSync(`${dir}/new`).isFile());
  },
  "rename replaces an empty directory by a directory": (dir) => {
    make(`${makeDirectory(`${dir}/old`)}/file`, "text");
    makeDirectory(`${dir}/new`);
    rename(`${dir}/old`, `${dir}/new`);
    assert.equal(textOf(`${dir}/new/file`), "text");
    assert.deepEqual(namesIn(dir), ["new"]);
  },
  "rename says ENOTEMPTY onto a directory with something in it": (dir) => {
    makeDirectory(`${dir}/old`);
    make(`${makeDirectory(`${dir}/new`)}/file`, "text");
    refuses(["ENOTEMPTY", "EEXIST"], () => rename(`${dir}/old`, `${dir}/new`));
    assert.equal(textOf(`${dir}/new/file`), "text");
  },
  "rename says EISDIR for a file onto a directory": (dir) => {
    make(`${dir}/old`);
    makeDirectory(`${dir}/new`);
    refuses("EISDIR", () => rename(`${dir}/old`, `${dir}/new`));
  },
  "rename says ENOTDIR for a directory onto a file": (dir) => {
    makeDirectory(`${dir}/old`);
    make(`${dir}/new`);
    refuses("ENOTDIR", () => rename(`${dir}/old`, `${dir}/new`));
  },
  "rename says EINVAL for a directory into itself": (dir) => {
    fs.mkdirSync(`${dir}/a/b/c`, { recursive: true });
    refuses("EINVAL", () => rename(`${dir}/a`, `${dir}/a/new`));
    refuses("EINVAL", () => rename(`${dir}/a`, `${dir}/a/b/c/new`));
  },
  "rename says ENOTEMPTY for a directory onto its own parent": (dir) => {
    fs.mkdirSync(`${dir}/a/b`, { recursive: true });
    refuses(["ENOTEMPTY", "EEXIST"], () => rename(`${dir}/a/b`, `${dir}/a`));
  },
  "rename says EBUSY or EINVAL for dot and dot-dot": (dir) => {
    makeDirectory(`${dir}/a`);
    refuses(["EBUSY", "EINVAL"], () => rename(`${dir}/a/.`, `${dir}/new`));
    refuses(["EBUSY", "EINVAL"], () => rename(`${dir}/a/..`, `${dir}/new`));
  },
  "rename says EXDEV to another file system": (dir) => {
    make(`${dir}/file`);
    refuses("EXDEV", () => rename(`${dir}/file`, "/dev/shm/pohmelfs-must-not-appear"));
  },
  "a moved directory's dot-dot is its new parent, and the parents' link counts follow": (dir) => {
    makeDirectory(`${dir}/from`);
    makeDirectory(`${dir}/to`);
    makeDirectory(`${dir}/from/moved`);
    rename(`${dir}/from/moved`, `${dir}/to/moved`);
    assert.ok(sameObject(`${dir}/to/moved/..`, `${dir}/to`));
    assert.equal(linksOf(`${dir}/from`), 2);
    assert.equal(linksOf(`${dir}/to`), 3);
  },
  "an open file and the current directory survive a rename above them": (dir) => {
    const before = process.cwd();
    fs.mkdirSync(`${dir}/a/b`, { recursive: true });
    withFile(make(`${dir}/a/b/file`, "text"), O_RDWR, (fd) => {
      process.chdir(`${dir}/a/b`);
      try {
        rename(`${dir}/a`, `${dir}/new`);
        assert.equal(process.cwd(), fs.realpathSync(`${dir}/new/b`));
        make("made", "here");
      } finally {
        process.chdir(before);
      }
      fs.writeSync(fd, " more", 4);
    });
    assert.equal(textOf(`${dir}/new/b/file`), "text more");
    assert.equal(textOf(`${dir}/new/b/made`), "here");
  },
  "a file renamed while open is written under its new name": (dir) =>
    withFile(make(`${dir}/old`), O_RDWR, (fd) => {
      fs.writeSync(fd, "one ");
      rename(`${dir}/old`, `${dir}/new`);
      fs.writeSync(fd, "two");
      assert.equal(textOf(`${dir}/new`), "one two");
    }),
  "NOREPLACE says EEXIST and keeps both": (dir) => {
    make(`${dir}/old`, "old");
    make(`${dir}/new`, "new");
    refuses("EEXIST", () => rename(`${dir}/old`, `${dir}/new`, RENAME_NOREPLACE));
    assert.deepEqual([textOf(`${dir}/old`), textOf(`${dir}/new`)], ["old", "new"]);
  },
  "NOREPLACE renames when the name is free": (dir) => {
    make(`${dir}/old`, "old");
    rename(`${dir}/old`, `${dir}/new`, RENAME_NOREPLACE);
    assert.deepEqual(namesIn(dir), ["new"]);
  },
  "EXCHANGE swaps two files": (dir) => {
    make(`${dir}/a`, "a");
    make(`${dir}/b`, "b");
    const [inoA, inoB] = [stat(`${dir}/a`).ino, stat(`${dir}/b`).ino];
    rename(`${dir}/a`, `${dir}/b`, RENAME_EXCHANGE);
    assert.deepEqual([textOf(`${dir}/a`), textOf(`${dir}/b`)], ["b", "a"]);
    assert.deepEqual([stat(`${dir}/a`).ino, stat(`${dir}/b`).ino], [inoB, inoA]);
  },
  "EXCHANGE swaps a file with a directory that is not empty, in another directory": (dir) => {
    fs.mkdirSync(`${dir}/one/directory`, { recursive: true });
    make(`${dir}/one/directory/inside`, "inside");
    make(`${makeDirectory(`${dir}/two`)}/file`, "file");
    rename(`${dir}/one/directory`, `${dir}/two/file`, RENAME_EXCHANGE);
    assert.equal(textOf(`${dir}/one/directory`), "file");
    assert.equal(textOf(`${dir}/two/file/inside`), "inside");
    assert.deepEqual([linksOf(`${dir}/one`), linksOf(`${dir}/two`)], [2, 3]);
  },
  "EXCHANGE moves mtime and ctime of the directory and ctime of both": (dir) => {
    make(`${dir}/a`);
    make(`${dir}/b`);
    const [a, b] = [stat(`${dir}/a`), stat(`${dir}/b`)];
    moves(dir, ["mtime", "ctime"], () => rename(`${dir}/a`, `${dir}/b`, RENAME_EXCHANGE));
    assert.ok(stat(`${dir}/b`).ctimeNs > a.ctimeNs && stat(`${dir}/a`).ctimeNs > b.ctimeNs);
  },
  "EXCHANGE says ENOENT when one name is missing": (dir) => {
    make(`${dir}/a`);
    refuses("ENOENT", () => rename(`${dir}/a`, `${dir}/missing`, RENAME_EXCHANGE));
  },
  "EXCHANGE says EINVAL for a directory and what is inside it": (dir) => {
    make(`${makeDirectory(`${dir}/directory`)}/file`);
    refuses("EINVAL", () => rename(`${dir}/directory`, `${dir}/directory/file`, RENAME_EXCHANGE));
  },
  "NOREPLACE with EXCHANGE says EINVAL": (dir) => {
    make(`${dir}/a`);
    make(`${dir}/b`);
    refuses("EINVAL", () => rename(`${dir}/a`, `${dir}/b`, RENAME_NOREPLACE | RENAME_EXCHANGE));
  },
  "200 renames in a row leave one name": (dir) => {
    make(`${dir}/name-0`, "text");
    for (let at = 0; at < 200; at++) rename(`${dir}/name-${at}`, `${dir}/name-${at + 1}`);
    assert.deepEqual(namesIn(dir), ["name-200"]);
    assert.equal(textOf(`${dir}/name-200`), "text");
  },
};
