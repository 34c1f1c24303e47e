import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE, asUser } from "../../support/as-user.ts";
import { makeDevice, mknod } from "../../support/system.ts";
import type { Checks } from "../check.ts";
import { linksOf, make, makeDirectory, modeOf, moves, namesIn, refuses, stat, withUmask } from "../facts.ts";

const { S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK, S_IFREG } = fs.constants;

export const makeNodeChecks: Checks = {
  "mkdir makes a directory with the mode less the umask": (dir) => {
    withUmask(0o027, () => fs.mkdirSync(`${dir}/directory`, 0o777));
    assert.equal(modeOf(`${dir}/directory`), 0o750);
    assert.ok(fs.lstatSync(`${dir}/directory`).isDirectory());
  },
  "mkdir keeps the sticky bit of the mode": (dir) => {
    withUmask(0, () => fs.mkdirSync(`${dir}/directory`, 0o1777));
    assert.equal(modeOf(`${dir}/directory`), 0o1777);
  },
  "mkdir gives the directory to its maker": (dir) => {
    asUser(ALICE, () => fs.mkdirSync(`${dir}/directory`));
    const { uid, gid } = fs.lstatSync(`${dir}/directory`);
    assert.deepEqual([uid, gid], [ALICE.uid, ALICE.gid]);
  },
  "mkdir moves mtime and ctime of the parent": (dir) =>
    moves(dir, ["mtime", "ctime"], () => fs.mkdirSync(`${dir}/directory`)),
  "mkdir dates the new directory now": (dir) => {
    const before = BigInt(Date.now()) * 1_000_000n - 1_000_000_000n;
    fs.mkdirSync(`${dir}/directory`);
    const { atimeNs, mtimeNs, ctimeNs } = stat(`${dir}/directory`);
    for (const time of [atimeNs, mtimeNs, ctimeNs]) assert.ok(time > before && time < before + 5_000_000_000n);
  },
  "a new directory has two links, and each directory in it adds one": (dir) => {
    makeDirectory(`${dir}/directory`);
    assert.equal(linksOf(`${dir}/directory`), 2);
    makeDirectory(`${dir}/directory/a`);
    makeDirectory(`${dir}/directory/b`);
    make(`${dir}/directory/file`);
    assert.equal(linksOf(`${dir}/directory`), 4);
    fs.rmdirSync(`${dir}/directory/a`);
    assert.equal(linksOf(`${dir}/directory`), 3);
  },
  "mkdir says EEXIST for whatever has the name": (dir) => {
    make(`${dir}/file`);
    makeDirectory(`${dir}/directory`);
    fs.symlinkSync("nothing", `${dir}/link`);
    mknod(`${dir}/fifo`, S_IFIFO | 0o644);
    for (const name of ["file", "directory", "link", "fifo", ".", ".."]) {
      refuses("EEXIST", () => fs.mkdirSync(`${dir}/${name}`));
    }
  },
  "mkdir takes a slash at the name's end": (dir) => {
    fs.mkdirSync(`${dir}/directory/`);
    assert.deepEqual(namesIn(dir), ["directory"]);
  },
  "mknod makes a fifo with the mode less the umask": (dir) => {
    withUmask(0o022, () => mknod(`${dir}/fifo`, S_IFIFO | 0o666));
    assert.ok(fs.lstatSync(`${dir}/fifo`).isFIFO());
    assert.equal(modeOf(`${dir}/fifo`), 0o644);
  },
  "a user may make a fifo, and owns it": (dir) => {
    asUser(ALICE, () => mknod(`${dir}/fifo`, S_IFIFO | 0o644));
    assert.equal(fs.lstatSync(`${dir}/fifo`).uid, ALICE.uid);
  },
  "mknod makes a regular file": (dir) => {
    mknod(`${dir}/file`, S_IFREG | 0o644);
    assert.ok(fs.lstatSync(`${dir}/file`).isFile());
    assert.equal(stat(`${dir}/file`).size, 0n);
  },
  "mknod makes a socket": (dir) => {
    mknod(`${dir}/socket`, S_IFSOCK | 0o600);
    assert.ok(fs.lstatSync(`${dir}/socket`).isSocket());
  },
  "mknod makes device nodes with their numbers": (dir) => {
    const devices = [
      ["null", S_IFCHR, 1, 3],
      ["large", S_IFCHR, 4095, 1_048_575],
      ["block", S_IFBLK, 7, 300],
    ] as const;
    for (const [name, type, major, minor] of devices) {
      mknod(`${dir}/${name}`, type | 0o600, makeDevice(major, minor));
      const { rdev, mode } = fs.lstatSync(`${dir}/${name}`);
      assert.equal(rdev, makeDevice(major, minor));
      assert.equal(mode & fs.constants.S_IFMT, type);
    }
  },
  "a user may make no device node": (dir) =>
    refuses("EPERM", () => asUser(ALICE, () => mknod(`${dir}/null`, S_IFCHR | 0o600, makeDevice(1, 3)))),
  "mknod says EEXIST for whatever has the name": (dir) => {
    make(`${dir}/file`);
    makeDirectory(`${dir}/directory`);
    fs.symlinkSync("nothing", `${dir}/link`);
    for (const name of ["file", "directory", "link"]) {
      refuses("EEXIST", () => mknod(`${dir}/${name}`, S_IFIFO | 0o644));
    }
  },
  "mknod moves mtime and ctime of the directory": (dir) =>
    moves(dir, ["mtime", "ctime"], () => mknod(`${dir}/fifo`, S_IFIFO | 0o644)),
  "each object has a number of its own that stays": (dir) => {
    for (let at = 0; at < 50; at++) make(`${dir}/file-${at}`);
    const numbers = namesIn(dir).map((name) => stat(`${dir}/${name}`).ino);
    assert.equal(new Set(numbers).size, 50);
    assert.deepEqual(
      namesIn(dir).map((name) => stat(`${dir}/${name}`).ino),
      numbers,
    );
  },
};
