import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE, asUser } from "../../support/as-user.ts";
import { AT_SYMLINK_FOLLOW, link, mknod } from "../../support/system.ts";
import type { Checks } from "../check.ts";
import { isThere, linksOf, make, makeDirectory, modeOf, moves, refuses, sameObject, textOf } from "../facts.ts";

const { S_IFIFO } = fs.constants;

export const linkChecks: Checks = {
  "link gives a file a second name": (dir) => {
    link(make(`${dir}/file`, "text"), `${dir}/second`);
    assert.ok(sameObject(`${dir}/file`, `${dir}/second`));
    assert.equal(linksOf(`${dir}/file`), 2);
    assert.equal(textOf(`${dir}/second`), "text");
  },
  "link and unlink count": (dir) => {
    make(`${dir}/file`);
    for (let count = 2; count <= 5; count++) {
      link(`${dir}/file`, `${dir}/name-${count}`);
      assert.equal(linksOf(`${dir}/file`), count);
    }
    fs.unlinkSync(`${dir}/file`);
    assert.equal(linksOf(`${dir}/name-2`), 4);
  },
  "what is changed through one name is seen through the other": (dir) => {
    link(make(`${dir}/file`, "text"), `${dir}/second`);
    fs.appendFileSync(`${dir}/second`, " more");
    fs.chmodSync(`${dir}/second`, 0o600);
    assert.equal(textOf(`${dir}/file`), "text more");
    assert.equal(modeOf(`${dir}/file`), 0o600);
  },
  "link moves the file's ctime and the directory's mtime and ctime": (dir) => {
    make(`${dir}/file`);
    moves(dir, ["mtime", "ctime"], () => moves(`${dir}/file`, ["ctime"], () => link(`${dir}/file`, `${dir}/second`)));
  },
  "link works across directories": (dir) => {
    fs.mkdirSync(`${dir}/directory`);
    link(make(`${dir}/file`, "text"), `${dir}/directory/file`);
    fs.unlinkSync(`${dir}/file`);
    assert.equal(textOf(`${dir}/directory/file`), "text");
  },
  "link says EEXIST for whatever has the name, and changes nothing": (dir) => {
    make(`${dir}/file`);
    make(`${dir}/taken-file`, "kept");
    fs.mkdirSync(`${dir}/taken-directory`);
    fs.symlinkSync("nothing", `${dir}/taken-link`);
    for (const taken of ["taken-file", "taken-directory", "taken-link"]) {
      moves(`${dir}/file`, [], () => refuses("EEXIST", () => link(`${dir}/file`, `${dir}/${taken}`)));
    }
    assert.equal(textOf(`${dir}/taken-file`), "kept");
    assert.equal(linksOf(`${dir}/file`), 1);
  },
  "link says EPERM for a directory": (dir) => {
    fs.mkdirSync(`${dir}/directory`);
    refuses("EPERM", () => link(`${dir}/directory`, `${dir}/second`));
  },
  "link of a symlink links the symlink itself": (dir) => {
    fs.symlinkSync(make(`${dir}/file`), `${dir}/link`);
    link(`${dir}/link`, `${dir}/second`);
    assert.ok(fs.lstatSync(`${dir}/second`).isSymbolicLink());
    assert.equal(linksOf(`${dir}/link`), 2);
  },
  "link with AT_SYMLINK_FOLLOW links the target": (dir) => {
    fs.symlinkSync(make(`${dir}/file`), `${dir}/link`);
    link(`${dir}/link`, `${dir}/second`, AT_SYMLINK_FOLLOW);
    assert.ok(sameObject(`${dir}/second`, `${dir}/file`));
  },
  "link gives a fifo a second name": (dir) => {
    mknod(`${dir}/fifo`, S_IFIFO | 0o644);
    link(`${dir}/fifo`, `${dir}/second`);
    assert.ok(fs.lstatSync(`${dir}/second`).isFIFO());
    assert.equal(linksOf(`${dir}/fifo`), 2);
  },
  "link says EXDEV to another file system": (dir) => {
    refuses("EXDEV", () => link("/proc/self/status", `${dir}/second`));
  },
  "link to a name with a slash at its end says ENOENT": (dir) => {
    make(`${dir}/file`);
    refuses("ENOENT", () => link(`${dir}/file`, `${dir}/second/`));
  },
  "symlink keeps its target, whatever it is": (dir) => {
    const targets = ["file", "/", "../../../etc/passwd", "a//b/./c", "t".repeat(1000), "t".repeat(4095)];
    targets.forEach((target, at) => {
      fs.symlinkSync(target, `${dir}/link-${at}`);
      assert.equal(fs.readlinkSync(`${dir}/link-${at}`), target);
      assert.equal(fs.lstatSync(`${dir}/link-${at}`).size, target.length);
    });
  },
  "symlink says ENAMETOOLONG for a target of 4096 bytes": (dir) =>
    refuses("ENAMETOOLONG", () => fs.symlinkSync("t".repeat(4096), `${dir}/link`)),
  "symlink says ENOENT for an empty target": (dir) => refuses("ENOENT", () => fs.symlinkSync("", `${dir}/link`)),
  "symlink says EEXIST for whatever has the name": (dir) => {
    make(`${dir}/file`);
    fs.mkdirSync(`${dir}/directory`);
    fs.symlinkSync("nothing", `${dir}/link`);
    for (const name of ["file", "directory", "link"]) {
      refuses("EEXIST", () => fs.symlinkSync("x", `${dir}/${name}`));
    }
  },
  "symlink makes a link of mode 0777 that belongs to its maker": (dir) => {
    asUser(ALICE, () => fs.symlinkSync("nothing", `${dir}/link`));
    const { mode, uid, gid } = fs.lstatSync(`${dir}/link`);
    assert.deepEqual([mode & 0o777, uid, gid], [0o777, ALICE.uid, ALICE.gid]);
  },
  "symlink moves mtime and ctime of the directory": (dir) =>
    moves(dir, ["mtime", "ctime"], () => fs.symlinkSync("nothing", `${dir}/link`)),
  "readlink says EINVAL for what is no symlink": (dir) => {
    make(`${dir}/file`);
    fs.mkdirSync(`${dir}/directory`);
    refuses("EINVAL", () => fs.readlinkSync(`${dir}/file`));
    refuses("EINVAL", () => fs.readlinkSync(`${dir}/directory`));
  },
  "a chain of symlinks is followed through directories": (dir) => {
    makeDirectory(`${dir}/directory`);
    make(`${dir}/directory/file`, "text");
    fs.symlinkSync("directory", `${dir}/one`);
    fs.symlinkSync("one", `${dir}/two`);
    fs.symlinkSync("../two/file", `${dir}/directory/three`);
    assert.equal(textOf(`${dir}/two/three`), "text");
  },
  "a chain of 41 symlinks says ELOOP, one of 40 does not": (dir) => {
    make(`${dir}/link-0`, "text");
    for (let at = 1; at <= 41; at++) fs.symlinkSync(`link-${at - 1}`, `${dir}/link-${at}`);
    assert.equal(textOf(`${dir}/link-40`), "text");
    refuses("ELOOP", () => textOf(`${dir}/link-41`));
  },
  "unlink of a symlink leaves its target": (dir) => {
    fs.symlinkSync(make(`${dir}/file`), `${dir}/link`);
    fs.unlinkSync(`${dir}/link`);
    assert.ok(isThere(`${dir}/file`) && !isThere(`${dir}/link`));
  },
};
